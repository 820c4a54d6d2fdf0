internal import GameModel
internal import NumericalMethods

/// What one start of a maximin search ended with.
struct MaximinPoint: Sendable, Codable {
    var strategies: [Double]
    var weights: [Double]
    var multipliers: [Double]
    var values: [Double]
    /// min_{w ∈ W} w·v, exactly.
    var value: Double
    var violation: Double
    var residual: Double
    var iterations: Int
}

/// The search of one start: ascent of the smoothed objective, then new prices, until the point is stationary at them.
struct MaximinSearch {
    let program: MaximinProgram
    let settings: GradientSolverSettings
    let shouldStop: @Sendable () -> Bool
    private var passes: MaximinPasses

    init(
        program: MaximinProgram, settings: GradientSolverSettings, shouldStop: @escaping @Sendable () -> Bool
    ) {
        self.program = program
        self.settings = settings
        self.shouldStop = shouldStop
        passes = MaximinPasses(program)
    }

    private var tolerance: Double { settings.tolerance * program.range }
    private var width: Int { program.games[0].responses.count }

    /// Whether best responses at fixed prices can be found by sweeping over the turns.
    private var canSweep: Bool {
        program.games.count == 1 && program.memory.kind.usesTurn && program.objective.klWeight == 0
    }

    /// Searches from strategies [nodes, |A|], then disturbs the end at a few nodes and goes on where that promises more.
    mutating func run(from start: [Double], number: Int) throws -> MaximinPoint {
        var best = try ascend(from: start, weights: nil, multipliers: nil)
        guard canSweep else { return best }
        for round in 0..<settings.perturbations where !shouldStop() && best.iterations < settings.maximumIterations {
            let disturbed = Perturbation.disturbed(
                best.strategies, nodes: program.memory.nodeCount, width: width, seed: settings.seed, number: number,
                round: round)
            let swept = passes.sweep(
                disturbed, weights: best.weights, multipliers: best.multipliers, tie: 1e-13 * program.range)
            guard lagrangian(swept, best) > lagrangian(best.strategies, best) + 1e-9 * program.range else { continue }
            var other = try ascend(from: swept, weights: best.weights, multipliers: best.multipliers)
            other.iterations += best.iterations
            if isBetter(other, than: best) { best = other } else { best.iterations = other.iterations }
        }
        return best
    }

    /// Feasible before infeasible, then the value; among infeasible ones the least violation.
    func isBetter(_ a: MaximinPoint, than b: MaximinPoint) -> Bool {
        let limit = settings.feasibilityTolerance
        guard a.violation <= limit else { return b.violation > limit && a.violation < b.violation }
        guard b.violation <= limit else { return true }
        let isConverged = (a.residual <= tolerance, b.residual <= tolerance)
        if isConverged.0 != isConverged.1, abs(a.value - b.value) <= tolerance { return isConverged.0 }
        return a.value > b.value
    }

    private mutating func lagrangian(_ strategies: [Double], _ point: MaximinPoint) -> Double {
        let (values, excesses) = passes.measure(strategies)
        return zip(point.multipliers, excesses).reduce(AmbiguitySet.product(point.weights, values)) {
            $0 - $1.0 * $1.1
        }
    }

    private mutating func ascend(from start: [Double], weights: [Double]?, multipliers: [Double]?) throws
        -> MaximinPoint
    {
        var prices = MaximinPrices(
            weights: weights ?? program.set.centre, multipliers: multipliers ?? program.limits.map { _ in 0 },
            penalty: 4 / program.range)
        var point = start
        var iterations = 0
        var last = Double.infinity
        var best = try judge(point, prices, iterations: 0)
        for round in 0..<80 where iterations < settings.maximumIterations && !shouldStop() {
            // Early rounds only have to find where the prices are.
            let aim = max(0.2 * tolerance, round < 6 ? 1e-3 * program.range / Double(1 << (2 * round)) : 0)
            let allowed = settings.maximumIterations - iterations
            let done = try maximise(from: point, prices, tolerance: aim, iterations: min(allowed, 1000))
            point = done.point
            iterations += max(1, done.iterations)
            let judged = try judge(point, prices, iterations: iterations)
            (prices.weights, prices.multipliers) = (judged.weights, judged.multipliers)
            let isCurrentBest = isBetter(judged, than: best) || judged.residual < best.residual && round < 6
            if isCurrentBest { best = judged } else { best.iterations = iterations }
            if judged.residual <= tolerance, judged.violation <= settings.feasibilityTolerance {
                best = judged
                break
            }
            let unsettled = max(judged.residual / program.range, judged.violation)
            if unsettled > 0.5 * last { prices.penalty *= 2 }
            if prices.penalty > 1e7 / program.range { break }
            last = unsettled
        }
        return best
    }

