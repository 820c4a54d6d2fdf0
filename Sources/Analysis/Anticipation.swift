internal import GameModel

/// What is expected to follow one response at a decision: the next reaction, and how the conversation then ends.
public struct Anticipation: Sendable, Equatable {
    /// Index of the response.
    public let response: Int
    /// π(a | n): how likely the policy gives it.
    public let strategy: Double
    /// π_ref(a).
    public let reference: Double
    /// Q(b, n, a), in the goal's units, counted from the turn on, with the constraints at their prices.
    public let value: Double
    /// [|M|] P(m | b, a).
    public let reactions: [Double]
    /// [|Ω|] P(ω | b, a), the policy going on as it is.
    public let outcomes: [Double]
    /// P(ω unsafe | b, a).
    public let risk: Double
    /// [|Θ|] P(ω unsafe | θ, b, a); nil for a type that the belief excludes.
    public let riskByUser: [Double?]
}

/// Anticipated reactions and outcomes of every response at a decision.
struct Anticipator {
    let game: Game
    let controller: Policy
    let objective: Objective
    let weights: GoalWeights
    /// What limits on rare types cost; nil where none has a price.
    let rarePrices: GoalWeights?
    /// How users react to the policy.
    let reactions: ReactionTables

    init(
        _ reactions: ReactionTables, controller: Policy, objective: Objective, multipliers: [Double]
    ) {
        game = reactions.game
        self.reactions = reactions
        self.controller = controller
        self.objective = objective
        weights = .given(objective, multipliers: multipliers, game: game)
        rarePrices = .rarePrices(objective, multipliers: multipliers, game: game)
    }

    /// - Parameters:
    ///   - belief: [H] the posterior.
    ///   - rare: ``Belief/rare`` of it.
    ///   - reference: [|A|] π_ref at the decision.
    /// - Complexity: one adjoint pass per response, two where a limit on a rare type has a price.
    func anticipations(
        belief: [Double], rare: [Double], turn: Int, node: Int, reference: [Double]
    ) -> [Anticipation] {
        game.responses.indices.map {
            anticipation($0, belief: belief, rare: rare, turn: turn, node: node, reference: reference[$0])
        }
    }

    /// Minus what limits on rare types cost after a response, counted from the start of the conversation.
    private func rareWorth(_ response: Int, rare: [Double], turn: Int, node: Int) -> Double {
        guard let rarePrices else { return 0 }
        var pass = AdjointPass(reactions, controller: controller, objective: objective, weights: rarePrices)
        let values = pass.run(AdjointPass.Decision(turn: turn, node: node, belief: rare, response: response))
        return zip(rare, values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func anticipation(
        _ response: Int, belief: [Double], rare: [Double], turn: Int, node: Int, reference: Double
    ) -> Anticipation {
        let decision = AdjointPass.Decision(turn: turn, node: node, belief: belief, response: response)
        var pass = AdjointPass(reactions, controller: controller, objective: objective, weights: weights)
        let values = pass.run(decision)
        let scale = objective.goal == .payoff ? game.discounts[turn - 1] : 1
        let joint = pass.outcomes(of: decision)
        let width = game.outcomes.count
        let outcomes = (0..<width).map { outcome in
            game.users.indices.reduce(0) { $0 + joint[$1 * width + outcome] }
        }
        let unsafe = game.outcomes.indices.filter { !game.outcomes[$0].isSafe }
        return Anticipation(
            response: response, strategy: controller.strategies[node * game.responses.count + response],
            reference: reference,
            value: (zip(belief, values).reduce(0) { $0 + $1.0 * $1.1 }
                + rareWorth(response, rare: rare, turn: turn, node: node)) / scale,
            reactions: expected(response, belief: belief, turn: turn, node: node), outcomes: outcomes,
            risk: unsafe.reduce(0) { $0 + outcomes[$1] },
            riskByUser: game.users.indices.map { user in
                let mass = (0..<width).reduce(0) { $0 + joint[user * width + $1] }
                return mass > 0 ? unsafe.reduce(0) { $0 + joint[user * width + $1] } / mass : nil
            })
    }

    private func expected(_ response: Int, belief: [Double], turn: Int, node: Int) -> [Double] {
        let group = controller.memory.classes[node]
        var shares = [Double](repeating: 0, count: game.reactions.count)
        for (hidden, mass) in belief.enumerated() where mass > 0 {
            let row =
                reactions.row(turn: turn, hidden: hidden, response: response, group: group) * game.reactions.count
            for reaction in shares.indices { shares[reaction] += mass * reactions.reaction[row + reaction] }
        }
        return shares
    }
}
