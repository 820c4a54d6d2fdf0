internal import ExactEvaluation
public import GameModel

/// Finds the optimal policy against users who do not look ahead, and proves how good it is.
///
/// ```swift
/// let solution = try BeliefPlanner().solve(game: game, objective: objective)
/// ```
///
/// Against such users the game is a partially observable Markov decision process of T turns over H hidden states. The
/// planner searches the beliefs that can be reached from the opening cues, with an upper bound from delayed revelation
/// (``InformedBound``) and a lower bound from conditional plans, until the two are as close as asked. The policy is returned
/// as a graph and valued again by the forward pass that values any controller.
///
/// Exact: both bounds hold up to rounding at every moment.
public struct BeliefPlanner: Sendable {
    public let settings: BeliefPlannerSettings

    public init(_ settings: BeliefPlannerSettings = BeliefPlannerSettings()) { self.settings = settings }

    /// - Parameters:
    ///   - seeds: controllers of the game to begin with; the policy returned is worth at least as much as each of them.
    ///   - isHurried: polled by the preparations (seeds and tables of bounds); once true, what is left of them is skipped, which
    ///     makes the first bounds wider and no result wrong.
    ///   - shouldStop: polled at every belief; once true, the best policy so far is returned with the status `stopped`.
    ///   - progress: called at the start and whenever the number of steps has grown by a quarter.
    /// - Throws: ``SolverError`` if the objective has constraints or a KL term, or the memory is too small for the game's
    ///   tables; `GameError` if the policy has more nodes than a controller may have.
    /// - Complexity: exponential in T at worst, in steps of O(|A| · |O| · H · |A|); bounded by the memory and by `shouldStop`.
    public func solve(
        game: Game, objective: Objective, seeds: [FiniteMemoryController] = [],
        isHurried: @escaping @Sendable () -> Bool = { false },
        shouldStop: @escaping () -> Bool = { false },
        progress: (BeliefProgress) -> Void = { _ in }
    ) throws -> BeliefSolution {
        try solve(
            game: game, objective: objective, seeds: seeds, bounds: BeliefBounds(), isHurried: isHurried,
            shouldStop: shouldStop, progress: progress)
    }

    /// The same with bounds that are kept from search to search.
    package func solve(
        game: Game, objective: Objective, seeds: [FiniteMemoryController], bounds: BeliefBounds,
        isHurried: @escaping @Sendable () -> Bool = { false }, shouldStop: @escaping () -> Bool,
        progress: (BeliefProgress) -> Void = { _ in }
    ) throws -> BeliefSolution {
        try check(objective)
        try SolverError.requireMyopic(game, method: "belief")
        try settings.check()
        var heritage: PlanHeritage?
        let seed = try gradientSeed(game: game, objective: objective, isHurried: isHurried)
        var solution = try solve(
            game: game, goal: PricedGoal(objective.goal), seeds: seeds + (seed.map { [$0.controller] } ?? []),
            bounds: bounds, heritage: &heritage, isHurried: isHurried, shouldStop: shouldStop, progress: progress)
        solution.finiteMemory = seed.flatMap { FiniteMemoryBest($0, memory: .lastWithTurn) }
        return solution
    }

