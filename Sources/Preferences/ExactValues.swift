internal import ExactEvaluation
internal import GameModel

/// Action values of what a policy was solved for and of safe outcomes, for any game made from the source's.
struct ExactValues {
    let objective: Objective
    /// μ per constraint of the objective.
    let multipliers: [Double]

    /// Of the objective, constraints at their prices.
    ///
    /// - Complexity: one backward pass; with limits on rare types two.
    func asSolved(_ game: Game, _ policy: Policy) throws -> ActionValues {
        try ActionValues(policy, game: game, objective: objective.extended(to: game), multipliers: multipliers)
    }

    /// P(the conversation ends safely | response).
    ///
    /// - Complexity: one backward pass.
    func ofSafeOutcomes(_ game: Game, _ policy: Policy) throws -> ActionValues {
        try ActionValues(policy, game: game, objective: safeObjective.extended(to: game), multipliers: [])
    }

    /// The goal of safe outcomes, and nothing else.
    var safeObjective: Objective {
        var safe = objective
        (safe.goal, safe.klWeight, safe.constraints) = (.safeOutcomes, 0, [])
        return safe
    }
}

extension Objective {
    /// The objective for a game with responses added, which the reference never gives.
    fileprivate func extended(to game: Game) -> Objective {
        var larger = self
        larger.reference = reference.widened(by: game.responses.count - reference.count)
        return larger
    }
}
