public import GameModel
internal import Output
public import Scenarios
internal import Solver

/// `--method belief`: policies that remember everything, with bounds that close; under constraints a mixture of policies, with prices
/// and a duality gap.
public struct BeliefMethod: SolvingMethod {
    /// What upper − lower bound may leave open, in the goal's units.
    public var gap: Double
    /// Seed of the controllers that a search under constraints begins with.
    public var seed: UInt64

    public init(gap: Double = 1e-4, seed: UInt64 = 1) {
        self.gap = gap
        self.seed = seed
    }

    public func solve(_ scenario: Scenario, _ control: RunControl) throws -> SolvedScenario {
        let settings = BeliefPlannerSettings(gap: gap).controlled(by: control)
        let problem = Problem(game: scenario.game, objective: scenario.objective)
        guard scenario.objective.constraints.isEmpty else {
            return try constrained(problem, scenario, settings, control)
        }
        let found = try BeliefPlanner(settings).search(problem, control: control)
        let memory = found.isMemoryFull ? " (memory was full: give --memory more, or more time)" : ""
        let ending =
            switch found.status {
            case .stepLimit, .stopped: Ending.text(found.status) + memory
            default: Ending.text(found.status)
            }
        let nodes = found.policy.memory.nodeCount
        return SolvedScenario(
            found.solution, of: scenario, method: "belief", ending: ending,
            notes: [
                "policy graph of \(nodes) nodes; \(found.steps) beliefs looked into best first and \(found.exactSteps) depth "
                    + "first"
            ] + found.finiteMemory.notes(besides: found.value),
            members: [
                "informed_bound": .number(found.informedBound), "steps": .integer(found.steps),
                "iterations": .integer(found.steps + found.exactSteps), "exact_steps": .integer(found.exactSteps),
                "memory_full": .bool(found.isMemoryFull), "nodes": .integer(nodes),
                "finite_memory": found.finiteMemory.json(besides: found.value),
            ],
            settings: settings.members, summary: { found.summary(problem.objective, problem.game) })
    }

    private func constrained(
        _ problem: Problem, _ scenario: Scenario, _ planner: BeliefPlannerSettings, _ control: RunControl
    ) throws -> SolvedScenario {
        var seeds = ConstrainedPlannerSettings.fewStarts
        (seeds.seed, seeds.threads) = (seed, planner.threads)
        let settings = ConstrainedPlannerSettings(planner: planner, seeds: seeds)
        let found = try ConstrainedPlanner(settings).search(problem, control: control)
        let nodes = found.policy.memory.nodeCount
        let mixture =
            found.weights.count == 1
            ? "one policy"
            : "a mixture of \(found.weights.count) policies, one drawn per conversation with the probabilities "
                + found.weights.map { Format.fixed($0, 6) }.joined(separator: ", ")
        return SolvedScenario(
            found.solution, of: scenario, method: "belief", ending: Ending.text(found.status),
            notes: [
                "\(mixture); policy graph of \(nodes) nodes",
                "\(found.iterations) prices tried; \(found.steps) beliefs looked into; the best of \(found.policies) "
                    + "policies known",
            ] + found.finiteMemory.notes(besides: found.value),
            members: [
                "violation": .number(found.violation), "weights": .numbers(found.weights),
                "iterations": .integer(found.iterations), "policies": .integer(found.policies),
                "steps": .integer(found.steps), "seed_value": found.seedValue.map { .number($0) } ?? .null,
                "nodes": .integer(nodes), "finite_memory": found.finiteMemory.json(besides: found.value),
            ],
            settings: settings.members, summary: { found.summary(problem.objective, problem.game) })
    }
}
