internal import ExactEvaluation
internal import GameModel

/// One problem of soft planning: searches at given prices, and what they come to.
struct SoftTask {
    let game: Game
    let objective: Objective
    let settings: SoftPlannerSettings
    let shouldStop: @Sendable () -> Bool
    /// Whether what is left of the time is for the policy: it is swept, priced and valued once the search is over.
    let isSearchOver: @Sendable () -> Bool
    /// When that is; nil without a deadline.
    let searchEnd: ContinuousClock.Instant?
    let progress: (RunProgress) -> Void
    let base: BeliefTables
    /// The goal without prices, and what beliefs weigh types by.
    private let goal: LagrangianGoal
    /// The largest difference between the values of two policies.
    let range: Double
    private let bytes: Int
    private let delay: Int
    private let plansPerTurn: Int
    /// The most plans of a turn, and the most points of a turn's table, that the memory has room for.
    private let mostPlans: Int
    let mostEntries: Int
    private let mostConversations: Int
    /// Whether a table of points can be made for this game, and is of use: where no gap may be left and every belief may be
    /// looked into, only that helps.
    let canRefine: Bool
    /// Whether a turn leads to so many beliefs that looking ahead from one takes the better part of a second.
    private let isWide: Bool

    /// What a search at given prices found.
    struct Found {
        let search: SoftSearch
        let status: Solution.Status
        let informed: Double
        /// Whether a table of points was made, at prices that an earlier search found.
        let isRefined: Bool

        var ending: Ending {
            Ending(status: status, beliefs: search.graph.expandedCount, bounded: search.graph.nodeCount)
        }
    }

    /// How a search ended: what is left of it when the next one begins.
    struct Ending {
        let status: Solution.Status
        let beliefs: Int
        let bounded: Int
    }

    /// The share of a time limit that is kept for the policy. Rounds with tables are planned with what it takes to finish them, and their
    /// policies are small; without tables one search fills the time, and its policy has a node for every belief.
    private static let (finishingRound, finishingSearch) = (0.02, 0.4)

    init(
        game: Game, objective: Objective, settings: SoftPlannerSettings, control: RunControl
    ) throws(SolverError) {
        self.game = game
        self.objective = objective
        self.settings = settings
        shouldStop = control.shouldStop
        progress = control.progress
        let all = settings.memoryMebibytes << 20
        let fan = game.responses.count * game.shownReactions.count * game.cues.count
        // Tables, plans and their seeds, and the controller with its passes.
        let perPlan = 16 * game.horizon * (game.hiddenCount + fan) + 8 * fan * (game.hiddenCount + 16)
        // Few enough plans to fit in a quarter.
        var plans = max(1, all / 4 / perPlan)
        // A node of every plan and turn at most, and as many again of beliefs that are looked into.
        let most = ControllerMemory.largestGraph(followsResponses: true, game: game)
        let fitting = min(most, Self.nodes(within: all / 4, all: all, game: game))
        plans = min(plans, fitting / 2 / game.horizon)
        guard plans > 0 || most >= 2 * game.horizon else {
            throw SolverError(
                "a soft policy needs a node for every turn and some more, \(2 * game.horizon) of them, and this game allows at "
                    + "most \(most); reduce its turns, responses or observations")
        }
        mostPlans = max(1, plans)
        plansPerTurn = min(mostPlans, settings.plansPerTurn)
        let needed = 2 * BeliefTables.bytes(game: game) + plansPerTurn * perPlan
        let rest = all - needed
        guard rest > all / 4, plans > 0 else { throw Self.tooSmall(settings, needed: max(needed, all)) }
        bytes = rest / 2
        // A search with tables gives them half of what it has: the present ones, and those that led to where beliefs are.
        mostEntries = bytes / 4 / (game.horizon * 32 * ((game.responses.count + 3) / 4))
        mostConversations = bytes / 8 / (16 * game.horizon * game.hiddenCount)
        canRefine =
            (settings.gap > 0 || settings.maximumBeliefs < .max) && game.horizon > 2
            && TypeBlindPoints.fit(game, entries: min(mostEntries, SoftEffort.first.entries))
        let share = canRefine ? Self.finishingRound : Self.finishingSearch
        let searchEnd = control.deadline.map { deadline in
            deadline.advanced(by: max(.zero, ContinuousClock.now.duration(to: deadline)) * -share)
        }
        self.searchEnd = searchEnd
        isSearchOver = { [shouldStop] in shouldStop() || searchEnd.map { ContinuousClock.now >= $0 } ?? false }
        goal = LagrangianGoal(objective.goal, limits: objective.constraints, game: game)
        base = BeliefTables(game: game, goal: goal)
        range = max(
            GoalRewards(game: game, goal: objective.goal).range + KLScale.largest(objective, game: game),
            .leastNormalMagnitude)
        isWide = Double(fan) * Double(fan) * Double(game.hiddenCount * game.responses.count) > 2e8
        let entries = Double(game.horizon * game.hiddenCount * game.hiddenCount * game.responses.count)
        // Where even a delay of 0 takes many seconds, the hidden state is told at once.
        var delay = entries * Double(fan) > 2e10 ? -1 : 0
        while delay >= 0, delay < settings.delay,
            entries * (0...delay + 1).reduce(1.0, { product, _ in product * Double(fan) }) <= 1e9
        {
            delay += 1
        }
        self.delay = delay
    }

