/// Everything that defines a game, as values: what ``Game/init(_:)`` checks and compiles.
///
/// The sets keep the author's order, and all cross-references are indices into them. Scenario files are one source of
/// definitions; tests and generators build them directly.
public struct GameDefinition: Sendable {
    public var name: String
    /// T ≥ 1, in turns.
    public var horizon: Int
    /// γ in (0, 1], per turn.
    public var discount: Double
    /// Names of the features of a response.
    public var features: [String]
    public var responses: [Response]
    public var outcomes: [Outcome]
    /// Names of the hidden states, from best to worst; a game without states has one.
    public var states: [String]
    /// Names of the cues; a game without cues has one.
    public var cues: [String]
    public var reactions: [Reaction]
    public var users: [UserType]

    public init(
        name: String,
        horizon: Int,
        discount: Double = 1,
        features: [String],
        responses: [Response],
        outcomes: [Outcome],
        states: [String],
        cues: [String],
        reactions: [Reaction],
        users: [UserType]
    ) {
        self.name = name
        self.horizon = horizon
        self.discount = discount
        self.features = features
        self.responses = responses
        self.outcomes = outcomes
        self.states = states
        self.cues = cues
        self.reactions = reactions
        self.users = users
    }
}

/// How large a game may be. The limits keep indices inside the packed events of the simulator and memory bounded.
public enum GameLimits {
    /// Users, states, reactions and cues: at most this many of each.
    public static let names = 255
    /// Responses.
    public static let responses = 1024
    /// Hidden states: users × states.
    public static let hidden = 2047
    /// Observations: cues × (shown reactions + 1).
    public static let observations = 4095
    /// Turns.
    public static let horizon = 1000
    /// Sizes of payoffs, exposures, costs and weights that are not 0. Values are sums of them over turns, the spread of values is made of
    /// their squares, summed over episodes: all of that stays far inside what a `Double` can hold, at either end.
    public static let amounts = 1e-100...1e100
    /// Numbers in the largest compiled table (8 bytes each).
    public static let tableEntries = 1 << 24
}
