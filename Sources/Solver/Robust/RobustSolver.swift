public import ExactEvaluation
public import GameModel
internal import NumericalMethods

/// Finds finite-memory controllers whose worst case is best.
///
/// ```swift
/// let worst = try WorstCase(games: [game], objective: objective, robustness: .prior(radius: 0.1))
/// let found = try RobustSolver().search(worst, memory: .lastWithTurn)
/// ```
///
/// max_π min_{w ∈ W} w·v(π) is searched for by the proximal method of multipliers from many starts: the worst case is smoothed
/// around prices w̄, its exact gradient is followed on the simplices of the strategies, and the prices are renewed, until the
/// policy is stationary at a weighting that is a worst case of it. Where the controller knows the turn and one game is played,
/// the end is disturbed and best responses at its prices are tried. The result is a local optimum of the controller class.
///
/// Source: Rockafellar 1976 (doi:10.1287/moor.1.2.97); robust values as in Nilim & El Ghaoui 2005 (doi:10.1287/opre.1050.0216),
/// here with uncertainty that does not change from turn to turn.
public struct RobustSolver: PolicySolver {
    public let settings: GradientSolverSettings
    /// What a policy is to be robust against, where a problem does not say.
    public let robustness: Robustness
    /// Games sampled from uncertain parameters, where robustness is against these.
    public let samples: [Game]

    public init(
        _ settings: GradientSolverSettings = GradientSolverSettings(), robustness: Robustness = .allPriors,
        samples: [Game] = []
    ) {
        self.settings = settings
        self.robustness = robustness
        self.samples = samples
    }

    /// The policy with the best worst case; the solution's value and bound are those of the worst case, its evaluation that of the
    /// problem's own game.
    public func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
        let worst = try WorstCase(
            games: [problem.game] + samples, objective: problem.objective, robustness: robustness)
        return try RobustSolver(settings.controlled(by: control)).search(
            worst, memory: settings.memory, control: control
        ).solution
    }

    /// - Parameters:
    ///   - seeds: policies of the same memory to start from, besides the settings' starts: the nominal optimum, for example.
    ///   - control: asked to stop every iteration; told after every batch of starts how many are done.
    /// - Throws: ``SolverError`` for settings that cannot be solved; `GameError` if the memory does not fit.
    /// - Complexity: starts × iterations × one forward pass per game and one backward pass per game of the worst case.
    public func search(
        _ problem: WorstCase, memory kind: MemoryKind, seeds: [Policy] = [], control: RunControl = RunControl()
    ) throws -> RobustResult {
        let shouldStop = control.shouldStop
        try settings.check()
        guard settings.method != .simplex else {
            throw SolverError("the simplex method cannot be robust; use bfgs2, which follows the exact gradient")
        }
        guard problem.objective.klWeight == 0 || problem.objective.reference.isConstant else {
            throw SolverError(
                "robust policies are searched for against a reference that is the same in every situation, and "
                    + "objective.reference has rows: give no KL weight, or leave --robust out")
        }
        let game = problem.games[0]
        let memory = try ControllerMemory(kind, game: game)
        let range = problem.range
        let program = MaximinProgram(
            games: problem.games, memory: memory, values: problem.measures, limits: problem.limits, set: problem.set,
            objective: problem.objective, range: range)
        let parameters = SoftmaxStrategies(memory: memory, objective: problem.objective)
        var given = seeds.filter { $0.memory == memory }.map(\.strategies)[...]
        var points = try StartPoints(settings, dimension: parameters.parameterCount)
        let count = given.count + points.remaining
        var ends: [MaximinPoint] = []
        let batch = max(1, settings.threads)
        while ends.count < count, ends.isEmpty || !shouldStop() {
            let (first, seeded) = (ends.count, given.prefix(batch))
            given = given.dropFirst(batch)
            let slice =
                try Array(seeded)
                + points.next(batch - seeded.count).map { logits in
                    var strategies = [Double](repeating: 0, count: memory.nodeCount * game.responses.count)
                    parameters.strategies(logits.span, into: &strategies)
                    return strategies
                }
            let results = concurrentMap(count: slice.count, threads: settings.threads) { index in
                Result {
                    var search = MaximinSearch(program: program, settings: settings, shouldStop: shouldStop)
                    return try search.run(from: slice[index], number: first + index)
                }
            }
            ends += try results.map { try $0.get() }
            control.progress(RunProgress(steps: ends.count, of: count))
        }
        let order = MaximinSearch(program: program, settings: settings, shouldStop: shouldStop)
        let best = ends.dropFirst().reduce(ends[0]) { order.isBetter($1, than: $0) ? $1 : $0 }
        return try solution(best, ends, problem: problem, memory: memory, range: range, wasStopped: shouldStop())
    }

    private func solution(
        _ best: MaximinPoint, _ ends: [MaximinPoint], problem: WorstCase, memory: ControllerMemory, range: Double,
        wasStopped: Bool
    ) throws -> RobustResult {
        let controller = try Policy(memory: memory, strategies: best.strategies, game: problem.games[0])
        let tolerance = settings.tolerance * range
        func isConverged(_ point: MaximinPoint) -> Bool {
            point.residual <= tolerance && point.violation <= settings.feasibilityTolerance
        }
        let near = max(settings.tolerance, 1e-6) * range
        let ended: Solution.Status = wasStopped ? .stopped : isConverged(best) ? .converged : .limitReached
        let status = ended.exceeding(limitsBy: best.violation, tolerance: settings.feasibilityTolerance)
        let evaluation = RobustEvaluation(controller, problem: problem)
        let solution = Solution(
            status: status, policy: controller, evaluation: evaluation.nominal, value: evaluation.value,
            bound: problem.upperBound(hints: [best.weights]), multipliers: best.multipliers, violation: best.violation,
            starts: ends.map {
                StartReport(
                    value: $0.value, violation: $0.violation, residual: $0.residual, iterations: $0.iterations,
                    isConverged: isConverged($0),
                    reachedBest: $0.violation <= settings.feasibilityTolerance && $0.value >= best.value - near)
            })
        return RobustResult(
            solution: solution, robustness: problem.robustness, worstCase: evaluation, saddleWeights: best.weights,
            residual: best.residual, tolerance: tolerance, iterations: ends.reduce(0) { $0 + $1.iterations },
            settings: settings)
    }
}

