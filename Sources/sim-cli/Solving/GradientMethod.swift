internal import ArgumentParser
internal import GameModel
internal import Nacre
internal import Output
internal import Scenarios
internal import Solver

/// `--method gradient`: finite-memory controllers by the exact gradient, from many starts.
struct GradientMethod: ParsableArguments, SolvingMethod {
    @Option(
        name: .long,
        help: "What the policy remembers: stationary, turn, last, last-turn, last-K, last-K-turn (observations, turn).")
    var controller = ControllerName.standard

    @Option(name: .long, help: "The minimiser, all of them GSL's (default: bfgs2; simplex for the method search).")
    var minimiser: MinimiserName?

    @Option(name: .long, help: "Starting points. (default: 20)", transform: Number.whole(1...1_000_000))
    var starts = 20

    @Option(
        name: .customLong("start-scale"), help: "Starting logits lie within this of 0. (default: 0.1)",
        transform: Number.real(0...1e6))
    var startScale = 0.1

    @Option(
        name: .long,
        help: "How often each start is disturbed and finished again (controllers that know the turn). (default: 10)",
        transform: Number.whole(0...1_000_000))
    var perturbations = 10

    @Option(
        name: .long,
        help: "Stationarity gap that counts as converged, as a fraction of the value range. (default: 1e-07)",
        transform: Number.real(0...1, isAbove: true))
    var tolerance = 1e-7

    @Option(
        name: .customLong("max-iterations"), help: "Iterations of the minimiser per start. (default: 5000)",
        transform: Number.whole(1...Number.manySteps))
    var maximumIterations = 5000

    func settings(_ context: SolvingContext) throws -> GradientSolverSettings {
        guard let method = GradientSolverSettings.Method(rawValue: (minimiser ?? .bfgs2).rawValue) else {
            throw InputError("--minimiser annealing needs no gradient; give --method search with it, or bfgs2")
        }
        return GradientSolverSettings(
            method: method, starts: starts, startScale: startScale, perturbations: perturbations,
            seed: context.seed, tolerance: tolerance, maximumIterations: maximumIterations, threads: context.threads)
    }

    func solve(_ scenario: Scenario, _ context: SolvingContext) throws -> SolvedPolicy {
        var settings = try settings(context)
        settings.threads = try context.threads(settings, controller.kind, games: [scenario.game])
        let line = ProgressLine("solving", total: starts, unit: "starts", on: context.terminal)
        let isOver = context.isOver
        let solution = try GradientSolver(settings).search(
            Problem(game: scenario.game, objective: scenario.objective), memory: controller.kind,
            control: RunControl(stop: isOver, progress: { done, _ in line.update(done) }))
        line.finish()
        return SolvedPolicy(
            method: .gradient,
            ending: SolvedPolicy.Ending(solution.status, wasInterrupted: context.interrupt.isRequested),
            controller: solution.controller,
            evaluation: solution.evaluation, value: solution.value, upperBound: solution.upperBound,
            multipliers: solution.multipliers,
            notes: [
                "residual: \(solution.residual) (tolerance \(solution.tolerance)); \(solution.successes) of "
                    + "\(solution.starts.count) starts reached this value; \(solution.iterations) iterations",
                solution.starts.quartiles,
            ],
            members: [
                "residual": .number(solution.residual), "tolerance": .number(solution.tolerance),
                "violation": .number(solution.violation), "iterations": .integer(solution.iterations),
                "starts": .object([
                    "count": .integer(solution.starts.count), "reached_best": .integer(solution.successes),
                    "converged": .integer(solution.starts.count(where: \.isConverged)),
                    "values": .numbers(solution.starts.map(\.value)),
                    "list": .array(
                        solution.starts.map { start in
                            .object([
                                "value": .number(start.value), "violation": .number(start.violation),
                                "residual": .number(start.residual), "iterations": .integer(start.iterations),
                                "status": .string(start.status),
                            ])
                        }),
                ]),
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
    init(_ status: Solution.Status, wasInterrupted: Bool) {
        switch status {
        case .converged: kind = .converged
        case .limitReached, .infeasible: kind = .unfinished
        case .stopped: kind = wasInterrupted ? .interrupted : .unfinished
        }
        name = status.name
        explanation =
            switch status {
            case .converged: "converged (a local optimum of this controller class)"
            case .limitReached: "limit reached: not converged; this is the best so far"
            case .stopped: wasInterrupted ? "interrupted: this is the best so far" : Words.stopped
            case .infeasible(let violation):
                "infeasible: no policy of this class was found that satisfies the constraints; the least violation "
                    + "found is \(Format.fixed(violation, 6)); loosen at_most, or give --method belief, which proves whether any policy "
                    + "satisfies them"
            }
    }
}

extension StartReport {
    /// How the start ended, in a word for scripts.
    fileprivate var status: String { isConverged ? "converged" : "limit_reached" }
}

extension [StartReport] {
    /// The values that the starts ended at, in a line: the least, the quartiles (nearest rank) and the largest.
    fileprivate var quartiles: String {
        let values = map(\.value).sorted()
        let marks = [("least", 0), ("lower quartile", 1), ("median", 2), ("upper quartile", 3), ("largest", 4)].map {
            "\($0.0) \(Format.number(values[(values.count - 1) * $0.1 / 4], 6))"
        }
        return "values of the starts: " + marks.joined(separator: ", ")
    }
}
