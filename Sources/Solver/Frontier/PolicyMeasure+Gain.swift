internal import ExactEvaluation
internal import GameModel

extension PolicyMeasure {
    /// What is wanted, to be maximised: the quantity or its negative, up to a constant.
    func gain(_ game: Game) -> LinearObjective {
        let (objective, sign): (LinearObjective, Double) =
            switch quantity {
            case .payoff: (LinearObjective(Objective(goal: .payoff, reference: []), game: game), 1)
            case .safe: (LinearObjective(Objective(goal: .safeOutcomes, reference: []), game: game), 1)
            case .risk: (LinearObjective(Objective(goal: .safeOutcomes, reference: []), game: game), -1)
            case .outcome(let outcome, let user): (.probability(of: outcome, user: user, game: game), 1)
            }
        var gain = objective.cleared
        gain.add(objective, times: isMaximised ? sign : -sign)
        return gain
    }

    /// The largest possible difference between two policies.
    func range(_ game: Game) -> Double {
        quantity == .payoff ? max(GoalRewards(game: game, goal: .payoff).range, .leastNormalMagnitude) : 1
    }

    /// How much is gained, as ``gain(_:)`` counts.
    func gained(_ evaluation: Evaluation, game: Game) -> Double { gain(game).value(of: evaluation) }
}
