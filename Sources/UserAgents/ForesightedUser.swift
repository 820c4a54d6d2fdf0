public import GameModel

/// A user who looks ahead: each reaction is weighed with what is likely to come after it under the model's policy.
///
/// The reactions to a policy are made by ``ReactionTables``; on its own the user answers as if nothing came next, which is
/// what it does in the last turn.
///
/// ```swift
/// let user = ForesightedUser(myopic, foresight: 0.9)
/// ```
///
/// Source: Rust 1987 (doi:10.2307/1911259), the dynamic logit; McKelvey & Palfrey 1998 (doi:10.1023/A:1009905800005).
public struct ForesightedUser: UserAgent, Equatable {
    /// The same user without foresight: predictors, λ_θ > 0, movement.
    public var myopic: QuantalResponseUser
    /// δ_θ, in (0, 1].
    public var weight: Double

    public init(_ myopic: QuantalResponseUser, foresight: Double) {
        self.myopic = myopic
        weight = foresight
    }

    public var dependsOnTurn: Bool { myopic.dependsOnTurn }

    public var foresight: UserForesight? { UserForesight(weight: weight, rationality: myopic.rationality) }

    /// - Throws: ``GameError`` as ``QuantalResponseUser`` does.
    public func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double] {
        try myopic.reactionProbabilities(turn: turn, state: state, response: response, features: features)
    }

    /// - Throws: ``GameError`` as ``QuantalResponseUser`` does.
    public func reactionUtilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double?] {
        try myopic.reactionUtilities(turn: turn, state: state, response: response, features: features)
    }

    public func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove {
        try myopic.moveProbabilities(
            state: state, stateCount: stateCount, response: response, features: features, reaction: reaction)
    }
}

// MARK: Numbers, derivatives and form

extension ForesightedUser {
    public func value(of coefficient: UserCoefficient) -> Double? {
        if case .foresight = coefficient { weight } else { myopic.value(of: coefficient) }
    }

    public func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? {
        if case .foresight = coefficient { return myopic.setting(coefficient, to: value) }
        return myopic.changed(coefficient, to: value).map { ForesightedUser($0, foresight: weight) }
    }

    /// Of ``reactionProbabilities(turn:state:response:features:)``, as if nothing came next.
    public func addSlopes(
        reactions slopes: [Double], turn: Int, state: Int, response: Int, features: [Double],
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool {
        try myopic.addSlopes(
            reactions: slopes, turn: turn, state: state, response: response, features: features, to: &sum)
    }

    public func addSlopes(
        utilities slopes: [Double], turn: Int, state: Int, response: Int, features: [Double],
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool {
        try myopic.addSlopes(
            utilities: slopes, turn: turn, state: state, response: response, features: features, to: &sum)
    }

    public func addSlopes(
        moves slopes: AdjacentMove, state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int,
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool {
        try myopic.addSlopes(
            moves: slopes, state: state, stateCount: stateCount, response: response, features: features,
            reaction: reaction, to: &sum)
    }

    /// That of the user without foresight: δ is not part of a form.
    public var form: AgentForm? { myopic.form }
}
