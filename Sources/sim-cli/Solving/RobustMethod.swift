internal import ExactEvaluation
internal import GameModel
internal import Nacre
internal import Output
internal import Scenarios
internal import Solver

/// `--method gradient --robust …`: the controller whose worst case is best, beside the one that is best if all is as assumed.
struct RobustMethod: SolvingMethod {
    let gradient: GradientMethod
    let robust: RobustOptions

    func solve(_ scenario: Scenario, _ context: SolvingContext) throws -> SolvedPolicy {
        guard let problem = try robust.problem(scenario, seed: context.seed) else {
            return try gradient.solve(scenario, context)
        }
        var settings = try gradient.settings(context)
        settings.threads = try context.threads(settings, gradient.controller.kind, games: problem.games)
        let isOver = context.isOver
        let nominal = try GradientSolver(settings).search(
            Problem(game: scenario.game, objective: scenario.objective), memory: gradient.controller.kind,
            control: RunControl(stop: isOver))
        let line = ProgressLine("solving", total: settings.starts + 1, unit: "starts", on: context.terminal)
        let solution = try RobustSolver(settings).search(
            problem, memory: gradient.controller.kind, seeds: [nominal.controller],
            control: RunControl(stop: isOver, progress: { done, _ in line.update(done) }))
        line.finish()
        let pair = RobustReport(
            problem: problem, labels: ["nominal", "robust"],
            evaluations: [RobustEvaluation(nominal.controller, problem: problem), solution.evaluation])
        return solved(
            solution, nominal: nominal, pair: pair, settings: settings, scenario: scenario,
            wasInterrupted: context.interrupt.isRequested)
    }

    private func solved(
        _ solution: RobustResult, nominal: Solution, pair: RobustReport, settings: GradientSolverSettings,
        scenario: Scenario, wasInterrupted: Bool
    ) -> SolvedPolicy {
        let before = pair.evaluations[0]
        let givenUp = before.nominalValue - solution.evaluation.nominalValue
        let gained = solution.value - before.value
        let robustness: [String: JSONValue] = [
            "against": .string(solution.robustness.name), "samples": .integer(pair.problem.games.count),
            "components": .strings(pair.problem.components), "value": .number(solution.value),
            "nominal": .number(solution.evaluation.nominalValue), "weights": .numbers(solution.saddleWeights),
            "given_up": .number(givenUp), "gained": .number(gained), "nominal_status": .string(nominal.status.name),
            "largest_violation": .number(solution.evaluation.largestViolation),
        ]
        let all = settings.json
        let summary: [String: JSONValue] = [
            "method": .string("gradient"), "status": .string(solution.status.name),
            "maximise": .string(scenario.objective.goal.rawValue), "kl_weight": .number(scenario.objective.klWeight),
            "value": .number(solution.value), "upper": .number(solution.upperBound),
            "payoff": .number(solution.evaluation.nominal.payoff), "safe": .number(solution.evaluation.nominal.safe),
            "violation": .number(solution.violation), "residual": .number(solution.residual),
            "tolerance": .number(solution.tolerance), "iterations": .integer(solution.iterations),
            "multipliers": PolicyFile.multipliers(
                solution.multipliers, of: scenario.objective, game: scenario.game),
            "robust": .object(robustness), "settings": all,
        ]
        return SolvedPolicy(
            method: .gradient, ending: SolvedPolicy.Ending(solution.status, wasInterrupted: wasInterrupted),
            controller: solution.controller,
            evaluation: solution.evaluation.nominal, value: solution.value, upperBound: solution.upperBound,
            multipliers: solution.multipliers,
            notes: [
                "residual: \(solution.residual) (tolerance \(solution.tolerance)); \(solution.successes) of "
                    + "\(solution.starts.count) starts reached this value; \(solution.iterations) iterations",
                "price of robustness: gives up \(Format.fixed(givenUp, 6)) where all is as assumed, gains "
                    + "\(Format.fixed(gained, 6)) in the worst case",
                pair.text,
            ],
            members: [
                "residual": .number(solution.residual), "tolerance": .number(solution.tolerance),
                "violation": .number(solution.violation), "iterations": .integer(solution.iterations),
                "robust": .object(robustness), "comparison": pair.json,
                "starts": .object([
                    "count": .integer(solution.starts.count), "reached_best": .integer(solution.successes),
                    "converged": .integer(solution.starts.count(where: \.isConverged)),
                    "values": .numbers(solution.starts.map(\.value)),
                ]),
            ],
            settings: all,
            file: {
                PolicyFile.json(
                    solution.controller, solution: .object(summary), scenario: scenario.name,
                    gameHash: scenario.gameHash,
                    fileHash: scenario.fileHash, game: scenario.game)
            },
            valueName: "robust value (\(solution.robustness.name))")
    }
}