    /// The point with the prices that its own values call for, and how far it is from being stationary at them.
    ///
    /// For any w ∈ W and μ ≥ 0, to first order no feasible strategies are worth more than w·v − μ·g + gap, where gap is the
    /// Frank–Wolfe gap of w·v − μ·g. The residual is how much that exceeds the worst-case value.
    private mutating func judge(_ strategies: [Double], _ prices: MaximinPrices, iterations: Int) throws -> MaximinPoint
    {
        let (values, excesses) = passes.measure(strategies)
        let (weights, multipliers) = program.respond(to: prices, values: values, excesses: excesses)
        passes.differentiate(strategies, weights: weights, multipliers: multipliers)
        let worst = program.set.worstValue(values)
        let slack = AmbiguitySet.product(weights, values) - worst
        let complementarity = zip(multipliers, excesses).reduce(0) { $0 + abs($1.0 * $1.1) }
        let gap = Self.gap(strategies, passes.gradient, program: program, width: width)
        return MaximinPoint(
            strategies: strategies, weights: weights, multipliers: multipliers, values: values, value: worst,
            violation: max(0, excesses.max() ?? 0), residual: max(0, gap) + max(0, slack) + complementarity,
            iterations: iterations)
    }

    private static func gap(_ strategies: [Double], _ gradient: [Double], program: MaximinProgram, width: Int) -> Double
    {
        guard program.objective.klWeight > 0 else {
            return ProjectedAscent.gap(strategies, gradient, width: width)
        }
        return SoftmaxStrategies(memory: program.memory, objective: program.objective)
            .stationarityGap(strategies: strategies, gradient: gradient)
    }

    /// One maximisation of the smoothed objective: by projected gradients, or along a softmax where a KL term keeps the
    /// optimum away from the walls.
    private mutating func maximise(
        from start: [Double], _ prices: MaximinPrices, tolerance: Double, iterations: Int
    ) throws -> (point: [Double], iterations: Int) {
        var local = passes
        if program.objective.klWeight > 0 {
            let parameters = SoftmaxStrategies(memory: program.memory, objective: program.objective)
            var strategies = start
            let objective = DifferentiableObjective { logits, gradient in
                parameters.strategies(logits, into: &strategies)
                let (value, weights, multipliers) = local.smoothed(strategies, prices)
                local.differentiate(strategies, weights: weights, multipliers: multipliers)
                parameters.negatedGradient(strategies: strategies, gradient: local.gradient, into: &gradient)
                return -value
            }
            let settings = GradientMinimizerSettings(
                method: .bfgs2, initialStep: 0.1, lineSearchTolerance: 0.1, gradientTolerance: 1e-2 * tolerance,
                maximumIterations: iterations, restarts: 3)
            let minimum = try GradientMinimizer(settings).minimize(
                objective, from: parameters.logits(of: start, mixing: 1e-12), shouldStop: shouldStop)
            parameters.strategies(minimum.point.span, into: &strategies)
            return (strategies, minimum.iterations)
        }
        var last: (strategies: [Double], weights: [Double], multipliers: [Double]) = ([], [], [])
        let ascent = ProjectedAscent(width: width, tolerance: tolerance, maximumIterations: iterations)
        let end = ascent.run(
            from: start,
            value: { strategies in
                let (value, weights, multipliers) = local.smoothed(strategies, prices)
                last = (strategies, weights, multipliers)
                return value
            },
            gradient: {
                local.differentiate(last.strategies, weights: last.weights, multipliers: last.multipliers)
                return local.gradient
            }, shouldStop: shouldStop)
        passes = local
        return (end.point, end.iterations)
    }
}

/// Random changes of a policy at about a quarter of its nodes, for iterated local search.
enum Perturbation {
    static func disturbed(
        _ strategies: [Double], nodes: Int, width: Int, seed: UInt64, number: Int, round: Int
    ) -> [Double] {
        var strategies = strategies
        for node in 0..<nodes {
            let words = Philox4x64.block(
                counter: (UInt64(number), UInt64(round), UInt64(node), 0), key: (seed, 0x72_6F62_7573_74))
            guard words.0 >> 62 == 0 else { continue }
            let choice = Int(words.1.multipliedFullWidth(by: UInt64(width)).high)
            for response in 0..<width { strategies[node * width + response] = response == choice ? 1 : 0 }
        }
        return strategies
    }
}
