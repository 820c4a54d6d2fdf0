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
        let utilities = try reactionUtilities(turn: turn, state: state, response: response, features: features)
        guard let row = LogitChoice.probabilities(utilities: utilities, rationality: rationality) else {
            throw GameError("utility", "is null for every reaction; at least one must be possible")
        }
        return row
    }

    /// - Throws: ``GameError`` if a predictor is not finite or lacks a coefficient.
    public func reactionUtilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double?] {
        for predictor in predictors {
            guard let predictor else { continue }
            try GameError.checkCoefficients(
                "utility", features: predictor.features, of: features, states: predictor.states, state: state)
        }
        let utilities = predictors.map { $0?.value(features: features, state: state, turn: turn) }
        for case let value? in utilities where !value.isFinite {
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

// MARK: Numbers

extension QuantalResponseUser {
    public func value(of coefficient: UserCoefficient) -> Double? {
        switch coefficient {
        case .rationality: rationality
        case .foresight: 0
        case .utility(let reaction, let term):
            predictors.indices.contains(reaction) ? predictors[reaction]?[term] : nil
        case .move(let term): movement.score?[term]
        case .own: nil
        }
    }

    public func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? {
        guard case .foresight = coefficient else { return changed(coefficient, to: value) }
        return value == 0 ? self : ForesightedUser(self, foresight: value)
    }

    /// The same user with another number than its foresight.
    func changed(_ coefficient: UserCoefficient, to value: Double) -> QuantalResponseUser? {
        guard self.value(of: coefficient) != nil else { return nil }
        var changed = self
        switch coefficient {
        case .foresight, .own: return nil
        case .rationality: changed.rationality = value
        case .utility(let reaction, let term): changed.predictors[reaction]?[term] = value
        case .move(let term): changed.movement = movement.changed(term, to: value)
        }
        return changed
    }
}

// MARK: Derivatives

extension QuantalResponseUser {
    /// ∂u_m = λ p_m (g_m − Σ p g) and ∂λ = Σ_m p_m (g_m − Σ p g) u_m, which do not exist where λ is infinite.
    public func addSlopes(
        reactions slopes: [Double], turn: Int, state: Int, response: Int, features: [Double],
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool {
        guard rationality.isFinite else { return false }
        guard slopes.contains(where: { $0 != 0 }) else { return true }
        let row = try reactionProbabilities(turn: turn, state: state, response: response, features: features)
        let mean = zip(row, slopes).reduce(0) { $0 + $1.0 * $1.1 }
        for (reaction, predictor) in predictors.enumerated() {
            guard let predictor, row[reaction] > 0 else { continue }
            let pull = row[reaction] * (slopes[reaction] - mean)
            sum.add(pull * predictor.value(features: features, state: state, turn: turn), to: .rationality)
            predictor.addSlopes(
                rationality * pull, reaction: reaction, turn: turn, state: state, features: features, to: &sum)
        }
        return true
    }

    public func addSlopes(
        utilities slopes: [Double], turn: Int, state: Int, response: Int, features: [Double],
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool {
        for (reaction, predictor) in predictors.enumerated() where slopes[reaction] != 0 {
            predictor?.addSlopes(
                slopes[reaction], reaction: reaction, turn: turn, state: state, features: features, to: &sum)
        }
        return true
    }

    public func addSlopes(
        moves slopes: AdjacentMove, state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int,
        to sum: inout AgentSlopes
    ) throws(GameError) -> Bool {
        movement.addSlopes(
            slopes, state: state, stateCount: stateCount, features: features, reaction: reaction, to: &sum)
        return true
    }
}

// MARK: Form

extension QuantalResponseUser {
    /// λ and, per reaction, whether there is a predictor and which; then the movement.
    public var form: AgentForm? {
        var form = AgentForm(number: 0)
        form.add(rationality)
        form.add(predictors.count)
        for predictor in predictors {
            form.add(predictor != nil)
            predictor?.add(to: &form)
        }
        movement.add(to: &form)
        return form
    }
}
