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
        /// f(a), one value per feature.
        public var features: [Double]
        /// Index of the reaction; nil where it was not observed.
        public var reaction: Int?
        /// Index of the state after the reaction; nil where it was not observed or the conversation ended.
        public var after: Int?
        /// Levels of the factors, one per factor; −1 where it was not observed.
        public var levels: [Int]
        /// Values of the numbers, one per number; NaN where it was not observed.
        public var numbers: [Double]
        /// How often it was seen.
        public var weight: Double

        public init(
            conversation: Int, turn: Int, before: Int? = nil, response: Int? = nil, features: [Double] = [],
            reaction: Int? = nil, after: Int? = nil, levels: [Int] = [], numbers: [Double] = [], weight: Double = 1
        ) {
            self.conversation = conversation
            self.turn = turn
            self.before = before
            self.response = response
            self.features = features
            self.reaction = reaction
            self.after = after
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

    /// From best to worst.
    public var states: [String]
    public var responses: [String]
    public var features: [String]
    public var reactions: [String]
    public var factors: [Factor]
    public var numbers: [String]
    public var conversations: [String]
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
