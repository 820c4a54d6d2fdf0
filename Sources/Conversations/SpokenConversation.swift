public import GameModel

/// One conversation of the game with its words: what was said, and what only the game knows.
public struct SpokenConversation: Sendable, Equatable {
    /// One turn: the model's answer and what the user did.
    public struct Turn: Sendable, Equatable {
        /// The user's hidden state, and the cue of the message that is answered.
        public let state: Int
        public let cue: Int
        /// What the answer is to the game: the features that the user reacted to, and which response it is.
        public let meaning: AnswerMeaning
        /// What the user did, by its index in the game: one that feigns is not yet one that shows as something else.
        public let reaction: Int
        /// The model's answer, and the user's message after it.
        public let answer: String
        public let reply: String
        /// What came of asking for other words for the reply; nil where nobody was asked.
        public let paraphrase: Paraphrase?

        public init(
            state: Int, cue: Int, meaning: AnswerMeaning, reaction: Int, answer: String, reply: String,
            paraphrase: Paraphrase? = nil
        ) {
            self.state = state
            self.cue = cue
            self.meaning = meaning
            self.reaction = reaction
            self.answer = answer
            self.reply = reply
            self.paraphrase = paraphrase
        }
    }

    /// How a conversation ended.
    public enum End: Sendable, Equatable {
        case outcome(Int)
        /// No answer came: it says nothing of how conversations end, and counts nowhere as an outcome.
        case unfinished(MissingAnswer)
    }

    /// What became of a user's message in another model's words.
    public enum Paraphrase: String, Sendable, Equatable, CaseIterable {
        /// It still reads as the reaction that it stands for.
        case taken
        /// It reads as something else: the scenario's text was said.
        case misread
        /// None came: the scenario's text was said.
        case failed
    }

    /// The episode's number, from 0: with the seed it decides what the user does.
    public let episode: Int
    public let user: Int
    /// The hidden state that the user opened in, and the cue of the opening.
    public let openingState: Int
    public let openingCue: Int
    /// What the conversation opened with; the last message is the user's.
    public let opening: [Message]
    public let turns: [Turn]
    public let end: End
    /// G: what it was worth, in payoff units; of one that is not finished what the turns so far came to.
    public let payoff: Double

    public init(
        episode: Int, user: Int, openingState: Int, openingCue: Int, opening: [Message], turns: [Turn], end: End,
        payoff: Double
    ) {
        self.episode = episode
        self.user = user
        self.openingState = openingState
        self.openingCue = openingCue
        self.opening = opening
        self.turns = turns
        self.end = end
        self.payoff = payoff
    }

    /// How it ended; nil where it is not finished.
    public var outcome: Int? {
        // Never inlined: Swift 6.3.1's optimiser fails on functions that hold this ("Found ownership error").
        @inline(never) get {
            switch end {
            case .outcome(let outcome): outcome
            case .unfinished: nil
            }
        }
    }

    /// The words alone, as a model or a reader sees them.
    public var messages: [Message] { opening + turns.flatMap(\.messages) }

    /// The words that the answer of a turn was given to.
    ///
    /// - Parameter turn: from 0; the number of turns for what comes after the last.
    public func messages(before turn: Int) -> [Message] { opening + turns[..<turn].flatMap(\.messages) }

    /// What the model had seen last when it gave the answer of a turn: the opening's cue, or the reaction as it looks with its cue.
    ///
    /// - Parameter turn: from 0.
    public func observation(at turn: Int, in game: Game) -> Int {
        guard turn > 0 else { return openingCue }
        return game.observations.index(
            shown: max(0, game.continuingRanks[turns[turn - 1].reaction]), cue: turns[turn].cue)
    }

    /// The hidden state h = θ · |X| + x in which the answer of a turn was received.
    public func hidden(at turn: Int, in game: Game) -> Int { user * game.states.count + turns[turn].state }
}

extension SpokenConversation.Turn {
    /// The answer and the message after it.
    public var messages: [Message] {
        [Message(role: .assistant, content: answer), Message(role: .user, content: reply)]
    }
}
