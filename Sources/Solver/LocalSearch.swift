internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods

/// The search from one starting point: an augmented Lagrangian around a GSL minimiser, then an exact finish where there is
/// one.
///
/// The multipliers μ and the penalty ρ follow the method of multipliers: minimise
/// −f + Σ_i (max(0, μ_i + ρ g_i)² − μ_i²) / 2ρ, then μ_i ← max(0, μ_i + ρ g_i).
///
/// Source: Nocedal & Wright 2006, Numerical Optimization, §17.4.
struct LocalSearch {
    let settings: GradientSolverSettings
    let parameters: SoftmaxStrategies
    let range: Double
    let shouldStop: @Sendable () -> Bool
    var strategies: [Double]
    private(set) var multipliers: [Double]
    private(set) var iterations = 0
    private var objective: ControllerObjective
    private var penalty: Double
    /// Whether climbing in the strategies follows the minimiser: where users have foresight, so that no exact finish is right, and
    /// no KL term keeps strategies away from certain responses.
    let climbs: Bool
    /// max(0, μ_i + ρ g_i) at the point last valued: the weights of the constraints in the gradient.
    private var pressures: [Double]

    init(
        game: Game, memory: ControllerMemory, objective: Objective, settings: GradientSolverSettings, range: Double,
        shouldStop: @escaping @Sendable () -> Bool
    ) {
        self.settings = settings
        self.range = range
        self.shouldStop = shouldStop
        parameters = SoftmaxStrategies(memory: memory, objective: objective)
        strategies = [Double](repeating: 0, count: memory.nodeCount * game.responses.count)
        multipliers = objective.constraints.map { _ in 0 }
        self.objective = ControllerObjective(game: game, memory: memory, objective: objective)
        penalty = 10 * range
        pressures = multipliers
        climbs = game.foresight != nil && settings.method != .simplex && objective.klWeight == 0
    }

    /// Searches from a point and leaves the result in ``strategies`` and ``multipliers``.
    ///
    /// - Parameter isRough: whether an exact finish follows, so that the limit of the softmax need not be approached.
    /// - Throws: `GSLError` if the minimiser fails on finite input, which would be our own fault.
    mutating func run(from start: [Double], isRough: Bool) throws {
        let rounds = isRough ? 8 : 60
        try optimise(from: start, rounds: rounds)
        // A softmax that saturated early has no gradient left to escape by: pull it off the walls and go on.
        var escapes = 0
        while !isRough, try residual() > settings.tolerance * range, escapes < 8, hasIterationsLeft, !shouldStop() {
            try optimise(
                from: parameters.logits(of: strategies, mixing: 0.01 / Double(1 << escapes)), rounds: rounds)
            escapes += 1
        }
    }

    /// Climbs from the present strategies, the constraints' prices following.
    mutating func climb() throws {
        ascend()
        try settlePrices(rounds: 60)
    }

    /// Replaces strategies and multipliers, if the caller has better ones.
    mutating func adopt(_ better: [Double], multipliers: [Double]) {
        strategies = better
        self.multipliers = multipliers
    }

    /// The evaluation of the present strategies.
    mutating func evaluation() -> Evaluation { objective.evaluate(strategies) }

    /// The goal's value with its KL term.
    mutating func value() -> Double { objective.value(of: evaluation()) }

    /// The largest excess over a limit, at least 0.
    mutating func violation() -> Double { excesses().max().map { max(0, $0) } ?? 0 }

    /// The stationarity gap of the Lagrangian.
    mutating func residual() throws -> Double {
        _ = objective.evaluate(strategies)
        objective.differentiate(strategies, multipliers: multipliers)
        return parameters.stationarityGap(strategies: strategies, gradient: objective.gradient)
    }

    /// Looks for the policy that violates the constraints least, ignoring the goal.
    mutating func restoreFeasibility() throws {
        multipliers = multipliers.map { _ in 0 }
        _ = try minimise(from: parameters.logits(of: strategies, mixing: 0.1), goalWeight: 0)
        if climbs { ascend(goalWeight: 0) }
    }

    var hasIterationsLeft: Bool { iterations < settings.maximumIterations }

    mutating func countIteration() { iterations += 1 }

    private mutating func excesses() -> [Double] {
        let evaluation = objective.evaluate(strategies)
        return objective.objective.constraints.map(evaluation.excess)
    }

    private mutating func optimise(from start: [Double], rounds: Int) throws {
        let logits = try minimise(from: start, goalWeight: 1)
        if climbs { ascend() }
        try settlePrices(from: logits, rounds: rounds)
    }