    /// Differences below this are rounding.
    var rounding: Double { 1e-12 * range }

    /// Searches at prices.
    ///
    /// - Parameters:
    ///   - effort: what a round puts into tables and plans; nil for bounds and plans without a table of points.
    ///   - guide: the bound of the round before, whose soft answers lead to the beliefs that matter.
    func search(
        multipliers: [Double], gap: Double, maximumBeliefs: Int, effort: SoftEffort? = nil,
        guide: SoftInformedBound? = nil
    ) throws(SolverError) -> Found {
        let tables = SoftTables(
            base, objective: objective, prices: prices(multipliers),
            goalShares: goal.weights.isEmpty
                ? [] : (0..<game.hiddenCount).map { goal.share(ofUser: game.user(of: $0), game: game) })
        let upper = SoftInformedBound(tables, delay: effort == nil ? delay : min(delay, 0), shouldStop: isSearchOver)
        let plans = SoftPlans(tables)
        let width = effort.map { min(mostPlans, $0.plans) } ?? plansPerTurn
        let seeds = SoftPlanSeeds(tables: tables, upper: upper, plans: plans, width: width, shouldStop: isSearchOver)
        if let effort {
            let sampling = SoftSampling(
                tables, conversations: min(mostConversations, effort.conversations), informed: upper,
                bound: guide?.refined, shouldStop: isSearchOver)
            let points = TypeBlindPoints(tables: tables, sampling: sampling, entries: min(mostEntries, effort.entries))
            upper.refined = TypeBlindBound(
                tables, informed: upper, turns: points.turns(), threads: settings.threads, shouldStop: isSearchOver)
            seeds.run(at: sampling.plain)
        } else {
            seeds.run()
        }
        let most = ControllerMemory.largestGraph(followsResponses: true, game: game)
        let search = SoftSearch(
            tables, upper: upper, plans: plans, exactTurns: isWide ? min(1, settings.exactTurns) : settings.exactTurns,
            lookahead: isWide || effort != nil ? 0 : settings.lookahead, bytes: effort == nil ? bytes : bytes / 2,
            limit: min(most, nodesInMemory) - game.horizon * (width + 1),
            policyLimit: effort == nil ? .max : SoftEffort.policyBeliefs)
        guard search.start() else { throw Self.tooSmall(settings, needed: (settings.memoryMebibytes << 20) - bytes) }
        let informed = search.upperBound
        return Found(
            search: search, status: run(search, gap: gap, maximumBeliefs: maximumBeliefs), informed: informed,
            isRefined: effort != nil)
    }

    /// How many nodes a controller may have for its tables and passes to fit in the memory's other half, and for its JSON to fit
    /// in all of it once the search is gone.
    private var nodesInMemory: Int {
        Self.nodes(within: bytes, all: settings.memoryMebibytes << 20, game: game)
    }

