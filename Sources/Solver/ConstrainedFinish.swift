internal import ExactEvaluation
internal import GameModel

/// The finish under constraints: prices are found at which best responses just satisfy the constraints, and one node
/// randomises between what is a little too much and what is a little too little.
///
/// At fixed multipliers the Lagrangian has a deterministic local optimum, found by ``ResponseSweep``. As a multiplier rises
/// its constraint goes from violated to satisfied in a jump; the optimum lies in the jump and randomises. The two sides
/// of the jump differ in some nodes. Walking from one to the other node by node, feasibility changes at one of them, and
/// since every probability is linear in that node's strategy, the mixture that meets the limit is known exactly, and so is
/// the price at which the node is indifferent.
///
/// Source: the structure of constrained optima, Altman 1999, Constrained Markov Decision Processes, §3.7 and Thm 12.7.
struct ConstrainedFinish {
    let game: Game
    let objective: Objective
    let range: Double
    /// Excess over a limit that is still nothing: rounding.
    private static let rounding = 1e-12
    private var sweep: ResponseSweep
    private let width: Int
    private let nodeCount: Int
    private let goal: LinearObjective

    /// A policy with its prices.
    struct Point {
        var strategies: [Double]
        var multipliers: [Double]
        var value: Double
        var excesses: [Double]

        var violation: Double { excesses.max() ?? 0 }
        /// f − μ · g.
        var lagrangian: Double { zip(multipliers, excesses).reduce(value) { $0 - $1.0 * $1.1 } }
    }

    private let shouldStop: () -> Bool

    /// - Parameter shouldStop: polled before every sweep; once true, what was met so far is all there is.
    init(
        game: Game, memory: ControllerMemory, objective: Objective, range: Double,
        shouldStop: @escaping () -> Bool = { false }
    ) {
        self.shouldStop = shouldStop
        self.game = game
        self.objective = objective
        self.range = range
        sweep = ResponseSweep(game: game, memory: memory, objective: objective, shouldStop: shouldStop)
        width = game.responses.count
        nodeCount = memory.nodeCount
        goal = LinearObjective(objective, game: game)
    }

    /// Looks for a feasible policy at least as good as the one given.
    ///
    /// - Returns: the best feasible policy met, with its prices; nil if none was met.
    /// - Complexity: a few dozen sweeps per constraint.
    mutating func run(from strategies: [Double], multipliers: [Double]) -> Point? {
        var point = respond(to: multipliers, from: [strategies])
        var best: Point?
        for _ in 0..<4 where !shouldStop() {
            let before = best?.value
            for index in multipliers.indices { point = settle(index, from: point, &best) }
            if let value = best?.value, let before, value - before <= 1e-12 * range { break }
        }
        return best.map { polish($0) }
    }

    /// Finds the price of one constraint, the others' prices held: the smallest at which best responses satisfy it.
    private mutating func settle(_ index: Int, from start: Point, _ best: inout Point?) -> Point {
        var free = start.multipliers
        free[index] = 0
        var low = respond(to: free, from: [start.strategies])
        keep(low, &best)
        if low.excesses[index] <= Self.rounding { return low }
        var high = low
        var price = max(start.multipliers[index], 0.05 * range)
        for _ in 0..<30 where !shouldStop() {
            var prices = free
            prices[index] = price
            high = respond(to: prices, from: [start.strategies, high.strategies])
            if high.excesses[index] <= Self.rounding { break }
            low = high
            price *= 2
        }
        guard high.excesses[index] <= Self.rounding else { return high }
        keep(high, &best)
        for _ in 0..<24 where !shouldStop() {
            var prices = free
            prices[index] = (low.multipliers[index] + high.multipliers[index]) / 2
            let middle = respond(to: prices, from: [low.strategies, high.strategies])
            if middle.excesses[index] <= Self.rounding {
                high = middle
                keep(high, &best)
            } else {
                low = middle
            }
        }
        if let mixed = mix(low, high) {
            keep(mixed, &best)
            return mixed
        }
        return high
    }

    /// The best of the local optima of the Lagrangian reached from several policies.
    private mutating func respond(to multipliers: [Double], from starts: [[Double]]) -> Point {
        let points = starts.map { start in
            point(sweep.improve(start, multipliers: multipliers), multipliers: multipliers)
        }
        return points.dropFirst().reduce(points[0]) { $1.lagrangian > $0.lagrangian ? $1 : $0 }
    }

    private mutating func point(_ strategies: [Double], multipliers: [Double]) -> Point {
        let evaluation = sweep.evaluate(strategies)
        return Point(
            strategies: strategies, multipliers: multipliers, value: goal.value(of: evaluation),
            excesses: objective.constraints.map(evaluation.excess))
    }

    private func keep(_ point: Point, _ best: inout Point?) {
        guard point.violation <= Self.rounding else { return }
        if best.map({ point.value > $0.value }) ?? true { best = point }
    }

    /// Walks from a policy that asks too much to one that satisfies every constraint, and randomises where that changes.
    private mutating func mix(_ low: Point, _ high: Point) -> Point? {
        guard high.violation <= Self.rounding else { return nil }
        var last = low
        for node in 0..<nodeCount where !shouldStop() {
            let row = node * width..<(node + 1) * width
            guard low.strategies[row] != high.strategies[row] else { continue }
            var strategies = last.strategies
            strategies.replaceSubrange(row, with: high.strategies[row])
            let next = point(strategies, multipliers: high.multipliers)
            if next.violation <= Self.rounding {
                return last.violation > Self.rounding ? mixture(last, next, row: row) : next
            }
            last = next
        }
        return nil
    }

    /// The mixture of two strategies at one node that just satisfies every constraint, with the binding one's price.
    private mutating func mixture(_ infeasible: Point, _ feasible: Point, row: Range<Int>) -> Point {
        var share = 1.0
        var binding: Int?
        for (index, excess) in infeasible.excesses.enumerated() where excess > 0 {
            let slope = excess - feasible.excesses[index]
            guard slope > 0 else { continue }
            let limit = -feasible.excesses[index] / slope
            if limit < share { (share, binding) = (max(0, limit), index) }
        }
        var strategies = feasible.strategies
        for index in row {
            strategies[index] =
                share * infeasible.strategies[index] + (1 - share) * feasible.strategies[index]
        }
        var multipliers = feasible.multipliers
        if let binding {
            let others = multipliers.indices.reduce(0.0) { sum, index in
                index == binding
                    ? sum : sum + multipliers[index] * (infeasible.excesses[index] - feasible.excesses[index])
            }
            let gain = infeasible.value - feasible.value - others
            multipliers[binding] = max(0, gain / (infeasible.excesses[binding] - feasible.excesses[binding]))
        }
        return point(strategies, multipliers: multipliers)
    }

    /// Best responses at the prices found, wherever they keep the policy feasible and better, until nothing changes.
    private mutating func polish(_ start: Point) -> Point {
        var best = start
        for _ in 0..<20 where !shouldStop() {
            let tie = 1e-13 * range
            let moved = point(
                sweep.improve(best.strategies, multipliers: best.multipliers, tieTolerance: tie),
                multipliers: best.multipliers)
            guard moved.strategies != best.strategies else { break }
            let candidate = moved.violation <= Self.rounding ? moved : mix(moved, best)
            guard let candidate, candidate.value > best.value + 1e-13 * range else { break }
            best = candidate
        }
        return best
    }
}
