/// Conversations as they were observed, one transition a turn, in the names of a scenario.
///
/// A transition is what the model (the helper) did, how the user reacted, and the user's state before and after where it was
/// observed. Everything that is not in the vocabulary of a scenario can come along as a factor or a number.
public struct ObservedTransitions: Sendable, Equatable {
    public struct Transition: Sendable, Equatable {
        /// The conversation, an index into ``ObservedTransitions/conversations``.
        public var conversation: Int
        /// t, from 1.
        public var turn: Int
        /// Index of the state before the response; nil where it was not observed.
        public var before: Int?
        /// Index of the response; nil where only its features are known.
        public var response: Int?
        /// f(a), one value per feature; NaN, or none at all, where they were not observed.
        public var features: [Double]
        /// Index of the reaction; nil where it was not observed.
        public var reaction: Int?
        /// Index of the state after the reaction; nil where it was not observed or the conversation ended.
        public var after: Int?
        /// Whether the conversation ended with this turn; nil where that was not observed.
        public var ends: Bool?
        /// Levels of the factors, one per factor; −1 where it was not observed.
        public var levels: [Int]
        /// Values of the numbers, one per number; NaN where it was not observed.
        public var numbers: [Double]
        /// How often it was seen.
        public var weight: Double

        public init(
            conversation: Int, turn: Int, before: Int? = nil, response: Int? = nil, features: [Double] = [],
            reaction: Int? = nil, after: Int? = nil, ends: Bool? = nil, levels: [Int] = [], numbers: [Double] = [],
            weight: Double = 1
        ) {
            self.conversation = conversation
            self.turn = turn
            self.before = before
            self.response = response
            self.features = features
            self.reaction = reaction
            self.after = after
            self.ends = ends
            self.levels = levels
            self.numbers = numbers
            self.weight = weight
        }
    }

    /// A column of names beside the vocabulary of the scenario.
    public struct Factor: Sendable, Equatable {
        public var name: String
        public var levels: [String]

        public init(name: String, levels: [String]) {
            self.name = name
            self.levels = levels
        }
    }

    /// A factor that says what state there was some turns ago, so that it can be played: the level of each state.
    public struct LaggedCovariate: Sendable, Equatable {
        /// How many states back from the one after the turn; at least 1.
        public var lag: Int
        /// The level of each state.
        public var levels: [Int]
        /// The level where the conversation had not begun; −1 for none.
        public var none: Int
        /// The earliest state that it can say: 0 the one before the first turn, 1 the one after it.
        public var earliest: Int

        public init(lag: Int, levels: [Int], none: Int, earliest: Int) {
            self.lag = lag
            self.levels = levels
            self.none = none
            self.earliest = earliest
        }
    }

    /// From best to worst.
    public var states: [String]
    public var responses: [String]
    public var features: [String]
    public var reactions: [String]
    public var factors: [Factor]
    public var numbers: [String]
    public var conversations: [String]
    /// Names of the types of user, where they were observed.
    public var types: [String] = []
    /// The type of each conversation's user; nil where it was not observed. Empty where no type was.
    public var conversationTypes: [Int?] = []
    /// Factors that repeat states of the turns before, by index; nil where a factor depends on the state in another way,
    /// so that it cannot be played.
    public var echoes: [Int: LaggedCovariate?] = [:]
    /// Numbers that are the mean so far of a score of the state after, by index: the score of each state. Nil as above.
    public var runningScores: [Int: [Double]?] = [:]
    /// Transitions of a conversation follow one another, in the order of their turns.
    public var transitions: [Transition]

    public init(
        states: [String] = [], responses: [String] = [], features: [String] = [], reactions: [String] = [],
        factors: [Factor] = [], numbers: [String] = [], conversations: [String] = [], transitions: [Transition] = []
    ) {
        self.states = states
        self.responses = responses
        self.features = features
        self.reactions = reactions
        self.factors = factors
        self.numbers = numbers
        self.conversations = conversations
        self.transitions = transitions
    }

    /// The ranges of transitions that belong to one conversation, in order.
    public var episodes: [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        for index in transitions.indices.dropFirst()
        where transitions[index].conversation != transitions[index - 1].conversation {
            result.append(start..<index)
            start = index
        }
        if !transitions.isEmpty { result.append(start..<transitions.count) }
        return result
    }
}
