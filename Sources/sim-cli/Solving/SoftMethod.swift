internal import ExactEvaluation
internal import GameModel
internal import Nacre
internal import Output
internal import Scenarios
internal import Solver

/// `--method soft`: the KL-regularised optimum over policies that remember everything, with bounds.
struct SoftMethod: SolvingMethod {
    let limits: BeliefLimits

    func solve(_ scenario: Scenario, _ context: SolvingContext) throws -> SolvedPolicy {
        let settings = SoftPlannerSettings(gap: limits.gap, memoryMebibytes: limits.planningMemory)
        let line = PlanningLine(
            "preparing", limit: limits.planningTime, clock: context.stopwatch, on: context.terminal)
        defer { line.finish() }
        let solution = try SoftPlanner(settings).search(
            Problem(game: scenario.game, objective: scenario.objective),
            control: RunControl(
                stop: {
                    line.tick()
                    return context.interrupt.isRequested || context.stopwatch.seconds >= limits.planningTime
                }, progress: { line.show(lower: $0.lower, upper: $0.upper, beliefs: $0.beliefs) }))
        let divergence = solution.evaluation.divergence
        let weight = scenario.objective.klWeight
        return SolvedPolicy(
            method: .soft, ending: SolvedPolicy.Ending(solution, wasInterrupted: context.interrupt.isRequested),
            controller: solution.controller, evaluation: solution.evaluation, value: solution.value,
            upperBound: solution.upperBound, multipliers: solution.multipliers,
            notes: [
                "of this \(scenario.amount(solution.value + weight * divergence, 6)) is earned and "
                    + "\(scenario.amount(weight * divergence, 6)) spent on leaving the reference: "
                    + "\(Format.fixed(divergence, 6)) nats at τ = \(weight)",
                "policy graph of \(solution.controller.memory.nodeCount) nodes; \(solution.beliefs) beliefs looked into "
                    + "and \(solution.bounded) bounded",
            ],
            members: [
                "kl_weight": .number(weight), "kl": .number(divergence),
                "informed_bound": .number(solution.informedBound), "iterations": .integer(solution.beliefs),
                "beliefs": .integer(solution.beliefs), "beliefs_bounded": .integer(solution.bounded),
                "nodes": .integer(solution.controller.memory.nodeCount), "violation": .number(solution.violation),
            ],
            settings: settings.json,
            file: {
                PolicyFile.json(
                    solution, scenario: scenario.name, gameHash: scenario.gameHash, fileHash: scenario.fileHash,
                    objective: scenario.objective, game: scenario.game)
            })
    }
}

extension SolvedPolicy.Ending {
    init(_ solution: SoftResult, wasInterrupted: Bool) {
        kind = wasInterrupted ? .interrupted : solution.isConverged ? .converged : .unfinished
        name = solution.status.name
        explanation =
            switch solution.status {
            case .optimal: Words.optimal
            case .gapReached: Words.gapReached
            case .limitReached: "limit reached: this is the best so far"
            case .memoryLimit: Words.memoryLimit + ", or --gap more"
            case .stopped: Words.stopped
            case .infeasible(let violation, let isProven):
                (isProven
                    ? "infeasible: no policy satisfies the constraints; the least violation found is "
                    : "infeasible: no policy was found that satisfies the constraints; the least violation found is ")
                    + Format.fixed(violation, 6)
            }
    }
}
