internal import ExactEvaluation
public import GameModel
internal import Output
public import Scenarios
internal import Solver

/// `--method soft`: the KL-regularised optimum over policies that remember everything, with bounds.
public struct SoftMethod: SolvingMethod {
    /// What upper − lower bound may leave open, in the goal's units.
    public var gap: Double

    public init(gap: Double = 1e-4) { self.gap = gap }

    public func solve(_ scenario: Scenario, _ control: RunControl) throws -> SolvedScenario {
        let settings = SoftPlannerSettings(gap: gap).controlled(by: control)
        let problem = Problem(game: scenario.game, objective: scenario.objective)
        let found = try SoftPlanner(settings).search(problem, control: control)
        let divergence = found.evaluation.divergence
        let weight = scenario.objective.klWeight
        let nodes = found.policy.memory.nodeCount
        let ending =
            switch found.status {
            case .limitReached: Self.ending(found.limit, gap: found.gap)
            case .memoryLimit: Ending.memoryLimit + ", or --gap more"
            default: Ending.text(found.status)
            }
        return SolvedScenario(
            found.solution, of: scenario, method: "soft", ending: ending,
            notes: [
                "of this \(scenario.amount(found.value + weight * divergence, 6)) is earned and "
                    + "\(scenario.amount(weight * divergence, 6)) spent on leaving the reference: "
                    + "\(Format.fixed(divergence, 6)) nats at τ = \(weight)",
                "policy graph of \(nodes) nodes; \(found.beliefs) beliefs looked into and \(found.bounded) bounded",
            ],
            members: [
                "kl_weight": .number(weight), "kl": .number(divergence),
                "informed_bound": .number(found.informedBound), "iterations": .integer(found.beliefs),
                "beliefs": .integer(found.beliefs), "beliefs_bounded": .integer(found.bounded),
                "nodes": .integer(nodes), "violation": .number(found.violation),
            ],
            settings: settings.members, summary: { found.summary(problem.objective, problem.game) })
    }

    /// Which limit was reached, and what would help.
    static func ending(_ limit: SoftLimit?, gap: Double) -> String {
        switch limit {
        case .time:
            "time limit reached: too little was left for a larger round; this is the best so far; give --time-limit more"
        case .memory: Ending.memoryLimit + ", or --gap more"
        case .beliefs: "limit of beliefs reached: this is the best so far"
        case .prices, nil:
            "limit reached: every search closed, and what is open lies between the bound and the policy's own graph, which "
                + "more time does not narrow; --gap \(Format.significant(max(gap, 0) * 1.05, 2)) would take it"
        }
    }
}
