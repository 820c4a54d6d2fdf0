/// A user's side of the game: how one type reacts to a response, and where its hidden state then moves.
///
/// A game asks its agents once, when it is compiled; agents are never called while a conversation is simulated. An
/// agent therefore may be slow, but it must be a pure function of its arguments.
///
/// Every conformer passes the same kit (`UserAgentConformance` in the tests): rows are distributions, forbidden
/// reactions have probability exactly 0, and the answer does not change from call to call.
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

    /// u_θ(m | t, x, a) of a user who has utilities; asked of every one who looks ahead.
    ///
    /// - Returns: one utility per reaction, finite; nil for a reaction that the user never gives.
    /// - Throws: ``GameError`` if no utilities exist for the arguments; the default has none at all.
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

    /// The numbers that agents of this kind alone have, in the order in which they are listed; none by default.
    var ownCoefficients: [OwnCoefficient] { get }

    /// Passes derivatives in a row of reactions on to the agent's numbers and to the features of the response.
    ///
    /// - Parameters:
    ///   - slopes: [|M|] ∂V / ∂ react_θ(m | t, x, a), of a user without foresight.
    ///   - sum: what ∂V / ∂ number and ∂V / ∂ f_k(a) are added to. A table that gives rows outright adds nothing.
    /// - Returns: whether these derivatives exist; by default they do not.
    /// - Throws: ``GameError`` as ``reactionProbabilities(turn:state:response:features:)`` does.
    func addSlopes(
        reactions slopes: [Double], turn: Int, state: Int, response: Int, features: [Double],
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool

    /// Passes derivatives in a row of utilities on, as ``addSlopes(reactions:turn:state:response:features:to:)`` does.
    ///
    /// - Parameter slopes: [|M|] ∂V / ∂ u_θ(m | t, x, a); without meaning where the user never gives the reaction.
    /// - Returns: whether these derivatives exist; by default they do not.
    func addSlopes(
        utilities slopes: [Double], turn: Int, state: Int, response: Int, features: [Double],
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool

    /// Passes derivatives in the move after one reaction on, as ``addSlopes(reactions:turn:state:response:features:to:)`` does.
    ///
    /// - Parameter slopes: ∂V / ∂ move_θ(x−1, x and x+1 | x, a, m).
    /// - Returns: whether these derivatives exist; by default they do not.
    func addSlopes(
        moves slopes: AdjacentMove, state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int,
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool

    /// All that decides what the agent answers, as a kind and its numbers; nil, the default, for an agent that cannot say it.
    ///
    /// Games are known by the hash of these: agents with the same form and foresight react and move alike. How far the agent looks
    /// ahead is not part of it, since ``foresight`` says that. A game with an agent that has no form cannot be hashed.
    var form: AgentForm? { get }
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

    public var ownCoefficients: [OwnCoefficient] { [] }

    public func addSlopes(
        reactions slopes: [Double], turn: Int, state: Int, response: Int, features: [Double],
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool { false }

    public func addSlopes(
        utilities slopes: [Double], turn: Int, state: Int, response: Int, features: [Double],
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool { false }

    public func addSlopes(
        moves slopes: AdjacentMove, state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int,
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool { false }

    public var form: AgentForm? { nil }
}

extension UserAgent {
    /// λ_θ, per utility unit, of a user whose reactions are a logit of utilities, whether or not it looks ahead; nil for others.
    public var choiceRationality: Double? { foresight?.rationality ?? value(of: .rationality) }

    /// The values that one of the agent's numbers may have.
    public func domain(of coefficient: UserCoefficient) -> ParameterDomain {
        switch coefficient {
        case .rationality: .nonNegative
        case .foresight: .probability
        case .utility, .move: .anyNumber
        case .own(let name): ownCoefficients.first { $0.name == name }?.domain ?? .anyNumber
        }
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
