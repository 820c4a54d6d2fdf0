public import GameModel

/// A boundedly rational user: better reactions are likelier, and λ says how much.
///
/// react_θ(m | t, x, a) ∝ exp(λ_θ · u_θ(m | t, x, a)). λ = 0 reacts at random, λ → ∞ always gives the best reaction.
///
/// ```swift
/// let user = QuantalResponseUser(predictors: [accept, ask, nil], rationality: 1.5, movement: .logit(score))
/// ```
///
/// Source: McKelvey & Palfrey 1995, Games and Economic Behavior 10, Eq. 3; McFadden 1974.
public struct QuantalResponseUser: UserAgent, Equatable {
    /// u_θ(m | ·) per reaction; nil for a reaction that the user never gives.
    public var predictors: [LinearPredictor?]
    /// λ_θ ≥ 0.
    public var rationality: Double
    public var movement: Movement

    public init(predictors: [LinearPredictor?], rationality: Double, movement: Movement) {
        self.predictors = predictors
        self.rationality = rationality
        self.movement = movement
    }

    public var dependsOnTurn: Bool {
        rationality > 0 && predictors.contains { ($0?.turn ?? 0) != 0 }
    }

    /// - Throws: ``GameError`` if λ is negative or not a number, if a predictor is not finite or lacks a coefficient, or if the
    ///   user can give no reaction at all.
    public func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double] {
        guard rationality >= 0 else {
            throw GameError("rationality", "is \(rationality); it must be at least 0")
        }
        let utilities = try utilities(turn: turn, state: state, features: features)
        guard let row = LogitChoice.probabilities(utilities: utilities, rationality: rationality) else {
            throw GameError("utility", "is null for every reaction; at least one must be possible")
        }
        return row
    }

    /// u_θ(m | t, x, a) per reaction, finite; nil for a reaction that the user never gives.
    func utilities(turn: Int, state: Int, features: [Double]) throws(GameError) -> [Double?] {
        for predictor in predictors {
            guard let predictor else { continue }
            try GameError.checkCoefficients(
                "utility", features: predictor.features, of: features, states: predictor.states, state: state)
        }
        let utilities = predictors.map { $0?.value(features: features, state: state, turn: turn) }
        if let value = utilities.compactMap(\.self).first(where: { !$0.isFinite }) {
            throw GameError("utility", "is \(value) for a reaction at turn \(turn); predictors must be finite")
        }
        return utilities
    }

    public func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove {
        try movement.probabilities(
            state: state, stateCount: stateCount, response: response, features: features, reaction: reaction)
    }
}
