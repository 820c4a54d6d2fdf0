internal import ExactEvaluation
internal import GameModel

/// The exact finish for controllers that know the turn: strategies are replaced by best responses, turn by turn from the
/// last, until none changes.
///
/// With the turn in memory a conversation passes each node at most once, and never two nodes of a turn. The value is
/// therefore linear in the strategies of one turn, and giving every node of the turn its best response at once cannot lower
/// it. The end point is deterministic and stationary exactly, where a softmax only approaches it. With constraints the same
/// holds of the Lagrangian at given multipliers. It does not hold where users have foresight: a change at one turn there changes
/// their reactions in the turns before it.
struct ResponseSweep {
    private var objective: ControllerObjective
    private let memory: ControllerMemory
    private let width: Int

    private let shouldStop: () -> Bool

    /// - Parameter shouldStop: polled before every sweep; once true, strategies are left as they are.
    init(
        game: Game, memory: ControllerMemory, objective: Objective, shouldStop: @escaping () -> Bool = { false }
    ) {
        self.shouldStop = shouldStop
        precondition(game.foresight == nil, "best responses change the reactions of users with foresight")
        self.objective = ControllerObjective(game: game, memory: memory, objective: objective)
        self.memory = memory
        width = game.responses.count
    }

    /// Improves strategies until no turn can be improved. Nodes that are never reached are left as they are, and among
    /// equally good responses the strategy is left as it is too, so that ties cannot make the sweep go in circles.
    ///
    /// - Parameter tieTolerance: how much better a response must be, in the goal's units weighed by the probability of
    ///   reaching the node, for the strategy to change.
    /// - Complexity: one forward and one backward pass per sweep; a few sweeps.
    mutating func improve(_ strategies: [Double], multipliers: [Double], tieTolerance: Double = 0) -> [Double] {
        var strategies = strategies
        for _ in 0..<100 where !shouldStop() {
            let before = strategies
            _ = objective.evaluate(strategies)
            let width = width
            objective.sweep(&strategies, multipliers: multipliers) { nodes, gradient, strategies in
                for node in nodes {
                    Self.respondBest(
                        row: node * width..<(node + 1) * width, gradient, &strategies, tieTolerance: tieTolerance)
                }
            }
            if strategies == before { break }
        }
        return strategies
    }

    /// The evaluation of strategies.
    mutating func evaluate(_ strategies: [Double]) -> Evaluation { objective.evaluate(strategies) }

    private static func respondBest(
        row: Range<Int>, _ gradient: [Double], _ strategies: inout [Double], tieTolerance: Double
    ) {
        let gains = gradient[row]
        guard gains.contains(where: { $0 != 0 }), let best = gains.max() else { return }
        // The worst response in use decides: only a strategy that uses nothing but best responses is left alone.
        let worst = row.filter { strategies[$0] > 0 }.map { gains[$0] }.min() ?? -.infinity
        guard worst < best - tieTolerance else { return }
        let choice = row.first { gains[$0] == best }
        for index in row { strategies[index] = index == choice ? 1 : 0 }
    }
}
