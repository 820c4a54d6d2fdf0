internal import ExactEvaluation
public import GameModel
internal import Output
public import Scenarios
public import Solver

/// `--method belief --robust all-priors | prior:RADIUS`: the mixture of policies that remember everything whose worst prior is best, with
/// a bound that closes and the least favourable prior.
public struct WorstPriorMethod: SolvingMethod {
    public var robustness: Robustness
    /// What upper − lower bound may leave open, in the goal's units.
    public var gap: Double

    public init(against robustness: Robustness, gap: Double = 1e-3) {
        self.robustness = robustness
        self.gap = gap
    }

    public func solve(_ scenario: Scenario, _ control: RunControl) throws -> SolvedScenario {
        let worst = try WorstCase(games: [scenario.game], objective: scenario.objective, robustness: robustness)
        let settings = ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: gap).controlled(by: control))
        let found = try WorstPriorPlanner(settings).search(worst, control: control)
        let nodes = found.policy.memory.nodeCount
        let pair = RobustReport(problem: worst, labels: ["robust"], evaluations: [found.worstCase])
        let prior = zip(worst.components, found.leastFavourable).map { "\($0) \(Format.fixed($1, 6))" }
        let robust: [String: JSONValue] = [
            "against": .string(robustness.name), "components": .strings(worst.components),
            "value": .number(found.value), "nominal": .number(found.worstCase.nominalValue),
            "weights": .numbers(found.leastFavourable), "largest_violation": .number(found.violation),
        ]
        return SolvedScenario(
            found.solution, of: scenario, method: "belief", ending: Ending.text(found.status),
            notes: [
                "least favourable prior, to within the gap: \(prior.joined(separator: ", "))",
                "a mixture of \(found.weights.count) policies, one drawn per conversation; policy graph of \(nodes) nodes",
                "\(found.iterations) priors tried; \(found.steps) beliefs looked into; the best of \(found.policies) policies known",
                pair.text,
            ],
            members: [
                "violation": .number(found.violation), "robust": .object(robust), "comparison": pair.json,
                "mixture": .numbers(found.weights), "iterations": .integer(found.iterations),
                "policies": .integer(found.policies), "steps": .integer(found.steps), "nodes": .integer(nodes),
            ],
            settings: settings.members, valueName: "robust value (\(robustness.name))",
            summary: {
                [
                    "method": .string("belief"), "status": .string(found.status.name),
                    "maximise": .string(scenario.objective.goal.rawValue), "value": .number(found.value),
                    "upper": .number(found.bound), "payoff": .number(found.evaluation.payoff),
                    "safe": .number(found.evaluation.safe), "violation": .number(found.violation),
                    "iterations": .integer(found.iterations),
                    "multipliers": PolicyFile.multipliers(
                        found.multipliers, of: scenario.objective, game: scenario.game),
                    "robust": .object(robust), "settings": settings.json,
                ]
            })
    }
}
