internal import ExactEvaluation
public import GameModel

/// Finds the optimal policy against users without foresight, and proves how good it is.
///
/// ```swift
/// let found = try BeliefPlanner().search(Problem(game: game, objective: objective))
/// ```
///
/// Against such users the game is a partially observable Markov decision process of T turns over H hidden states. The
/// planner searches the beliefs that can be reached from the opening cues, with an upper bound from delayed revelation
/// (``InformedBound``) and a lower bound from conditional plans, until the two are as close as asked. The policy is returned
/// as a graph and valued again by the forward pass that values any controller.
///
/// Exact: both bounds hold up to rounding at every moment.
public struct BeliefPlanner: PolicySolver {
    public let settings: BeliefPlannerSettings

    public init(_ settings: BeliefPlannerSettings = BeliefPlannerSettings()) { self.settings = settings }

    /// The policy with the proof; limits on outcomes go to ``ConstrainedPlanner``.
    public func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
        try BeliefPlanner(settings.controlled(by: control)).search(problem, control: control).solution
    }

    /// - Parameters:
    ///   - seeds: controllers of the game to begin with; the policy returned is at least as good as each of them.
    ///   - control: asked to stop at every belief and by the preparations (seeds and tables of bounds), of which what is left is then
    ///     skipped: that makes the first bounds wider and no result wrong. Told of the bounds at the start and whenever the number of
    ///     steps has grown by a quarter.
    /// - Throws: ``SolverError`` if the objective has constraints or a KL term, or the memory is too small for the game's
    ///   tables; `GameError` if the policy has more nodes than a controller may have.
    /// - Complexity: exponential in T at worst, in steps of O(|A| · |O| · H · |A|); bounded by the memory and by the control.
    public func search(
        _ problem: Problem, seeds: [Policy] = [], control: RunControl = RunControl()
    ) throws -> BeliefResult {
        try search(
            problem, seeds: seeds, bounds: BeliefBounds(), skipsPreparations: nil, time: SearchTime(control),
            control: control)
    }

    /// The same with bounds that are kept from search to search, as many as are to be made before the deadline.
    ///
    /// - Parameter skipsPreparations: asked by the preparations in place of the control, where these are to end before the search.
    package func search(
        _ problem: Problem, seeds: [Policy] = [], bounds: BeliefBounds = BeliefBounds(),
        skipsPreparations: (@Sendable () -> Bool)? = nil, control: RunControl = RunControl()
    ) throws -> BeliefResult {
        try search(
            problem, seeds: seeds, bounds: bounds, skipsPreparations: skipsPreparations, time: nil, control: control)
    }

    /// - Parameter time: how this search spends what there is until the deadline; nil where others follow.
    private func search(
        _ problem: Problem, seeds: [Policy], bounds: BeliefBounds, skipsPreparations: (@Sendable () -> Bool)?,
        time: SearchTime?, control: RunControl
    ) throws -> BeliefResult {
        let (game, objective) = (problem.game, problem.objective)
        try check(objective)
        try SolverError.requireMyopic(game, for: "the belief method")
        try settings.check()
        var warmStart: WarmStart?
        let shouldStop = control.shouldStop
        let preparing = skipsPreparations ?? shouldStop
        let seed = try gradientSeed(problem, shouldStop: preparing)
        var result = try search(
            game: game, goal: LagrangianGoal(objective.goal), seeds: seeds + (seed.map { [$0.policy] } ?? []),
            bounds: bounds, warmStart: &warmStart, skipsPreparations: preparing, time: time, shouldStop: shouldStop,
            progress: control.progress)
        result.finiteMemory = seed.flatMap { FiniteMemoryBest($0, memory: .lastWithTurn) }
        return result
    }

    /// The same for a goal under prices on outcomes; the solution's value and bounds are those of the priced goal.
    ///
    /// - Parameters:
    ///   - warmStart: plans of a search under other prices to begin with; replaced by those of this search.
    ///   - skipsPreparations: polled by the preparations; once true, what is left of them is skipped.
    ///   - time: how what there is until the deadline is spent; nil where other searches follow.
    func search(
        game: Game, goal: LagrangianGoal, seeds: [Policy] = [], bounds: BeliefBounds = BeliefBounds(),
        warmStart: inout WarmStart?, skipsPreparations: @escaping @Sendable () -> Bool = { false },
        time: SearchTime? = nil, shouldStop: @escaping @Sendable () -> Bool, progress: (RunProgress) -> Void
    ) throws -> BeliefResult {
        try settings.check()
        let budget = try BeliefBudget(settings, game: game, time: time)
        let tables = BeliefTables(game: game, goal: goal)
        let upper = bounds.bound(tables, budget, threads: settings.threads, shouldStop: skipsPreparations)
        let plans = PlanBound(
            tables, store: PlanStore(tables), capacity: budget.plansPerTurn, ceiling: budget.sampledPlans)
        warmStart?.pass(on: plans)
        let width = warmStart == nil ? budget.seedWidth : min(budget.seedWidth, budget.plansPerTurn / 2)
        // What is not passed on is not needed any more.
        warmStart = nil
        PlanSeeds(tables: tables, upper: upper, plans: plans, width: width, shouldStop: skipsPreparations).run()
        let found = try explore(
            budget, goal: goal, upper: upper, plans: plans, seeds: seeds, skipsPreparations: skipsPreparations,
            time: time, shouldStop: shouldStop, progress: progress)
        warmStart = WarmStart(plans, roots: found.roots)
        let controller = try PlanGraph(store: plans.store, game: game, roots: found.roots).controller()
        let evaluation = Evaluation(controller, game: game)
        let value = goal.value(of: evaluation, game: game)
        return BeliefResult(
            solution: Solution(
                status: settled(found.status, gap: found.bound - value, rounding: found.rounding), policy: controller,
                evaluation: evaluation, value: value, bound: found.bound),
            claimedValue: found.claimedValue, informedBound: found.informedBound, steps: found.steps,
            exactSteps: found.exactSteps, bytes: budget.bytes,
            bytesUsed: budget.tableBytes + found.treeBytes + plans.store.bytes, isMemoryFull: found.isMemoryFull,
            settings: settings)
    }

    /// What is left of a search once its tree is gone.
    private struct Found {
        let status: Solution.Status
        /// By opening cue, the plan that the policy begins with.
        let roots: [Int32]
        /// What these plans are worth together.
        let claimedValue: Double
        let bound: Double
        let informedBound: Double
        /// Gaps below this are rounding.
        let rounding: Double
        let steps: Int
        let exactSteps: Int
        let treeBytes: Int
        let isMemoryFull: Bool
    }

    /// Searches, and makes the plans that the policy is made of. The memory of the tree is free afterwards: the controller and its evaluation
    /// take it.
    private func explore(
        _ budget: BeliefBudget, goal: LagrangianGoal, upper: StateInformedBound, plans: PlanBound, seeds: [Policy],
        skipsPreparations: @Sendable () -> Bool, time: SearchTime?, shouldStop: @escaping @Sendable () -> Bool,
        progress: (RunProgress) -> Void
    ) throws -> Found {
        let tables = plans.tables
        let game = tables.game
        let isSearchOver: @Sendable () -> Bool = { shouldStop() || time?.isSearchOver == true }
        let rewards = GoalRewards(game: game, goal: goal)
        let range = rewards.range
        let search = BeliefSearch(
            tables, upper: upper, plans: plans, budget: budget, slack: max(1e-15 * range, 0.01 * settings.gap),
            unit: range, threads: settings.threads, shouldStop: isSearchOver)
        guard search.start() else { throw BeliefBudget.tooSmall(settings, needed: budget.tableBytes) }
        let informed = search.upperBound
        for controller in seeds {
            let made = try ControllerPlans(controller, tables: tables)
            if let kept = made.keep(in: plans, bytes: budget.seedBytes, shouldStop: skipsPreparations) {
                search.adopt(kept)
            }
        }
        let rounding = max(1e-12 * min(range, 2 * rewards.size), 1e-14 * rewards.size)
        var run = Run(search: search, settings: settings, rounding: rounding)
        let status = run.search(shouldStop: isSearchOver, progress: progress)
        // A search that was stopped finds plans again only as far as that takes no time, or the time that was kept for it; where it
        // does not get, the best plan that is kept serves, which is worth less than the search knows.
        let hasTime = time != nil && !shouldStop()
        let afterwards = status == .stopped ? (hasTime ? budget.inKeptTime : budget.afterwards) : nil
        if let afterwards { search.exact.goOn(within: afterwards.beliefs) }
        let found = PlanExtraction(
            search: search, limits: budget.plans, afterwards: afterwards,
            isInterrupted: { hasTime && (shouldStop() || time?.isPolicyDue == true) }
        ).openings()
        let openings = PlanMerging(plans, limit: budget.plans.count).openings(
            zip(search.roots, found).map { ($0.cue, $1) })
        // Cues that nobody opens with go where the first possible one goes.
        var roots = [Int32](repeating: openings.first ?? 0, count: game.cues.count)
        var claimed = 0.0
        for (root, plan) in zip(search.roots, openings) {
            roots[root.cue] = plan
            claimed += unsafe plans.worth(plan, turn: 1, tables.opening(root.cue))
        }
        return Found(
            status: status, roots: roots, claimedValue: claimed, bound: search.upperBound, informedBound: informed,
            rounding: rounding, steps: run.steps, exactSteps: search.depthFirstSteps,
            treeBytes: search.tree.bytesUsed, isMemoryFull: search.isFull)
    }

    /// What a short run of the gradient method finds.
    private func gradientSeed(
        _ problem: Problem, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> GradientResult? {
        let game = problem.game
        guard settings.gradientStarts > 0, game.horizon > 1, !shouldStop() else { return nil }
        var search = GradientSolverSettings(
            starts: settings.gradientStarts, perturbations: 0, maximumIterations: 200,
            threads: settings.threads)
        do {
            // Where not even one start at a time fits in half of the memory, the search begins without.
            let footprint = try GradientFootprint(game: game, memory: .lastWithTurn)
            guard let threads = footprint.threads(within: settings.memoryMebibytes << 19, of: search) else {
                return nil
            }
            search.threads = threads
            return try GradientSolver(search).search(
                problem, memory: .lastWithTurn, isBounded: false, control: RunControl(stop: shouldStop))
        } catch is GameError {
            // So many observations that even the last one is too much to remember: the search begins without.
            return nil
        }
    }

    /// A search that got there, with a policy that does not for want of memory, did not get there.
    private func settled(_ status: Solution.Status, gap: Double, rounding: Double) -> Solution.Status {
        guard status == .optimal || status == .gapReached else { return status }
        if gap <= 10 * rounding { return .optimal }
        return gap <= max(settings.gap, 10 * rounding) ? .gapReached : .memoryLimit
    }

    private func check(_ objective: Objective) throws(SolverError) {
        guard objective.constraints.isEmpty else {
            throw SolverError(
                "this planner does not take constraints and the objective has \(objective.constraints.count); use "
                    + "ConstrainedPlanner, which does, or leave them out")
        }
        try Self.refuseDivergence(objective)
    }
}

