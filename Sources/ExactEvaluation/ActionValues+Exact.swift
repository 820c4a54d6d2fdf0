public import GameModel

extension ActionValues {
    /// The exact action values of a controller: one backward pass.
    ///
    /// Payoff is counted from the turn on, so the value of turn t is divided by γ^{t−1}. With constraints the values are
    /// those of the Lagrangian: an outcome ω of a type θ costs μ / prior_θ more, which is what makes the constrained optimum
    /// prefer what it prefers. For a rare type, which may have prior 0, the same sum is taken as μ · P(h, evidence | θ) / P(evidence)
    /// (see ``Belief/rare``), by a backward pass of its own.
    ///
    /// - Parameter multipliers: μ per constraint of the objective, from the solution; zeros for a policy that was not solved.
    /// - Throws: ``GameError`` if a multiplier is no price: negative, or not finite.
    public init(
        _ controller: Policy, game: Game, objective: Objective, multipliers: [Double]
    ) throws(GameError) {
        try self.init(controller, game: game, objective: objective, multipliers: multipliers, isWhole: true)
    }

    /// The action values of the first turn; of later turns, only those of responses that the controller gives itself are right.
    ///
    /// - Throws: ``GameError`` if a multiplier is no price: negative, or not finite.
    /// - Complexity: one backward pass along the controller's own responses.
    package init(
        openingsOf controller: Policy, game: Game, objective: Objective, multipliers: [Double]
    ) throws(GameError) {
        try self.init(controller, game: game, objective: objective, multipliers: multipliers, isWhole: false)
    }

    private init(
        _ controller: Policy, game: Game, objective: Objective, multipliers: [Double], isWhole: Bool
    ) throws(GameError) {
        var conditional = LinearObjective(conditional: objective, game: game)
        var rare = conditional
        rare.clear()
        let nothing = rare
        for multiplier in multipliers where !(multiplier >= 0 && multiplier.isFinite) {
            throw GameError("multipliers", "have the price \(multiplier); a price must be at least 0 and finite")
        }
        for (constraint, multiplier) in zip(objective.constraints, multipliers) where multiplier > 0 {
            if game.isRare(constraint.user) {
                rare.penalise(constraint, by: multiplier, game: game)
            } else {
                conditional.penalise(constraint, by: multiplier / game.prior[constraint.user], game: game)
            }
        }
        let reference =
            objective.klWeight > 0
            ? try NodeReference(objective.reference, memory: controller.memory, game: game)
            : NodeReference(objective.reference.otherwise)
        func table(_ weighed: LinearObjective) -> [Double] {
            var backward = BackwardPass(game: game, memory: controller.memory)
            backward.run(
                weighed, strategies: controller.strategies, forward: nil, reference: reference, isWhole: isWhole)
            return backward.valuesFromTurn(goal: objective.goal)
        }
        self.init(
            memory: controller.memory, hiddenCount: game.hiddenCount, responseCount: game.responses.count,
            table: table(conditional), rareTable: rare == nothing ? [] : table(rare))
    }

    /// P(ω | h, n, a): how probable it is that the conversation ends in ω, given the hidden state, the response, and that the policy is
    /// followed afterwards.
    ///
    /// - Parameter outcome: index of ω.
    /// - Complexity: one backward pass.
    package init(probabilityOf outcome: Int, _ controller: Policy, game: Game) {
        var indicator = LinearObjective(
            Objective(goal: .payoff, reference: [Double](repeating: 0, count: game.responses.count)), game: game)
        indicator.clear()
        for user in game.users.indices { indicator.outcomeWeight[user * game.outcomes.count + outcome] = 1 }
        var backward = BackwardPass(game: game, memory: controller.memory)
        backward.run(indicator, strategies: controller.strategies, forward: nil, reference: NodeReference([]))
        self.init(
            memory: controller.memory, hiddenCount: game.hiddenCount, responseCount: game.responses.count,
            table: backward.responseValue)
    }

    /// V(b) = Σ_n P(n) [Σ_a π(a | n) Q(b, n, a) − τ KL(π(· | n) ‖ π_ref)]: what the policy is worth where it speaks next, in the goal's
    /// units, counted from that turn on. These values are of the objective that the action values were made for.
    ///
    /// - Parameter nodes: where the policy's memory stands.
    /// - Complexity: O(nodes · H · |A|).
    public func value(
        belief: Belief, turn: Int, nodes: NodeDistribution, controller: Policy, objective: Objective,
        game: Game
    ) -> Double {
        // The KL term of a turn is discounted; values of payoff are divided by that discount, safe shares are not.
        let weight = objective.klWeight * (objective.goal == .payoff ? 1 : game.discounts[turn - 1])
        // With a weight the memory knows the row: there would be no values otherwise.
        let known = weight > 0 ? try? NodeReference(objective.reference, memory: controller.memory, game: game) : nil
        let reference = known ?? NodeReference(objective.reference.otherwise)
        return nodes.entries.reduce(0) { sum, entry in
            let strategy = controller.strategy(at: entry.node)
            let values = expected(belief: belief, turn: turn, node: entry.node)
            let earned = zip(strategy, values).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * $1.1 : 0) }
            let spent =
                weight > 0 ? weight * Divergence.kullbackLeibler(strategy, reference.strategy(at: entry.node)) : 0
            return sum + entry.probability * (earned - spent)
        }
    }
}
