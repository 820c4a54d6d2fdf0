internal import ExactEvaluation
internal import GameModel

/// The last step of the constrained finish: exchanges that raise the value along a binding constraint.
///
/// At a point where one constraint binds and one node randomises, the price μ at which that node is indifferent is known
/// exactly. If some other node would gain at this price, it is moved towards its best response while the randomising node
/// gives back what the constraint loses: both probabilities are linear in each node's strategy, so the exchange is exact.
/// Where nothing binds, the node is moved until something does. When no node would gain, the point satisfies the first-order
/// conditions of the constrained problem.
struct FeasibleExchange {
    let game: Game
    let objective: Objective
    let range: Double
    private var passes: ControllerObjective
    private let parameters: SoftmaxStrategies
    private let width: Int
    private let nodeCount: Int

    private let shouldStop: () -> Bool

    /// - Parameter shouldStop: polled before every exchange.
    init(
        game: Game, memory: ControllerMemory, objective: Objective, range: Double,
        shouldStop: @escaping () -> Bool = { false }
    ) {
        self.shouldStop = shouldStop
        self.game = game
        self.objective = objective
        self.range = range
        passes = ControllerObjective(game: game, memory: memory, objective: objective)
        parameters = SoftmaxStrategies(memory: memory, objective: objective)
        width = game.responses.count
        nodeCount = memory.nodeCount
    }

    /// Exchanges until none raises the value.
    ///
    /// - Returns: strategies that are feasible if the given ones are, and the prices they are optimal at.
    /// - Complexity: each exchange takes a few passes per constraint.
    mutating func improve(
        _ strategies: [Double], multipliers: [Double]
    ) -> (strategies: [Double], multipliers: [Double]) {
        var (strategies, multipliers) = (strategies, multipliers)
        for _ in 0..<4 * nodeCount where !shouldStop() {
            let slopes = slopes(strategies)
            let binding = objective.constraints.indices.filter { abs(slopes.excesses[$0]) <= 1e-9 }
            multipliers = multipliers.indices.map { binding.contains($0) ? multipliers[$0] : 0 }
            guard let better = step(from: strategies, slopes, binding: binding.first, &multipliers) else { break }
            strategies = better
        }
        return (strategies, multipliers)
    }

    /// One exchange, paid for by whichever randomising node can.
    ///
    /// - Returns: better strategies; nil if no node would gain at the price that is left in `multipliers`, or none can pay.
    private mutating func step(
        from strategies: [Double], _ slopes: Slopes, binding: Int?, _ multipliers: inout [Double]
    ) -> [Double]? {
        var pivots: [(Pivot?, [Double])] = [(nil, multipliers)]
        if let binding {
            let found = self.pivots(strategies, slopes, binding: binding, multipliers)
            if !found.isEmpty { pivots = found }
        }
        var least = Double.infinity
        for (pivot, prices) in pivots {
            let move = bestMove(strategies, combined(slopes, prices), excluding: pivot?.node)
            if (move?.gain ?? 0) < least { (least, multipliers) = (move?.gain ?? 0, prices) }
            guard let move, move.gain > 1e-12 * range else { return nil }
            if let better = search(strategies, move: move, pivot: pivot, value: slopes.value) { return better }
        }
        return nil
    }

    /// A node's row and the response it would rather give.
    private struct Move {
        let node: Int
        let response: Int
        let gain: Double
    }

    /// The randomising node that pays for exchanges: its two responses and the constraint that it keeps.
    private struct Pivot {
        let node: Int
        let responses: (Int, Int)
        let constraint: Int
    }

    private struct Slopes {
        var value: Double
        var excesses: [Double]
        /// ∂f and ∂P_i in the strategies.
        var goal: [Double]
        var constraints: [[Double]]
    }

    private mutating func slopes(_ strategies: [Double]) -> Slopes {
        let evaluation = passes.evaluate(strategies)
        let zeros = objective.constraints.map { _ in 0.0 }
        passes.differentiate(strategies, multipliers: zeros)
        var slopes = Slopes(
            value: passes.value(of: evaluation), excesses: objective.constraints.map(evaluation.excess),
            goal: passes.gradient, constraints: [])
        for index in objective.constraints.indices {
            var one = zeros
            one[index] = -1
            passes.differentiate(strategies, multipliers: one, goalWeight: 0)
            slopes.constraints.append(passes.gradient)
        }
        return slopes
    }