extension BeliefPlanner {
    /// A KL-regularised optimum randomises everywhere, which no search over plans can find.
    static func refuseDivergence(_ objective: Objective) throws(SolverError) {
        guard objective.klWeight == 0 else {
            throw SolverError(
                "belief planning does not take a KL term and the objective weighs one by \(objective.klWeight); "
                    + (objective.reference.isConstant
                        ? "use --method soft or --method gradient, which do, or set kl_weight to 0"
                        : SolverError.driftingAdvice(objective.reference)))
        }
    }
}

extension BeliefPlanner {
    /// The loop of one search.
    private struct Run {
        let search: BeliefSearch
        let settings: BeliefPlannerSettings
        let rounding: Double
        var steps = 0
        /// What rounds of plans have taken so far, in ``BeliefTables/work``.
        private var roundWork = 0.0
        private let beliefWork: Double

        init(search: BeliefSearch, settings: BeliefPlannerSettings, rounding: Double) {
            (self.search, self.settings, self.rounding) = (search, settings, rounding)
            beliefWork = BeliefTables.work(game: search.tables.game)
        }

        mutating func search(
            shouldStop: () -> Bool, progress: (RunProgress) -> Void
        ) -> Solution.Status {
            var nextReport = 0
            while true {
                let (lower, upper) = (search.lower, search.upperBound)
                if steps >= nextReport {
                    progress(RunProgress(steps: steps, lower: lower, upper: upper))
                    nextReport = steps + max(1, steps / 4)
                }
                if upper - lower <= rounding { return .optimal }
                if upper - lower <= 0.98 * settings.gap { return .gapReached }
                if steps >= settings.maximumSteps { return .stepLimit }
                if shouldStop() { return .stopped }
                if search.isFull, !settings.finishesDepthFirst { return .memoryLimit }
                if isRoundDue {
                    roundWork += search.rounds.work
                    search.improvePlans()
                    continue
                }
                switch search.step(most: settings.maximumSteps - steps) {
                case .full: return .memoryLimit
                case .advanced(let count): steps += count
                case .exhausted: return .optimal
                case .stopped: return .stopped
                }
            }
        }

        /// Rounds of plans begin once the search has taken a while, and take a share of the work from then on. Counted rather than timed, so that
        /// a search repeats itself.
        private var isRoundDue: Bool {
            let work = beliefWork * Double(steps + search.depthFirstSteps)
            return work >= Self.beforeRounds && Self.roundShare * work >= roundWork + search.rounds.work
        }

        /// Multiplications: some tenths of a second.
        private static let beforeRounds = 1e9
        private static let roundShare = 0.25
    }
}
