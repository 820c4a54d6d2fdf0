public import GameModel

/// One conversation of the game with its words: what was said, and what only the game knows.
public struct SpokenConversation: Sendable, Equatable {
    /// One turn: the model's answer and what the user did.
    public struct Turn: Sendable, Equatable {
        /// The user's hidden state, and the cue of the message that is answered.
        public let state: Int
        public let cue: Int
        /// Which response the answer is: a distribution, certain where the policy chose by name. [|A|]
        public let response: [Double]
        /// The features that the user reacted to. [K]
        public let features: [Double]
        /// What the user did, and the index of the reaction as it looks.
        public let reaction: Int
        /// The model's answer, and the user's message after it; nil where the conversation ended without words.
        public let answer: String
        public let reply: String?

        public init(
            state: Int, cue: Int, response: [Double], features: [Double], reaction: Int, answer: String, reply: String?
        ) {
            self.state = state
            self.cue = cue
            self.response = response
            self.features = features
            self.reaction = reaction
            self.answer = answer
            self.reply = reply
        }
    }

    /// The episode's number, from 0: with the seed it decides what the user does.
    public let episode: Int
    public let user: Int
    /// What the conversation opened with; the last message is the user's.
    public let opening: [Message]
    public let turns: [Turn]
    public let outcome: Int
    /// G: what it was worth, in payoff units.
    public let payoff: Double

    public init(episode: Int, user: Int, opening: [Message], turns: [Turn], outcome: Int, payoff: Double) {
        self.episode = episode
        self.user = user
        self.opening = opening
        self.turns = turns
        self.outcome = outcome
        self.payoff = payoff
    }

    /// The words alone, as a model or a reader sees them.
    public var messages: [Message] {
        opening
            + turns.flatMap { turn in
                [Message(role: .assistant, content: turn.answer)]
                    + (turn.reply.map { [Message(role: .user, content: $0)] } ?? [])
            }
    }
}