    /// The nodes that randomise along a binding constraint, the strongest first, each with the prices at which it is
    /// indifferent.
    private func pivots(
        _ strategies: [Double], _ slopes: Slopes, binding: Int, _ multipliers: [Double]
    ) -> [(Pivot?, [Double])] {
        var found: [(pivot: Pivot, prices: [Double], strength: Double)] = []
        for node in 0..<nodeCount {
            let used = (0..<width).filter { strategies[node * width + $0] > 1e-12 }
            guard used.count == 2 else { continue }
            let (first, second) = (node * width + used[0], node * width + used[1])
            let limit = slopes.constraints[binding][first] - slopes.constraints[binding][second]
            guard abs(limit) > 1e-14 else { continue }
            let gain = multipliers.indices.reduce(slopes.goal[first] - slopes.goal[second]) { gain, index in
                let slope = slopes.constraints[index]
                return index == binding ? gain : gain - multipliers[index] * (slope[first] - slope[second])
            }
            var prices = multipliers
            prices[binding] = max(0, gain / limit)
            found.append((Pivot(node: node, responses: (used[0], used[1]), constraint: binding), prices, abs(limit)))
        }
        return found.sorted { $0.strength > $1.strength }.map { ($0.pivot, $0.prices) }
    }

    private func combined(_ slopes: Slopes, _ multipliers: [Double]) -> [Double] {
        slopes.goal.indices.map { index in
            multipliers.indices.reduce(slopes.goal[index]) { $0 - multipliers[$1] * slopes.constraints[$1][index] }
        }
    }

    private func bestMove(_ strategies: [Double], _ slope: [Double], excluding pivot: Int?) -> Move? {
        var best: Move?
        for node in 0..<nodeCount where node != pivot {
            let row = node * width
            let mean = (0..<width).reduce(0) { $0 + strategies[row + $1] * slope[row + $1] }
            for response in 0..<width where slope[row + response] - mean > best?.gain ?? 0 {
                best = Move(node: node, response: response, gain: slope[row + response] - mean)
            }
        }
        return best
    }

    /// Looks along the move for the best feasible step, the pivot giving back what the constraint loses.
    private mutating func search(_ start: [Double], move: Move, pivot: Pivot?, value: Double) -> [Double]? {
        var (best, bestValue): ([Double]?, Double) = (nil, value + 1e-13 * range)
        var step = 1.0
        for _ in 0..<40 {
            if let candidate = exchanged(start, move: move, step: step, pivot: pivot), candidate.value > bestValue {
                (best, bestValue) = (candidate.strategies, candidate.value)
            } else if best != nil {
                break
            }
            step /= 2
        }
        return best
    }

    private mutating func exchanged(
        _ start: [Double], move: Move, step: Double, pivot: Pivot?
    ) -> (strategies: [Double], value: Double)? {
        var strategies = start
        let row = move.node * width
        for response in 0..<width {
            strategies[row + response] *= 1 - step
            if response == move.response { strategies[row + response] += step }
        }
        if let pivot, let rebalanced = rebalanced(strategies, pivot) { strategies = rebalanced }
        let evaluation = passes.evaluate(strategies)
        let excess = objective.constraints.map(evaluation.excess).max() ?? 0
        if excess <= 1e-12 { return (strategies, passes.value(of: evaluation)) }
        return pivot == nil ? shortened(start, strategies, row: row) : nil
    }

    /// Mixes the pivot's two responses so that its constraint binds exactly; nil where no mixture does.
    private mutating func rebalanced(_ strategies: [Double], _ pivot: Pivot) -> [Double]? {
        let row = pivot.node * width
        func pure(_ response: Int) -> [Double] {
            var pure = strategies
            for index in 0..<width { pure[row + index] = index == response ? 1 : 0 }
            return pure
        }
        let constraint = objective.constraints[pivot.constraint]
        let first = passes.evaluate(pure(pivot.responses.0)).excess(constraint)
        let second = passes.evaluate(pure(pivot.responses.1)).excess(constraint)
        guard first != second else { return nil }
        let share = -second / (first - second)
        guard share >= 0, share <= 1 else { return nil }
        var mixed = strategies
        mixed[row + pivot.responses.0] = share
        mixed[row + pivot.responses.1] = 1 - share
        return mixed
    }

    /// The longest step along a row at which every constraint still holds: each is linear in the row.
    private mutating func shortened(
        _ start: [Double], _ end: [Double], row: Int
    ) -> (strategies: [Double], value: Double)? {
        let (before, after) = (passes.evaluate(start), passes.evaluate(end))
        var share = 1.0
        for constraint in objective.constraints where after.excess(constraint) > 0 {
            let (low, high) = (before.excess(constraint), after.excess(constraint))
            guard high > low else { return nil }
            share = min(share, max(0, -low / (high - low)))
        }
        guard share > 0 else { return nil }
        var strategies = start
        for index in row..<row + width { strategies[index] = (1 - share) * start[index] + share * end[index] }
        let evaluation = passes.evaluate(strategies)
        guard (objective.constraints.map(evaluation.excess).max() ?? 0) <= 1e-12 else { return nil }
        return (strategies, passes.value(of: evaluation))
    }
}