    /// The method of multipliers, from a point that minimises the augmented Lagrangian at the present ones.
    ///
    /// - Parameter logits: the point, where the minimiser is to go on from it; nil to climb.
    private mutating func settlePrices(from logits: [Double]? = nil, rounds: Int) throws {
        guard !multipliers.isEmpty else { return }
        var logits = logits
        var last = Double.infinity
        for _ in 0..<rounds where hasIterationsLeft && !shouldStop() {
            let excesses = excesses()
            // Zero exactly where every constraint holds and every positive multiplier's constraint binds.
            let unsettled = zip(excesses, multipliers).map { abs(max($0, -$1 / penalty)) }.max() ?? 0
            multipliers = zip(excesses, multipliers).map { max(0, $1 + penalty * $0) }
            if unsettled <= settings.feasibilityTolerance { break }
            if unsettled > 0.25 * last { penalty *= 4 }
            // No finite price satisfies the constraints: they cannot all hold near here.
            if penalty > 1e8 * range { break }
            last = unsettled
            if climbs {
                ascend()
            } else if let point = logits {
                logits = try minimise(from: point, goalWeight: 1)
            }
        }
    }

    /// One unconstrained minimisation of the augmented Lagrangian.
    private mutating func minimise(from start: [Double], goalWeight: Double) throws -> [Double] {
        var local = self
        let allowed = max(1, settings.maximumIterations - iterations)
        let result: (point: [Double], iterations: Int)
        if settings.method == .simplex {
            let minimum = try SimplexMinimizer(
                SimplexMinimizerSettings(
                    initialSteps: [1], sizeTolerance: 1e-8, maximumIterations: allowed)
            ).minimize(from: start, shouldStop: shouldStop) { local.augmented($0, goalWeight: goalWeight) }
            result = (minimum.point, minimum.iterations)
        } else {
            let objective = DifferentiableObjective(
                value: { local.augmented($0, goalWeight: goalWeight) },
                valueAndGradient: { point, gradient in
                    let value = local.augmented(point, goalWeight: goalWeight)
                    local.differentiate(goalWeight: goalWeight, into: &gradient)
                    return value
                })
            let minimum = try GradientMinimizer(settings.minimizer(range: range, iterations: allowed))
                .minimize(objective, from: start, shouldStop: shouldStop)
            result = (minimum.point, minimum.iterations)
        }
        iterations += result.iterations
        let point = result.point
        parameters.strategies(point.span, into: &strategies)
        return point
    }

    /// The augmented Lagrangian, to be minimised.
    private mutating func augmented(_ logits: Span<Double>, goalWeight: Double) -> Double {
        parameters.strategies(logits, into: &strategies)
        return -augmentedValue(goalWeight: goalWeight)
    }

    /// The augmented Lagrangian of the present strategies, to be maximised.
    mutating func augmentedValue(goalWeight: Double) -> Double {
        let evaluation = objective.evaluate(strategies)
        var value = goalWeight == 0 ? 0 : -objective.value(of: evaluation)
        for (index, constraint) in objective.objective.constraints.enumerated() {
            pressures[index] = max(0, multipliers[index] + penalty * evaluation.excess(constraint))
            value += (pressures[index] * pressures[index] - multipliers[index] * multipliers[index]) / (2 * penalty)
        }
        return -value
    }

    /// ∂ / ∂ π(a | n) of ``augmentedValue(goalWeight:)`` at the strategies last valued.
    mutating func augmentedGradient(goalWeight: Double) -> [Double] {
        objective.differentiate(strategies, multipliers: pressures, goalWeight: goalWeight)
        return objective.gradient
    }

    /// The gradient at the point last given to ``augmented(_:goalWeight:)``.
    private mutating func differentiate(goalWeight: Double, into gradient: inout MutableSpan<Double>) {
        objective.differentiate(strategies, multipliers: pressures, goalWeight: goalWeight)
        parameters.negatedGradient(strategies: strategies, gradient: objective.gradient, into: &gradient)
    }
}

extension GradientSolverSettings {
    /// The GSL settings for objectives of this range.
    fileprivate func minimizer(range: Double, iterations: Int) -> GradientMinimizerSettings {
        let method: GradientMinimizerSettings.Method =
            switch self.method {
            case .bfgs2, .simplex: .bfgs2
            case .fletcherReeves: .fletcherReeves
            case .polakRibiere: .polakRibiere
            }
        return GradientMinimizerSettings(
            method: method, initialStep: 0.1, lineSearchTolerance: 0.1, gradientTolerance: 1e-2 * tolerance * range,
            maximumIterations: iterations, restarts: 3)
    }
}