    private static func nodes(within bytes: Int, all: Int, game: Game) -> Int {
        let (width, observations) = (game.responses.count, game.observations.count)
        let shown = game.shownReactions.count
        let passes = 8 * width * (game.hiddenCount * (2 * shown + 3) + 2 * observations + 4)
        // Lists of numbers per response, and their text once as bytes and once as it grows.
        let json = 1024 + width * (48 + 96 + game.observations.later.count * 60)
        return min(bytes / passes, all / 4 * 3 / (json + 12 * width * observations))
    }

    static func tooSmall(_ settings: SoftPlannerSettings, needed: Int) -> SolverError {
        SolverError(
            "\(settings.memoryMebibytes) MiB are too little for this game's tables and a search; allow more memory, about "
                + "\(((needed / 3 * 4) >> 20) + 1) MiB")
    }

    private func run(_ search: SoftSearch, gap: Double, maximumBeliefs: Int) -> Solution.Status {
        while true {
            let (lower, upper) = (search.lowerBound, search.upperBound)
            progress(RunProgress(steps: search.graph.expandedCount, lower: lower, upper: upper))
            if upper - lower <= rounding { return .optimal }
            if upper - lower <= gap { return .gapReached }
            if search.isFull { return .memoryLimit }
            if search.graph.expandedCount >= maximumBeliefs { return .limitReached }
            if isSearchOver() { return .stopped }
            // Terms this small may all be left out: there are fewer leaves than would make them count.
            let least = max(gap, rounding) / Double(max(1, search.graph.nodeCount)) / 2
            if !search.round(tolerance: least, maximum: maximumBeliefs, shouldStop: isSearchOver) {
                return search.isFull ? .memoryLimit : isSearchOver() ? .stopped : .gapReached
            }
        }
    }

    /// [H, |Ω|] what ending in an outcome costs at multipliers μ of P(ω | θ): μ / w_θ.
    private func prices(_ multipliers: [Double]) -> [Double] {
        var prices = [Double](repeating: 0, count: game.hiddenCount * game.outcomes.count)
        for (constraint, multiplier) in zip(objective.constraints, multipliers) where multiplier > 0 {
            for hidden in 0..<game.hiddenCount where game.user(of: hidden) == constraint.user {
                prices[hidden * game.outcomes.count + constraint.outcome] +=
                    multiplier / goal.weight(ofUser: constraint.user, game: game)
            }
        }
        return prices
    }

    /// Where plans stand in for beliefs that were not looked into, each answers for several beliefs at once: a few sweeps fit their
    /// strategies to the beliefs that really meet there. Never worse.
    func improved(
        _ controller: Policy, isExact: Bool
    ) throws(GameError) -> Policy {
        guard !isExact, controller.memory.nodeCount <= Self.sweptNodes, !shouldStop() else { return controller }
        var sweep = SoftSweep(
            controller, game: game, objective: objective, tolerance: 1e-9 * range, shouldStop: shouldStop)
        _ = sweep.settle(multipliers: [])
        return try Policy(memory: controller.memory, strategies: sweep.strategies, game: game)
    }

    /// Graphs with more nodes than this are not swept: it would take longer than the search.
    private static let sweptNodes = 50_000

    /// How a search ended is judged by the policy's exact value: one that ended well with a policy that is not as good did not end
    /// well, and one whose policy turns out to be as good as was asked for did, whatever stopped it.
    func settled(_ status: Solution.Status, gap: Double) -> Solution.Status {
        // A value above its bound is no proof: a limit is then exceeded within the tolerance, at a price that makes that worth much.
        if abs(gap) <= 10 * rounding { return .optimal }
        if abs(gap) <= settings.gap { return .gapReached }
        return status == .optimal || status == .gapReached ? .limitReached : status
    }

    func solution(
        _ status: Solution.Status, _ controller: Policy, _ evaluation: Evaluation, upper: Double,
        informed: Double, multipliers: [Double], of ending: Ending, limit: SoftLimit?
    ) -> SoftResult {
        SoftResult(
            solution: Solution(
                status: status, policy: controller, evaluation: evaluation,
                value: objective.value(of: evaluation, game: game), bound: upper, multipliers: multipliers,
                violation: objective.violation(of: evaluation)),
            limit: status == .limitReached ? limit ?? .prices : nil, informedBound: informed,
            beliefs: ending.beliefs, bounded: ending.bounded,
            bytes: settings.memoryMebibytes << 20,
            settings: settings)
    }
}
