internal import ExactEvaluation
internal import GameModel

/// A goal less what outcomes cost: goalWeight · goal(π) − Σ_{θ,ω} μ_{θ,ω} P(ω | θ, π).
///
/// P(ω | θ, π) is a sum over the ends of conversations, so a price on it is a payoff of −μ_{θ,ω} / prior_θ at every end in ω
/// with a user of type θ. Unlike payoffs it isn't discounted: a probability is as much at the end as at the start.
///
/// A limit is on a conditional probability, so it binds for a type that never comes as for any other, and there 1 / prior_θ has no
/// value. Planning therefore weighs a rare type with a limit by w_θ = 1 in place of its prior: beliefs carry w_θ P(h, evidence | θ), the goal
/// pays prior_θ / w_θ of itself, and an end costs μ_{θ,ω} / w_θ. Every value is the same sum, whatever w is.
struct LagrangianGoal: Equatable {
    let goal: Objective.Goal
    /// 1, or 0 where only the prices count.
    private(set) var goalWeight = 1.0
    /// [|Θ|, |Ω|] μ ≥ 0 per unit of P(ω | θ), in the goal's units; empty for none.
    private(set) var prices: [Double] = []
    /// [|Θ|] w_θ; empty where it is the prior for every type.
    private(set) var weights: [Double] = []

    init(_ goal: Objective.Goal) { self.goal = goal }

    /// A goal that has no prices yet, with beliefs weighed for those of the limits.
    init(_ goal: Objective.Goal, limits: [OutcomeConstraint], game: Game) {
        self.goal = goal
        let rare = Set(limits.map(\.user)).filter(game.isRare)
        guard !rare.isEmpty else { return }
        weights = game.prior.enumerated().map { rare.contains($0) ? 1 : $1 }
    }

    /// The goal of an objective under prices, one per constraint.
    ///
    /// - Parameter ignoresGoal: whether only the prices count.
    init(_ objective: Objective, multipliers: [Double], ignoresGoal: Bool = false, game: Game) {
        self.init(objective.goal, limits: objective.constraints, game: game)
        goalWeight = ignoresGoal ? 0 : 1
        prices = [Double](repeating: 0, count: game.users.count * game.outcomes.count)
        for (constraint, multiplier) in zip(objective.constraints, multipliers) {
            prices[constraint.user * game.outcomes.count + constraint.outcome] += multiplier
        }
    }

    /// w_θ: what a belief counts a user type for, before anything is seen.
    func weight(ofUser user: Int, game: Game) -> Double { weights.isEmpty ? game.prior[user] : weights[user] }

    /// prior_θ / w_θ: how much of the goal, and of its KL term, counts per unit of belief.
    func share(ofUser user: Int, game: Game) -> Double {
        weights.isEmpty || weights[user] == game.prior[user] ? 1 : game.prior[user] / weights[user]
    }

    /// What an end in an outcome costs, given the user type: μ_{θ,ω} / w_θ.
    func cost(user: Int, outcome: Int, game: Game) -> Double {
        guard !prices.isEmpty else { return 0 }
        let price = prices[user * game.outcomes.count + outcome]
        return price == 0 ? 0 : price / weight(ofUser: user, game: game)
    }

    /// The value of an evaluated policy.
    func value(of evaluation: Evaluation, game: Game) -> Double {
        var linear = LinearObjective(Objective(goal: goal, reference: []), game: game)
        if goalWeight == 0 { linear.clear() }
        for (index, price) in prices.enumerated() { linear.outcomeWeight[index] -= price }
        return linear.value(of: evaluation)
    }
}
