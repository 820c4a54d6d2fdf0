public import GameModel
public import Labelling
internal import Synchronization

/// A labeller that is made when the first text has to be labelled: whoever chooses responses by name never waits for it.
public final class DeferredLabeller: TextLabeller {
    public let scheme: LabelScheme
    private let make: @Sendable () throws -> any TextLabeller
    private let made = Mutex<(any TextLabeller)?>(nil)

    public init(scheme: LabelScheme, make: @escaping @Sendable () throws -> any TextLabeller) {
        self.scheme = scheme
        self.make = make
    }

    /// That of the labeller; `none` as long as nothing had to be labelled.
    public var name: String { made.withLock { $0?.name ?? "none" } }

    public func labels(_ texts: [UnlabelledText], _ control: RunControl) throws -> [TextLabel] {
        guard !texts.isEmpty else { return [] }
        let labeller = try made.withLock { known in
            let labeller = try known ?? make()
            known = labeller
            return labeller
        }
        return try labeller.labels(texts, control)
    }
}
