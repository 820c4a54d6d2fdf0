internal import ExactEvaluation
internal import GameModel
internal import Solver

/// Plans that were optimal somewhere, each exactly valued anywhere: a lower bound on the optimal value that touches it where a
/// planner was asked.
struct PlanPool {
    /// What a planner says of one place.
    struct Answer {
        let controller: Policy
        /// Per root, by how much the optimal value may exceed this policy's, times the root's mass.
        let gaps: [Double]
        let isConverged: Bool
        /// Which of the pool's plans it is, where no search was made.
        var plan: Int?
    }

    private let settings: BeliefPlannerSettings
    let objective: Objective
    let shouldStop: @Sendable () -> Bool
    /// Tables of bounds, which places that differ in what is believed at the opening share.
    private let bounds = BeliefBounds()
    private(set) var plans: [Policy] = []

    init(_ settings: BeliefPlannerSettings, objective: Objective, shouldStop: @escaping @Sendable () -> Bool) {
        self.settings = settings
        self.objective = objective
        self.shouldStop = shouldStop
    }

    /// What the plans take, in bytes; a quarter of the memory is theirs.
    private var bytes = 0

    /// Whether there is memory for more plans.
    var hasRoom: Bool { bytes < settings.memoryMebibytes << 18 }

    mutating func add(_ plan: Policy) {
        plans.append(plan)
        bytes += 8 * plan.strategies.count + 4 * plan.memory.successors.count + 48 * plan.memory.nodeCount
    }

    /// - Parameters:
    ///   - gap: what may be left open; nil for what the settings say.
    ///   - seeds: plans that the search starts from; nil for the last ones, which are often nearly optimal next to where they were
    ///     found.
    /// - Complexity: a search; once there is no more time, one evaluation of a plan and the quickest of the bounds.
    func ask(_ rooted: RootedGame, gap: Double? = nil, seeds: [Policy]? = nil) throws -> Answer {
        let seeds = seeds ?? Array(plans.suffix(2))
        if !plans.isEmpty, shouldStop() { return known(plans.count - 1, in: rooted) }
        var settings = settings
        if let gap { settings.gap = gap }
        settings.memoryMebibytes = max(1, settings.memoryMebibytes - settings.memoryMebibytes / 4)
        if !seeds.isEmpty { settings.gradientStarts = 0 }
        let solution = try BeliefPlanner(settings).search(
            Problem(game: rooted.game, objective: objective), seeds: seeds, bounds: bounds,
            control: RunControl(stop: shouldStop))
        return Answer(
            controller: solution.policy,
            gaps: rooted.roots.map { max(0, solution.gap) / $0.share * $0.mass }, isConverged: solution.isConverged)
    }

    /// What is known of a place without a search: the last plan, and what no plan exceeds.
    private func known(_ plan: Int, in rooted: RootedGame) -> Answer {
        let evaluation = Evaluation(plans[plan], game: rooted.game)
        let value = objective.goal == .payoff ? evaluation.payoff : evaluation.safe
        let upper = FastInformedBound.value(game: rooted.game, goal: objective.goal, shouldStop: shouldStop)
        return Answer(
            controller: plans[plan], gaps: rooted.roots.map { max(0, upper - value) / $0.share * $0.mass },
            isConverged: false, plan: plan)
    }

    /// The response with which a plan begins at a root.
    func response(of plan: Policy, at root: RootedGame.Root) -> Int {
        let strategy = plan.memory.initial[root.cue].strategy(of: plan)
        return strategy.indices.max { strategy[$0] < strategy[$1] } ?? 0
    }

    /// Per root, what a plan is worth there, times the root's mass.
    ///
    /// - Complexity: one backward pass over the plan's graph.
    func values(of plan: Policy, in rooted: RootedGame) throws -> [Double] {
        let table = try ActionValues(plan, game: rooted.game, objective: objective, multipliers: [])
        return rooted.roots.map { root in
            let row = table.expected(
                belief: root.belief, turn: 1, nodes: plan.memory.initial[root.cue], controller: plan)
            return root.mass * row[response(of: plan, at: root)]
        }
    }
}