extension WorstCase {
    /// The largest possible difference between the values of two policies, over all games.
    var range: Double {
        let widest = games.map { GoalRewards(game: $0, goal: objective.goal).range }.max() ?? 0
        return max(widest + KLScale.largest(objective, game: games[0]), .leastNormalMagnitude)
    }

    /// The scenario's constraints, in the nominal game.
    var limits: [(measure: Measure, atMost: Double)] {
        objective.constraints.map {
            (Measure(game: 0, objective: .probability(of: $0.outcome, user: $0.user, game: games[0])), $0.atMost)
        }
    }
}

/// How a search for a policy whose worst case is best went.
public struct RobustResult: SearchResult {
    /// Value and bound are those of the worst case, exact for the games given; no policy whatsoever has a robust value above the bound,
    /// see ``WorstCase/upperBound(hints:)``. `converged` means stationary: at ``saddleWeights``, a worst case of the policy, no change of
    /// its strategies promises more to first order. The violation is that of the nominal game.
    public let solution: Solution
    public let robustness: Robustness
    public let worstCase: RobustEvaluation
    /// The weighting at which the policy is stationary: the worst case that keeps it from being improved.
    public let saddleWeights: [Double]
    /// How much more the policy could be worth to first order: the Frank–Wolfe gap at the saddle's weights, with what these
    /// weights leave to the worst case.
    public let residual: Double
    public let tolerance: Double
    public let iterations: Int
    public let settings: GradientSolverSettings
}

/// What a policy is worth in the nominal case and in the worst, exactly for the games given.
public struct RobustEvaluation: Sendable, Equatable {
    /// In the nominal game.
    public let nominal: Evaluation
    /// The goal in the nominal game, with its KL term.
    public let nominalValue: Double
    /// The goal per component: user type, or sampled game.
    public let values: [Double]
    /// A worst weighting of the components; among equals the first.
    public let weights: [Double]
    /// Σ weights · values: the robust value.
    public let value: Double
    /// The largest excess over a constraint in any of the games, at least 0.
    public let largestViolation: Double

    /// Evaluates any controller of the game, policy graphs included.
    ///
    /// - Complexity: one forward pass per game.
    public init(_ controller: Policy, problem: WorstCase) {
        let reference = problem.objective.klWeight > 0 ? problem.objective.reference : nil
        let evaluations = problem.games.map { Evaluation(controller, game: $0, reference: reference) }
        nominal = evaluations[0]
        nominalValue = problem.objective.value(of: evaluations[0], game: problem.games[0])
        values = problem.measures.map { $0.objective.value(of: evaluations[$0.game]) }
        weights = problem.set.worst(values)
        value = AmbiguitySet.product(weights, values)
        largestViolation = evaluations.map(problem.objective.violation).max() ?? 0
    }
}

/// The robust value of strategies and its gradient, where the worst case is unique.
public struct RobustGradient {
    private var passes: MaximinPasses

    public init(problem: WorstCase, memory: ControllerMemory) {
        passes = MaximinPasses(
            MaximinProgram(
                games: problem.games, memory: memory, values: problem.measures, limits: [], set: problem.set,
                objective: problem.objective, range: problem.range))
    }

    /// min_{w ∈ W} w·v(π) and w*·∂v / ∂π(a | n) at a worst weighting w*, each entry of π taken as free.
    public mutating func callAsFunction(_ strategies: [Double]) -> (value: Double, gradient: [Double]) {
        let values = passes.measure(strategies).values
        let weights = passes.program.set.worst(values)
        passes.differentiate(strategies, weights: weights, multipliers: [])
        return (AmbiguitySet.product(weights, values), passes.gradient)
    }
}
