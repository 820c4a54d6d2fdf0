internal import ExactEvaluation
public import GameModel

/// Finds the best mixture of policies under limits on outcome probabilities, with the limits' prices and a proof.
///
/// ```swift
/// let found = try ConstrainedPlanner().search(Problem(game: game, objective: objective))
/// ```
///
/// At prices μ the constrained problem falls apart into a search without constraints, L(μ) = max_π [J(π) − Σ_c μ_c (P_c(π) −
/// ε_c)], which ``BeliefPlanner`` bounds; every L(μ) is an upper bound on what the constraints allow. The best mixture of the
/// policies found so far is a linear program; its dual variables are the next prices. Where no mixture satisfies the
/// constraints, the same search first makes the largest excess as small as it can be, or proves that it cannot be 0.
///
/// Exact: value, probabilities and bounds hold up to rounding at every moment.
///
/// Source: column generation, Dantzig & Wolfe 1960 (doi:10.1287/opre.8.1.101); its use for constrained partially observable
/// processes, Yost & Washburn 2000, Naval Research Logistics 47(8), 607–619.
public struct ConstrainedPlanner: PolicySolver {
    public let settings: ConstrainedPlannerSettings

    public init(_ settings: ConstrainedPlannerSettings = ConstrainedPlannerSettings()) { self.settings = settings }

    /// The best mixture with its prices and the proof.
    public func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
        var settings = settings
        settings.planner = settings.planner.controlled(by: control)
        settings.seeds?.threads = settings.planner.threads
        return try ConstrainedPlanner(settings).search(problem, control: control).solution
    }

    /// - Parameters:
    ///   - policies: policies of the game that the search begins with, beside those of the settings.
    ///   - control: asked to stop at every belief, told of the bounds before every new price.
    /// - Throws: ``SolverError`` if there are no constraints, there is a KL term, or the memory is too small for the game's
    ///   tables; `GameError` if the mixture has more nodes than a controller may have.
    /// - Complexity: one search by ``BeliefPlanner`` per price; usually a few prices per constraint.
    public func search(
        _ problem: Problem, policies: [Policy] = [], control: RunControl = RunControl()
    ) throws -> ConstrainedResult {
        let (game, objective, time) = (problem.game, problem.objective, SearchTime(control))
        let isAsked = control.shouldStop
        // The mixture is valued, and its openings are, in what is left of the time.
        let shouldStop: @Sendable () -> Bool = { isAsked() || time?.isPolicyDue == true }
        try settings.check()
        try SolverError.requireMyopic(game, for: "the belief method")
        try check(objective)
        var pool = PolicyPool(game: game, objective: objective, limit: settings.poolBytes)
        let seed = try SeedPolicies(
            problem: problem, settings: settings.seeds, bytes: settings.planner.memoryMebibytes << 19
        ).add(to: &pool, shouldStop: shouldStop)
        for policy in policies { pool.add(policy) }
        let first = try pool.best()
        var search = PriceSearch(
            game: game, objective: objective, settings: settings, pool: pool, shouldStop: shouldStop)
        let ending = try search.run(shouldStop: shouldStop, progress: control.progress)
        let optimum = try search.pool.best()
        let parts = search.pool.parts(of: optimum)
        let policy = try Policy.mixture(parts, game: game)
        let evaluation = Evaluation(policy, game: game)
        let solution = Solution(
            status: ending, policy: policy, evaluation: evaluation, value: objective.value(of: evaluation, game: game),
            bound: search.upperBound,
            multipliers: optimum.excess <= 0 ? optimum.multipliers : objective.constraints.map { _ in 0 },
            violation: objective.violation(of: evaluation))
        return ConstrainedResult(
            solution: solution, weights: optimum.parts.map(\.weight), parts: parts.map(\.controller),
            iterations: search.iterations, policies: search.pool.count, steps: search.steps,
            seedValue: first.excess <= 0 ? pool.value(of: first) : nil,
            finiteMemory: seed.flatMap { FiniteMemoryBest($0, memory: .lastWithTurn) }, settings: settings)
    }

    private func check(_ objective: Objective) throws(SolverError) {
        try BeliefPlanner.refuseDivergence(objective)
        guard !objective.constraints.isEmpty else {
            throw SolverError("the objective has no constraints to satisfy; use BeliefPlanner, which needs none")
        }
    }
}
