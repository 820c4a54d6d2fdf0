/// Conversations cut into chains of turns that follow one another, for models of what is hidden.
public struct LatentChains: Sendable {
    public let observed: ObservedTransitions
    /// The transitions of each chain, in order.
    let episodes: [Range<Int>]
    /// Transitions that only carry the label of the state after the last turn of a chain.
    let closings: Set<Int>

    /// Every conversation is a chain.
    public init(_ observed: ObservedTransitions) {
        self.observed = observed
        episodes = observed.episodes
        closings = []
    }

    init(_ observed: ObservedTransitions, episodes: [Range<Int>], closings: Set<Int>) {
        (self.observed, self.episodes, self.closings) = (observed, episodes, closings)
    }
}
