internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods

/// Soft policy iteration on a fixed graph: every node answers softly to its own action values, turn by turn from the last.
///
/// The nodes of a turn are never visited twice in a conversation, so the value is a sum over them of a linear function less a
/// KL term; π(a | n) ∝ π_ref(a) exp(Q(n, a)/τ_t), with Q averaged over the beliefs that meet at the node, maximises each term. A sweep
/// cannot lower the value, and where it changes nothing the envelope theorem gives ∂ value/∂μ = −P(ω | θ).
struct SoftSweep {
    private let game: Game
    private let memory: ControllerMemory
    private let objective: Objective
    private var forward: ForwardPass
    private var backward: BackwardPass
    private(set) var strategies: [Double]
    private let tolerance: Double
    private let shouldStop: () -> Bool

    /// - Parameters:
    ///   - tolerance: a gain of the value below which strategies count as settled, in the goal's units.
    ///   - shouldStop: polled between sweeps; once true, strategies are left as far as they are settled.
    init(
        _ controller: Policy, game: Game, objective: Objective, tolerance: Double,
        shouldStop: @escaping () -> Bool = { false }
    ) {
        self.shouldStop = shouldStop
        self.game = game
        memory = controller.memory
        self.objective = objective
        forward = ForwardPass(
            game: game, memory: controller.memory, reference: NodeReference(objective.reference.otherwise))
        backward = BackwardPass(game: game, memory: controller.memory)
        strategies = controller.strategies
        self.tolerance = tolerance
    }

    /// Sweeps until the Lagrangian at the multipliers rises no more, and evaluates the strategies reached.
    ///
    /// - Complexity: a forward and a backward pass per sweep, at most 60 of them.
    mutating func settle(multipliers: [Double]) -> Evaluation {
        var goal = LinearObjective(objective, game: game)
        for (constraint, multiplier) in zip(objective.constraints, multipliers) {
            goal.penalise(constraint, by: multiplier, game: game)
        }
        forward.run(strategies: strategies)
        var value = goal.value(of: forward.evaluation)
        for _ in 0..<60 where !shouldStop() {
            let before = strategies
            sweep(goal)
            forward.run(strategies: strategies)
            let next = goal.value(of: forward.evaluation)
            if next <= value + tolerance {
                // Rounding may lower the value by a hair; the better of the two is kept.
                if next < value {
                    strategies = before
                    forward.run(strategies: strategies)
                }
                break
            }
            value = next
        }
        return forward.evaluation
    }

    private mutating func sweep(_ goal: LinearObjective) {
        let (forward, game, memory, reference) = (forward, game, memory, objective.reference.otherwise)
        let width = game.responses.count
        backward.sweep(goal, strategies: &strategies, forward: forward, reference: NodeReference(reference)) {
            nodes, gradient, strategies in
            guard let turn = memory.turn(of: nodes.lowerBound) else { return }
            let base = forward.layer(turn: turn)
            for node in nodes {
                var weight = 0.0
                for hidden in 0..<game.hiddenCount {
                    weight +=
                        forward.occupancy[base + hidden * memory.nodeCount + node]
                        * goal.divergenceWeight[
                            game.user(of: hidden)]
                }
                weight *= game.discounts[turn - 1]
                guard weight > 0 else {
                    Self.choose(row: node * width..<(node + 1) * width, gradient, &strategies, reference)
                    continue
                }
                Self.answer(
                    row: node * width..<(node + 1) * width, gradient, &strategies, weight: weight,
                    reference: reference)
            }
        }
    }

    /// The first of the best responses that the reference gives, at a node where divergence does not count: only limited types that
    /// never come get there. A node where all are worth the same is left as it is.
    private static func choose(
        row: Range<Int>, _ gradient: [Double], _ strategies: inout [Double], _ reference: [Double]
    ) {
        let given = row.filter { reference[$0 - row.lowerBound] > 0 }
        guard let best = given.map({ gradient[$0] }).max(), given.contains(where: { gradient[$0] < best }),
            let choice = given.first(where: { gradient[$0] == best })
        else { return }
        for index in row { strategies[index] = index == choice ? 1 : 0 }
    }

    /// π(a) ∝ π_ref(a) exp(Q(a) / w), with Q(a) recovered from a gradient that includes the KL term.
    private static func answer(
        row: Range<Int>, _ gradient: [Double], _ strategies: inout [Double], weight: Double, reference: [Double]
    ) {
        let values = row.enumerated().map { response, index -> Double in
            guard reference[response] > 0 else { return -.infinity }
            let share = strategies[index]
            // Where a response is not given, the gradient has no KL term.
            return gradient[index] + (share > 0 ? weight * (Libm.log(share / reference[response]) + 1) : 0)
        }
        guard let best = values.max(), best.isFinite else { return }
        let odds = zip(values, reference).map { $1 > 0 ? $1 * Libm.exp(($0 - best) / weight) : 0 }
        let total = odds.reduce(0, +)
        for (response, index) in row.enumerated() { strategies[index] = odds[response] / total }
    }
}
