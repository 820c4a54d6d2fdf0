internal import ExactEvaluation
public import GameModel
internal import NumericalMethods

/// Finds finite-memory controllers by maximising their exact value along its exact gradient, from many starts.
///
/// ```swift
/// let found = try GradientSolver().search(Problem(game: game, objective: objective), memory: .lastWithTurn)
/// ```
///
/// Each start runs a GSL minimiser on softmax parameters from near-uniform logits taken from a quasi-random sequence, with
/// an augmented Lagrangian around it where there are constraints. Where the controller knows the turn and nothing
/// randomises (no binding constraint, no KL term), an exact sweep of best responses finishes the start. Convergence is
/// judged in the strategies, not in the softmax, so a saturated start is never taken for an optimum.
///
/// Where users have foresight the result is the quantal Stackelberg commitment: the gradient goes through what users anticipate, and
/// best responses node by node are left out, since they would change users' reactions unseen.
///
/// The result is a local optimum of the controller class; ``Solution/gap`` bounds what any policy could add.
///
/// Source: exact policy gradients of finite-state controllers, Meuleau et al. 1999 (UAI), with forward and backward passes in
/// place of sampling.
public struct GradientSolver: PolicySolver {
    public let settings: GradientSolverSettings

    public init(_ settings: GradientSolverSettings = GradientSolverSettings()) {
        self.settings = settings
    }

    /// The best controller with the memory of the settings.
    public func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
        try GradientSolver(settings.controlled(by: control)).search(problem, memory: settings.memory, control: control)
            .solution
    }

    /// - Parameters:
    ///   - kind: what the controller remembers.
    ///   - control: asked to stop every iteration; told after every batch of starts how many are done.
    /// - Throws: ``SolverError`` for settings or sizes that cannot be solved; `GameError` if the memory does not fit.
    /// - Complexity: starts × iterations × one forward and one backward pass.
    public func search(
        _ problem: Problem, memory kind: MemoryKind, control: RunControl = RunControl()
    ) throws -> GradientResult {
        try search(problem, memory: kind, isBounded: true, control: control)
    }

    /// - Parameter isBounded: whether to bound what any policy could add, which takes long where there are many responses; otherwise
    ///   the solution's bound is infinite.
    package func search(
        _ problem: Problem, memory kind: MemoryKind, isBounded: Bool, control: RunControl
    ) throws -> GradientResult {
        let (game, objective, shouldStop) = (problem.game, problem.objective, control.shouldStop)
        try settings.check()
        try checkForesight(game)
        let memory = try ControllerMemory(kind, game: game)
        try SolverError.requireKnownReference(objective, memory: memory, game: game)
        try ReactionTables.checkSize(game: game, memory: memory)
        try GradientFootprint(game: game, memory: memory).check(settings, kind: kind)
        let parameters = SoftmaxStrategies(memory: memory, objective: objective)
        if settings.method == .simplex, parameters.parameterCount > Self.simplexLimit {
            throw SolverError(
                "the simplex method is for at most \(Self.simplexLimit) parameters and this controller has "
                    + "\(parameters.parameterCount); use bfgs2, or a controller that remembers less")
        }
        var points = try StartPoints(settings, dimension: parameters.parameterCount)
        let range = GoalRewards(game: game, goal: objective.goal).range + KLScale.largest(objective, game: game)
        let context = MultiStart(
            game: game, memory: memory, objective: objective, settings: settings,
            range: max(range, .leastNormalMagnitude), shouldStop: shouldStop)
        var searches: [Result<FinishedStart, any Error>] = []
        let batch = max(1, settings.threads)
        while points.remaining > 0, searches.isEmpty || !shouldStop() {
            let (first, slice) = (searches.count, try points.next(batch))
            searches += concurrentMap(count: slice.count, threads: settings.threads) { index in
                Result { try context.finish(from: slice[index], number: first + index) }
            }
            control.progress(RunProgress(steps: searches.count, of: settings.starts))
        }
        return try context.result(of: searches.map { try $0.get() }, isBounded: isBounded)
    }

    /// With infinite λ a user with foresight jumps from one reaction to another as the policy changes, so that the value is
    /// discontinuous, and neither a gradient nor a residual means anything. A myopic user with infinite λ does not jump: its reactions are fixed.
    private func checkForesight(_ game: Game) throws(SolverError) {
        guard let foresight = game.foresight else { return }
        for (name, rationality) in zip(game.users, foresight.rationality) where rationality == .infinity {
            throw SolverError(
                "users.\(name) has foresight with infinite rationality, so the value jumps where its best reaction changes and "
                    + "has no gradient; give a finite rationality (values approach the limit as it grows), or evaluate "
                    + "candidate policies one by one, which is exact with infinite rationality too")
        }
    }

    /// More parameters than this are hopeless for Nelder and Mead's method.
    static let simplexLimit = 200
}
