public import GameModel

/// A user with foresight: each reaction is weighed with what is likely to come after it under the model's policy.
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
        try myopic.utilities(turn: turn, state: state, features: features)
    }

    public func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove {
        try myopic.moveProbabilities(
            state: state, stateCount: stateCount, response: response, features: features, reaction: reaction)
    }
}
