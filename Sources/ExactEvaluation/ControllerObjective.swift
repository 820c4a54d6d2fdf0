package import GameModel

/// The value and gradient of one controller's strategies: a forward and a backward pass with their scratch memory.
package struct ControllerObjective {
    package let game: Game
    package let objective: Objective
    private let goal: LinearObjective
    private var forward: ForwardPass
    private var backward: BackwardPass
    private let reference: NodeReference

    /// - Parameter objective: with a KL term only against a reference whose rows the memory knows: ``NodeReference`` says so by throwing,
    ///   and solvers ask before they begin.
    package init(game: Game, memory: ControllerMemory, objective: Objective) {
        self.game = game
        self.objective = objective
        goal = LinearObjective(objective, game: game)
        let isWeighed = objective.klWeight > 0
        let known = isWeighed ? try? NodeReference(objective.reference, memory: memory, game: game) : nil
        precondition(!isWeighed || known != nil, "the memory does not know which row of the reference holds")
        reference = known ?? NodeReference(objective.reference.otherwise)
        forward = ForwardPass(game: game, memory: memory, reference: isWeighed ? reference : nil)
        backward = BackwardPass(game: game, memory: memory)
    }

    /// ∂ / ∂ π(a | n) of the last ``differentiate(_:multipliers:goalWeight:)``.
    package var gradient: [Double] { backward.gradient }

    package mutating func evaluate(_ strategies: [Double]) -> Evaluation {
        forward.run(strategies: strategies)
        return forward.evaluation
    }

    /// The goal without constraints, with its KL term.
    package func value(of evaluation: Evaluation) -> Double { goal.value(of: evaluation) }

    /// The backward pass of the strategies last evaluated, for goal − Σ_i multiplier_i · P(ω_i | θ_i).
    ///
    /// - Parameter goalWeight: 0 leaves the goal out, so that only the constraints count.
    package mutating func differentiate(_ strategies: [Double], multipliers: [Double], goalWeight: Double = 1) {
        backward.run(
            weighted(multipliers, goalWeight: goalWeight), strategies: strategies, forward: forward,
            reference: reference)
    }

    /// A backward pass of the strategies last evaluated in which each turn's strategies may be changed on the way.
    ///
    /// Occupancies of a turn depend on earlier turns only, so the one forward pass stays right for every turn when its time
    /// comes, provided that no node belongs to two turns.
    package mutating func sweep(
        _ strategies: inout [Double], multipliers: [Double],
        adjust: (_ nodes: Range<Int>, _ gradient: [Double], _ strategies: inout [Double]) -> Void
    ) {
        backward.sweep(
            weighted(multipliers, goalWeight: 1), strategies: &strategies, forward: forward,
            reference: reference, adjust: adjust)
    }

    private func weighted(_ multipliers: [Double], goalWeight: Double) -> LinearObjective {
        var weighted = goal
        if goalWeight == 0 { weighted.clear() }
        for (constraint, multiplier) in zip(objective.constraints, multipliers) {
            weighted.penalise(constraint, by: multiplier, game: game)
        }
        return weighted
    }
}
