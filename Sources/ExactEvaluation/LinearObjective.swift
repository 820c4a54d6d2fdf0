package import GameModel

/// An objective that is linear in the occupancies: what the backward pass propagates.
///
/// value(π) = Σ_θ payoffWeight_θ · E[G | θ] + Σ_{θ,ω} outcomeWeight_{θ,ω} · P(ω | θ)
///            − Σ_θ divergenceWeight_θ · E[Σ_t γ^{t−1} KL(π ‖ π_ref) | θ]
///
/// Payoff, safe outcomes, their Lagrangians and KL-regularised forms are all of this shape.
package struct LinearObjective: Equatable, Sendable {
    /// [|Θ|]
    package var payoffWeight: [Double]
    /// [|Θ|, |Ω|]
    package var outcomeWeight: [Double]
    /// [|Θ|]
    package var divergenceWeight: [Double]

    /// The goal of an objective with its KL term; constraints are added by `penalise`.
    package init(_ objective: Objective, game: Game) {
        self.init(objective, game: game, userWeights: game.prior)
    }

    /// The same goal given the user type: every type counts fully.
    package init(conditional objective: Objective, game: Game) {
        self.init(objective, game: game, userWeights: game.prior.map { _ in 1 })
    }

    private init(_ objective: Objective, game: Game, userWeights: [Double]) {
        payoffWeight = objective.goal == .payoff ? userWeights : userWeights.map { _ in 0 }
        outcomeWeight = userWeights.flatMap { weight in
            game.outcomes.map { objective.goal == .safeOutcomes && $0.isSafe ? weight : 0 }
        }
        divergenceWeight = userWeights.map { $0 * objective.klWeight }
    }

    /// Leaves nothing to be valued.
    package mutating func clear() {
        for user in payoffWeight.indices { (payoffWeight[user], divergenceWeight[user]) = (0, 0) }
        for index in outcomeWeight.indices { outcomeWeight[index] = 0 }
    }

    /// Subtracts `multiplier` · P(ω | θ).
    package mutating func penalise(_ constraint: OutcomeConstraint, by multiplier: Double, game: Game) {
        outcomeWeight[constraint.user * game.outcomes.count + constraint.outcome] -= multiplier
    }

    /// The value of an evaluated policy.
    package func value(of evaluation: Evaluation) -> Double {
        var sum = 0.0
        let width = evaluation.safeOutcomes.count
        for user in payoffWeight.indices {
            sum += payoffWeight[user] * evaluation.payoffByUser[user]
            if divergenceWeight[user] != 0 { sum -= divergenceWeight[user] * evaluation.divergenceByUser[user] }
            for outcome in 0..<width where outcomeWeight[user * width + outcome] != 0 {
                sum += outcomeWeight[user * width + outcome] * evaluation.outcomes[user][outcome]
            }
        }
        return sum
    }
}