    /// The same for a goal under prices on outcomes; the solution's value and bounds are those of the priced goal.
    ///
    /// - Parameter heritage: plans of a search under other prices to begin with; replaced by those of this search.
    func solve(
        game: Game, goal: PricedGoal, seeds: [FiniteMemoryController] = [], bounds: BeliefBounds = BeliefBounds(),
        heritage: inout PlanHeritage?, isHurried: @escaping @Sendable () -> Bool = { false },
        shouldStop: @escaping () -> Bool, progress: (BeliefProgress) -> Void
    ) throws -> BeliefSolution {
        try settings.check()
        let budget = try BeliefBudget(settings, game: game)
        let tables = BeliefTables(game: game, goal: goal)
        let upper = bounds.bound(tables, budget, threads: settings.threads, isHurried: isHurried)
        let plans = PlanBound(tables, store: PlanStore(tables), capacity: budget.plansPerTurn)
        heritage?.pass(on: plans)
        let width = heritage == nil ? budget.seedWidth : min(budget.seedWidth, budget.plansPerTurn / 2)
        // What is not passed on is not needed any more.
        heritage = nil
        PlanSeeds(tables: tables, upper: upper, plans: plans, width: width, isHurried: isHurried).run()
        let range = GoalRewards(game: game, goal: goal).range
        let search = BeliefSearch(
            tables, upper: upper, plans: plans, budget: budget, slack: max(1e-15 * range, 0.01 * settings.gap),
            shouldStop: shouldStop)
        guard search.start() else { throw BeliefBudget.tooSmall(settings, needed: budget.tableBytes) }
        let informed = search.upperBound
        for controller in seeds {
            let made = try ControllerPlans(controller, tables: tables)
            if let kept = made.keep(in: plans, bytes: budget.seedBytes, isHurried: isHurried) { search.adopt(kept) }
        }
        let rounding = 1e-12 * range
        var run = Run(search: search, settings: settings, rounding: rounding)
        let status = run.search(shouldStop: shouldStop, progress: progress)
        // A search that was stopped finds plans again only as far as that takes no time; where it does not get, the best plan that
        // is kept serves, which is worth less than the search knows.
        if status == .stopped { search.exact.goOn(within: budget.afterwards.beliefs) }
        let extraction = PlanExtraction(
            search: search, limits: budget.plans, afterwards: status == .stopped ? budget.afterwards : nil)
        var roots = [Int32](repeating: 0, count: game.cues.count)
        for root in search.roots { roots[root.cue] = unsafe extraction.plan(node: root.node, tables.opening(root.cue)) }
        let claimed = search.roots.reduce(0) { sum, root in
            let vector = plans.store.vector(turn: 1, plan: roots[root.cue])
            let opening = unsafe tables.opening(root.cue)
            return vector.enumerated().reduce(sum) { unsafe $0 + opening[$1.offset + 1] * $1.element }
        }
        // Cues that nobody opens with go where the first possible one goes.
        if let possible = search.roots.first {
            for cue in game.cues.indices where !search.roots.contains(where: { $0.cue == cue }) {
                roots[cue] = roots[possible.cue]
            }
        }
        heritage = PlanHeritage(plans, roots: roots)
        let controller = try PlanGraph(store: plans.store, game: game, roots: roots).controller()
        let evaluation = Evaluation(controller, game: game)
        let value = goal.value(of: evaluation, game: game)
        return BeliefSolution(
            status: settled(status, gap: search.upperBound - value, rounding: rounding),
            controller: controller, evaluation: evaluation, value: value, claimedValue: claimed,
            upperBound: search.upperBound, informedBound: informed, steps: run.steps,
            exactSteps: search.depthFirstSteps, bytes: budget.bytes,
            bytesUsed: budget.tableBytes + search.tree.bytesUsed + plans.store.bytes, isMemoryFull: search.isFull,
            settings: settings)
    }

    /// What a short run of the gradient method finds.
    private func gradientSeed(
        game: Game, objective: Objective, isHurried: @escaping @Sendable () -> Bool
    ) throws -> Solution? {
        guard settings.gradientStarts > 0, game.horizon > 1, !isHurried() else { return nil }
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
            return try GradientSolver(search).solve(
                game: game, objective: objective, memory: .lastWithTurn, isBounded: false, isStopped: isHurried)
        } catch is GameError {
            // So many observations that even the last one is too much to remember: the search begins without.
            return nil
        }
    }

    /// A search that got there, with a policy that does not for want of memory, did not get there.
    private func settled(_ status: BeliefSolution.Status, gap: Double, rounding: Double) -> BeliefSolution.Status {
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
                "belief planning does not take a KL term and the objective weighs one by \(objective.klWeight); use "
                    + "--method soft or --method gradient, which do, or set kl_weight to 0")
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

        mutating func search(
            shouldStop: () -> Bool, progress: (BeliefProgress) -> Void
        ) -> BeliefSolution.Status {
            var nextReport = 0
            while true {
                let (lower, upper) = (search.lower, search.upperBound)
                if steps >= nextReport {
                    progress(BeliefProgress(lower: lower, upper: upper, steps: steps))
                    nextReport = steps + max(1, steps / 4)
                }
                if upper - lower <= rounding { return .optimal }
                if upper - lower <= 0.98 * settings.gap { return .gapReached }
                if steps >= settings.maximumSteps { return .stepLimit }
                if shouldStop() { return .stopped }
                if search.isFull, !settings.finishesDepthFirst { return .memoryLimit }
                switch search.step() {
                case .full: return .memoryLimit
                case .advanced: steps += 1
                case .exhausted: return .optimal
                case .stopped: return .stopped
                }
            }
        }
    }
}
