internal import GameModel
internal import Parameters
internal import Solver

/// Plans that were optimal somewhere, each exactly valued anywhere: a lower bound on the optimal value that touches it where a
/// planner was asked.
struct PlanPool {
    /// What a planner says of one place.
    struct Answer {
        let controller: FiniteMemoryController
        /// Per root, by how much the optimal value may exceed this policy's, times the root's mass.
        let gaps: [Double]
        let isConverged: Bool
    }

    let planner: BeliefPlanner
    let objective: Objective
    let shouldStop: () -> Bool
    private(set) var plans: [FiniteMemoryController] = []

    init(_ settings: BeliefPlannerSettings, objective: Objective, shouldStop: @escaping () -> Bool) {
        planner = BeliefPlanner(settings)
        self.objective = objective
        self.shouldStop = shouldStop
    }

    mutating func add(_ plan: FiniteMemoryController) { plans.append(plan) }

    func ask(_ rooted: RootedGame) throws -> Answer {
        // The last plans are often nearly optimal next to where they were found: the search starts from them.
        let solution = try planner.solve(
            game: rooted.game, objective: objective, seeds: Array(plans.suffix(2)), shouldStop: shouldStop)
        return Answer(
            controller: solution.controller,
            gaps: rooted.roots.map { max(0, solution.gap) / $0.share * $0.mass }, isConverged: solution.isConverged)
    }

    /// The response with which a plan begins at a root.
    func response(of plan: FiniteMemoryController, at root: RootedGame.Root) -> Int {
        let strategy = plan.memory.initial[root.cue].strategy(of: plan)
        return strategy.indices.max { strategy[$0] < strategy[$1] } ?? 0
    }

    /// Per root, what a plan is worth there, times the root's mass.
    ///
    /// - Complexity: one backward pass over the plan's graph.
    func values(of plan: FiniteMemoryController, in rooted: RootedGame) throws -> [Double] {
        let table = try ActionValues(plan, game: rooted.game, objective: objective, multipliers: [])
        return rooted.roots.map { root in
            let row = table.expected(
                belief: root.belief, turn: 1, nodes: plan.memory.initial[root.cue], controller: plan)
            return root.mass * row[response(of: plan, at: root)]
        }
    }
}
