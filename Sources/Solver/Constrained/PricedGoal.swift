internal import GameModel

/// A goal less what outcomes cost: goalWeight · goal(π) − Σ_{θ,ω} μ_{θ,ω} P(ω | θ, π).
///
/// P(ω | θ, π) is a sum over the ends of conversations, so a price on it is a payoff of −μ_{θ,ω} / prior_θ at every end in ω
/// with a user of type θ. Unlike payoffs it isn't discounted: a probability is as much at the end as at the start.
struct PricedGoal: Equatable {
    let goal: Objective.Goal
    /// 1, or 0 where only the prices count.
    private(set) var goalWeight = 1.0
    /// [|Θ|, |Ω|] μ ≥ 0 per unit of P(ω | θ), in the goal's units; empty for none.
    private(set) var prices: [Double] = []

    init(_ goal: Objective.Goal) { self.goal = goal }

    /// The goal of an objective under prices, one per constraint.
    ///
    /// - Parameter ignoresGoal: whether only the prices count.
    init(_ objective: Objective, multipliers: [Double], ignoresGoal: Bool = false, game: Game) {
        goal = objective.goal
        goalWeight = ignoresGoal ? 0 : 1
        prices = [Double](repeating: 0, count: game.users.count * game.outcomes.count)
        for (constraint, multiplier) in zip(objective.constraints, multipliers) {
            prices[constraint.user * game.outcomes.count + constraint.outcome] += multiplier
        }
    }

    /// What an end in an outcome costs, given the user type: μ_{θ,ω} / prior_θ.
    func cost(user: Int, outcome: Int, game: Game) -> Double {
        guard !prices.isEmpty else { return 0 }
        let price = prices[user * game.outcomes.count + outcome]
        // A type that never comes has no ends to be charged.
        return price == 0 || game.prior[user] == 0 ? 0 : price / game.prior[user]
    }

    /// The value of an evaluated policy.
    func value(of evaluation: Evaluation, game: Game) -> Double {
        var linear = LinearObjective(Objective(goal: goal, reference: []), game: game)
        if goalWeight == 0 { linear.clear() }
        for (index, price) in prices.enumerated() { linear.outcomeWeight[index] -= price }
        return linear.value(of: evaluation)
    }
}
