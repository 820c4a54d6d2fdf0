internal import ArgumentParser
internal import GameModel
internal import Nacre
internal import Output
internal import Scenarios
internal import Solver

/// What a search over beliefs may take, and when it is good enough.
struct BeliefLimits: ParsableArguments {
    @Option(
        name: .long,
        help: "Belief, soft: stop once upper − lower bound is at most this; 0 asks for the optimum. (default: 0.0001)",
        transform: Number.real(0...Number.largest))
    var gap = 1e-4

    @Option(
        name: .customLong("time-limit"), help: "Stop after this many seconds (default: belief, soft 60; others none).",
        transform: Number.real(0...Number.seconds, isAbove: true))
    var timeLimit: Double?

    @Option(
        name: .long, help: "What the search may take, in MiB (default: belief, soft 2048; others as needed).",
        transform: Number.whole(Number.mebibytes))
    var memory: Int?

    /// When belief and soft planning stop, in seconds.
    var planningTime: Double { timeLimit ?? 60 }
    /// What belief and soft planning may take, in MiB.
    var planningMemory: Int { memory ?? 2048 }
}

/// `--method belief`: policies that remember everything, with bounds that close.
struct BeliefMethod: SolvingMethod {
    let limits: BeliefLimits

    func solve(_ scenario: Scenario, _ context: SolvingContext) throws -> SolvedPolicy {
        let settings = BeliefPlannerSettings(
            gap: limits.gap, memoryMebibytes: limits.planningMemory, threads: context.threads)
        guard scenario.objective.constraints.isEmpty else {
            return try ConstrainedBelief(planner: settings, timeLimit: limits.planningTime).solve(scenario, context)
        }
        let (interrupt, stopwatch, timeLimit) = (context.interrupt, context.stopwatch, limits.planningTime)
        let line = PlanningLine("preparing", limit: timeLimit, clock: stopwatch, on: context.terminal)
        defer { line.finish() }
        let isOver = { @Sendable in
            line.tick()
            return interrupt.isRequested || stopwatch.seconds >= timeLimit
        }
        let solution = try BeliefPlanner(settings).search(
            Problem(game: scenario.game, objective: scenario.objective),
            control: RunControl(
                stop: isOver, progress: { line.show(lower: $0.lower, upper: $0.upper, beliefs: $0.steps) }))
        return SolvedPolicy(
            method: .belief,
            ending: SolvedPolicy.Ending(solution, wasInterrupted: context.interrupt.isRequested),
            controller: solution.controller, evaluation: solution.evaluation, value: solution.value,
            upperBound: solution.upperBound, multipliers: [],
            notes: [
                "policy graph of \(solution.controller.memory.nodeCount) nodes; \(solution.steps) beliefs looked into "
                    + "best first and \(solution.exactSteps) depth first"
            ] + solution.finiteMemory.notes(besides: solution.value),
            members: [
                "informed_bound": .number(solution.informedBound), "steps": .integer(solution.steps),
                "iterations": .integer(solution.steps + solution.exactSteps),
                "exact_steps": .integer(solution.exactSteps), "memory_full": .bool(solution.isMemoryFull),
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
}

extension SolvedPolicy.Ending {
    init(_ solution: BeliefResult, wasInterrupted: Bool) {
        let memory = solution.isMemoryFull ? " (memory was full: give --memory more, or more time)" : ""
        kind = wasInterrupted ? .interrupted : solution.isConverged ? .converged : .unfinished
        name = solution.status.rawValue
        explanation =
            switch solution.status {
            case .optimal: Words.optimal
            case .gapReached: Words.gapReached
            case .stepLimit: Words.stepLimit + memory
            case .memoryLimit: Words.memoryLimit
            case .stopped: Words.stopped + memory
            }
    }
}
