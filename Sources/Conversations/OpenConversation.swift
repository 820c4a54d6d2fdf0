public import GameModel

/// A conversation that waits for an answer.
public struct OpenConversation: Sendable {
    /// Decides with the episode's number what the user does.
    public let seed: UInt64
    /// The episode's number, from 0.
    public let episode: Int
    /// What was said so far; the last message is the user's.
    public internal(set) var messages: [Message]
    /// The cue of that message.
    public internal(set) var cue: Int
    /// What the model has seen last: an opening's cue, or a reaction as it looks with its cue.
    public internal(set) var observation: Int
    /// Hidden state h = θ · |X| + x: nobody who answers may look at it, but who watches is shown it.
    public internal(set) var hidden: Int
    public internal(set) var turns: [SpokenConversation.Turn] = []
    /// What was seen before each answer, the opening first; the last is ``observation``.
    var observations: [Int]
    let opening: [Message]
    let openingHidden: Int
    /// G of the turns so far.
    var gain = 0.0
    /// What the last turn added to ``gain``.
    var earned = 0.0
    /// What is known from what was seen and said; nil where nobody asks.
    var knowledge: Knowledge?

    init(seed: UInt64, episode: Int, opening: [Message], cue: Int, hidden: Int) {
        self.seed = seed
        self.episode = episode
        self.opening = opening
        self.cue = cue
        self.hidden = hidden
        messages = opening
        observation = cue
        observations = [cue]
        openingHidden = hidden
    }

    /// t of the answer that is waited for, from 1.
    public var turn: Int { turns.count + 1 }

    /// The conversation with its end.
    func ended(_ end: SpokenConversation.End, game: Game) -> SpokenConversation {
        SpokenConversation(
            episode: episode, user: game.user(of: openingHidden), openingState: openingHidden % game.states.count,
            openingCue: observations[0], opening: opening, turns: turns, end: end, payoff: gain)
    }
}
