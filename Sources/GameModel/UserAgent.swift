/// A user's side of the game: how one type reacts to a response, and where its hidden state then moves.
///
/// A game asks its agents once, when it is compiled; agents are never called while a conversation is simulated. An
/// agent therefore may be slow, but it must be a pure function of its arguments.
///
/// Every conformer passes the same kit (`UserAgentConformance` in `Conformance`): rows are distributions, forbidden
/// reactions have probability exactly 0, the answer does not change from call to call, and numbers that are named can be set.
public protocol UserAgent: Sendable {
    /// Whether reactions depend on the turn. If not, the game stores one table for all turns.
    var dependsOnTurn: Bool { get }

    /// react_θ(· | t, x, a).
    ///
    /// - Parameters:
    ///   - turn: t, from 1.
    ///   - state: index of the user's hidden state x.
    ///   - response: index of the model's response a.
    ///   - features: f(a), one value in [0, 1] per feature.
    /// - Returns: one probability per reaction, on the simplex.
    /// - Throws: ``GameError`` if no distribution exists for the arguments.
    func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double]

    /// move_θ(· | x, a, m), over adjacent states only.
    ///
    /// - Parameters:
    ///   - state: index of the user's hidden state x.
    ///   - stateCount: |X|; the first state has no state before it and the last none after it.
    ///   - response: index of the model's response a.
    ///   - features: f(a).
    ///   - reaction: index of the continuing reaction m.
    /// - Returns: the probabilities of moving to x−1, x and x+1, on the simplex.
    /// - Throws: ``GameError`` if no distribution exists for the arguments.
    func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove

    /// How the user has foresight; nil, the default, for one whose reactions do not depend on the policy.
    var foresight: UserForesight? { get }

    /// u_θ(m | t, x, a) of a user with foresight; never asked of one who does not.
    ///
    /// - Returns: one utility per reaction, finite; nil for a reaction that the user never gives.
    /// - Throws: ``GameError`` if no utilities exist for the arguments.
    func reactionUtilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double?]

    /// A number that the agent has under a name; nil, the default, for one that it has not.
    ///
    /// Parameters, sweeps, uncertainty and fitted coefficients read and change agents by this and ``setting(_:to:)`` alone: what
    /// an agent does not name here does not exist for them.
    func value(of coefficient: UserCoefficient) -> Double?

    /// The same agent with one of its numbers changed; nil, the default, where it has none of that name.
    ///
    /// Whether the value makes a game is checked when the game is compiled. Foresight 0 is a user without foresight.
    func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)?
}

extension UserAgent {
    public var foresight: UserForesight? { nil }

    public func value(of coefficient: UserCoefficient) -> Double? { nil }

    public func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? { nil }

    public func reactionUtilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double?] {
        throw GameError("utility", "is asked of a user without foresight; there is none to give")
    }
}

/// How a user weighs what comes next under the model's committed policy.
///
/// ``UserAgent/reactionProbabilities(turn:state:response:features:)`` of such a user is what it would do if nothing came
/// next: the logit of its utilities.
public struct UserForesight: Sendable, Equatable {
    /// δ_θ, in (0, 1].
    public var weight: Double
    /// λ_θ, above 0, per utility unit; infinite for best responses.
    public var rationality: Double

    public init(weight: Double, rationality: Double) {
        self.weight = weight
        self.rationality = rationality
    }
}

/// Probabilities of moving to the state before, staying, and moving to the state after.
public struct AdjacentMove: Sendable, Equatable {
    public var down: Double
    public var stay: Double
    public var up: Double

    public init(down: Double, stay: Double, up: Double) {
        self.down = down
        self.stay = stay
        self.up = up
    }

    /// Certainty of staying.
    public static let none = AdjacentMove(down: 0, stay: 1, up: 0)
}
