internal import ExactEvaluation
public import GameModel
public import InputErrors
internal import Solver

/// Why an analysis cannot be made.
public struct AnalysisError: InputProblem, Equatable {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// How much a policy's value, or the value of one of its responses, changes per unit of every number of the scenario.
///
/// The policy is held as it is. At an optimum that is also how the *optimal* value changes (the envelope theorem), with the
/// constraints counted at their prices.
///
/// ```swift
/// let gradient = try ValueGradient.ofValue(policy, inputs: inputs, multipliers: solution.multipliers)
/// print(gradient.largest(5))
/// ```
///
/// Source: reverse-mode differentiation, Griewank & Walther 2008, ch. 3, applied to the passes of the evaluation.
public struct ValueGradient: Sendable {
    /// ∂ value / ∂ parameter, for entries of a distribution with the others rescaled as ``GameInputs/setting(_:to:)`` does; nil where
    /// there is no derivative (an infinite λ, an entry of a distribution without others). That of the foresight of a user who does not
    /// look ahead is the derivative from the right, at δ = 0.
    public let entries: [(parameter: Parameter, derivative: Double?)]

    /// The derivatives of the objective's Lagrangian at a policy: goal − τ KL − Σ μ_c (P(ω_c | θ_c) − ε_c).
    ///
    /// - Throws: `GameError` if the inputs make no game, or the policy's memory needs too large tables for users with foresight.
    /// - Complexity: one forward and one backward pass over (type, state, node), reactions and cues one by one, and the same again
    ///   through what users anticipate.
    public static func ofValue(
        _ controller: Policy, inputs: GameInputs, multipliers: [Double]
    ) throws -> ValueGradient {
        let controller = try controller.knowing(inputs)
        let reactions = try inputs.reactions(to: controller)
        let game = reactions.game
        let weights = GoalWeights(
            inputs.objective, multipliers: multipliers, game: game, userWeights: game.prior,
            priceWeights: game.prior.map { _ in 1 })
        var pass = AdjointPass(
            reactions, controller: controller, objective: inputs.objective, weights: weights, keepsClasses: true)
        pass.runFromOpening()
        var adjoint = pass.adjoint
        let evaluation = Evaluation(controller, game: game, reference: inputs.objective.reference)
        for user in game.users.indices {
            adjoint.prior[user] =
                inputs.objective.goal == .payoff ? evaluation.payoffByUser[user] : evaluation.safeShare(ofUser: user)
            if inputs.objective.klWeight > 0 {
                adjoint.prior[user] -= inputs.objective.klWeight * evaluation.divergenceByUser[user]
            }
        }
        let rule = try ChainRule(
            inputs: inputs, adjoint: adjoint, multipliers: multipliers, reactions: reactions, controller: controller)
        return ValueGradient(entries: rule.entries)
    }

    /// The derivatives of Q(b, n, a), what a response is worth after a history, counted from that turn on.
    ///
    /// The belief b follows from the history by Bayes' rule, and is differentiated too.
    ///
    /// Users who look ahead go on expecting the policy: the response is given once.
    ///
    /// - Throws: `GameError` if the history cannot happen.
    public static func ofResponse(
        _ response: Int, after history: History, controller: Policy, inputs: GameInputs,
        multipliers: [Double]
    ) throws -> ValueGradient {
        let controller = try controller.knowing(inputs)
        let reactions = try inputs.reactions(to: controller)
        let game = reactions.game
        let trace = try BeliefTrace(history, reactions: reactions)
        let node = try history.node(in: controller.memory, game: game)
        func pass(_ weights: GoalWeights, _ belief: [Double]) -> (values: [Double], adjoint: GameAdjoint) {
            var pass = AdjointPass(
                reactions, controller: controller, objective: inputs.objective, weights: weights, keepsClasses: true)
            let values = pass.run(
                AdjointPass.Decision(turn: history.turn, node: node, belief: belief, response: response))
            return (values, pass.adjoint)
        }
        var (values, adjoint) = pass(.given(inputs.objective, multipliers: multipliers, game: game), trace.belief)
        trace.differentiate(values, into: &adjoint)
        var value = zip(values, trace.belief).reduce(0) { $0 + $1.0 * $1.1 }
        if let prices = GoalWeights.rarePrices(inputs.objective, multipliers: multipliers, game: game) {
            var rare = pass(prices, trace.rare)
            trace.differentiateRare(rare.values, into: &rare.adjoint)
            adjoint.add(rare.adjoint)
            value += zip(rare.values, trace.rare).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let scale = inputs.objective.goal == .payoff ? game.discounts[history.turn - 1] : 1
        if scale != 1 || history.turn > 1, inputs.objective.goal == .payoff {
            // Q counts from its turn on: value / γ^{t−1}.
            adjoint.discount -= Double(history.turn - 1) * value / game.discount
        }
        let rule = try ChainRule(
            inputs: inputs, adjoint: adjoint, multipliers: [], reactions: reactions, controller: controller)
        return ValueGradient(entries: rule.entries.map { ($0.parameter, $0.derivative.map { $0 / scale }) })
    }

    /// The derivative of a parameter; nil if there is none.
    public subscript(parameter: Parameter) -> Double? {
        entries.first { $0.parameter == parameter }?.derivative
    }
}

extension GameInputs {
    /// The game, and how its users react to a policy: users with foresight anticipate it.
    ///
    /// - Throws: `GameError` if the inputs make no game, or the policy's memory needs too large tables.
    /// - Complexity: compiling the game, and the users' recursion where somebody looks ahead.
    func reactions(to controller: Policy) throws(GameError) -> ReactionTables {
        let game = try game()
        try ReactionTables.checkSize(game: game, memory: controller.memory)
        return ReactionTables(game: game, controller: controller)
    }
}

extension Policy {
    /// The policy over a memory that knows which row of the inputs' reference holds; the policy itself where its memory does.
    ///
    /// - Throws: `GameError` if the inputs make no game, or that memory is too large.
    fileprivate func knowing(_ inputs: GameInputs) throws(GameError) -> Policy {
        let reference = inputs.objective.reference
        guard !reference.isConstant else { return self }
        return try knowing(reference, game: inputs.game())
    }
}
