internal import GameModel
internal import Nacre
internal import Output
internal import Scenarios
internal import Solver

/// `--method belief` for scenarios with constraints: a mixture of policies, with prices and a duality gap.
struct ConstrainedBelief: SolvingMethod {
    let planner: BeliefPlannerSettings
    /// In seconds, for the whole search.
    let timeLimit: Double

    func solve(_ scenario: Scenario, _ context: SolvingContext) throws -> SolvedPolicy {
        var seeds = ConstrainedPlannerSettings.fewStarts
        (seeds.seed, seeds.threads) = (context.seed, context.threads)
        let settings = ConstrainedPlannerSettings(planner: planner, seeds: seeds)
        let (interrupt, stopwatch, timeLimit) = (context.interrupt, context.stopwatch, timeLimit)
        let line = PlanningLine("preparing", limit: timeLimit, clock: stopwatch, on: context.terminal)
        defer { line.finish() }
        let solution = try ConstrainedPlanner(settings).search(
            Problem(game: scenario.game, objective: scenario.objective),
            control: RunControl(
                stop: {
                    line.tick()
                    return interrupt.isRequested || stopwatch.seconds >= timeLimit
                },
                progress: {
                    line.show(lower: $0.lower, upper: $0.upper, beliefs: $0.steps, phase: "price \($0.iterations + 1)")
                }))
        return SolvedPolicy(
            method: .belief,
            ending: SolvedPolicy.Ending(solution, wasInterrupted: interrupt.isRequested),
            controller: solution.controller, evaluation: solution.evaluation, value: solution.value,
            upperBound: solution.upperBound, multipliers: solution.multipliers, notes: notes(solution),
            members: [
                "violation": .number(solution.violation), "weights": .numbers(solution.weights),
                "iterations": .integer(solution.iterations), "policies": .integer(solution.policies),
                "steps": .integer(solution.steps), "seed_value": solution.seedValue.map { .number($0) } ?? .null,
                "nodes": .integer(solution.controller.memory.nodeCount),
                "finite_memory": solution.finiteMemory.json(besides: solution.value),
            ],
            settings: settings.json,
            file: {
                PolicyFile.json(
                    solution, scenario: scenario.name, gameHash: scenario.gameHash, fileHash: scenario.fileHash,
                    objective: scenario.objective, game: scenario.game)
            })
    }

    private func notes(_ solution: ConstrainedResult) -> [String] {
        let count = solution.weights.count
        let mixture =
            count == 1
            ? "one policy"
            : "a mixture of \(count) policies, one drawn per conversation with the probabilities "
                + solution.weights.map { Format.fixed($0, 6) }.joined(separator: ", ")
        return [
            "\(mixture); policy graph of \(solution.controller.memory.nodeCount) nodes",
            "\(solution.iterations) prices tried; \(solution.steps) beliefs looked into; the best of \(solution.policies) "
                + "policies known",
        ] + solution.finiteMemory.notes(besides: solution.value)
    }
}

extension SolvedPolicy.Ending {
    init(_ solution: ConstrainedResult, wasInterrupted: Bool) {
        kind = wasInterrupted ? .interrupted : solution.isConverged ? .converged : .unfinished
        name = solution.status.name
        explanation =
            switch solution.status {
            case .optimal: Words.optimal
            case .gapReached: Words.gapReached
            case .stepLimit: Words.stepLimit
            case .memoryLimit: Words.memoryLimit
            case .stopped: Words.stopped
            case .infeasible(let least, let found):
                "infeasible: no policy satisfies the constraints; some limit is exceeded by at least "
                    + "\(Format.fixed(least, 6)) (proven), by the policy below by \(Format.fixed(found, 6)); loosen at_most"
            case .undecided(let found):
                "undecided: no policy that satisfies the constraints was found before the search ended, nor a proof that "
                    + "there is none; the policy below exceeds a limit by \(Format.fixed(found, 6)); give --time-limit more"
            }
    }
}
