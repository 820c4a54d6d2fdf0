internal import ExactEvaluation
public import GameModel
internal import Output
public import Scenarios
public import Solver

/// `--method gradient --robust …`: the controller whose worst case is best, beside the one that is best if all is as assumed.
public struct RobustMethod: SolvingMethod {
    public var settings: GradientSolverSettings
    public var robustness: Robustness
    /// Games for uncertain parameters: the nominal one and draws, this many in all.
    public var samples: Int
    public var seed: UInt64

    public init(
        _ settings: GradientSolverSettings = GradientSolverSettings(), against robustness: Robustness,
        samples: Int = 50,
        seed: UInt64 = 1
    ) {
        self.settings = settings
        self.robustness = robustness
        self.samples = samples
        self.seed = seed
    }

    public func solve(_ scenario: Scenario, _ control: RunControl) throws -> SolvedScenario {
        let worst = try scenario.worstCase(robustness, samples: samples, seed: seed, control: control)
        var settings = settings
        settings.threads = try settings.threads(control, games: worst.games)
        let nominal = try GradientSolver(settings).search(
            Problem(game: scenario.game, objective: scenario.objective), memory: settings.memory,
            control: RunControl(stop: control.shouldStop))
        let found = try RobustSolver(settings).search(
            worst, memory: settings.memory, seeds: [nominal.policy], control: control)
        let pair = RobustReport(
            problem: worst, labels: ["nominal", "robust"],
            evaluations: [RobustEvaluation(nominal.policy, problem: worst), found.worstCase])
        let before = pair.evaluations[0]
        let (givenUp, gained) = (
            before.nominalValue - found.worstCase.nominalValue, found.value - before.value
        )
        let robust: [String: JSONValue] = [
            "against": .string(robustness.name), "samples": .integer(worst.games.count),
            "components": .strings(worst.components), "value": .number(found.value),
            "nominal": .number(found.worstCase.nominalValue), "weights": .numbers(found.saddleWeights),
            "given_up": .number(givenUp), "gained": .number(gained), "nominal_status": .string(nominal.status.name),
            "largest_violation": .number(found.worstCase.largestViolation),
        ]
        return SolvedScenario(
            found.solution, of: scenario, method: "gradient",
            ending: GradientMethod.ending(
                found.status,
                proof: robustness.usesParameters || scenario.objective.klWeight > 0 ? nil : "belief",
                wasInterrupted: control.wasInterrupted),
            notes: [
                found.startsNote(found.residual, found.tolerance, found.iterations),
                "price of robustness: gives up \(Format.fixed(givenUp, 6)) where all is as assumed, gains "
                    + "\(Format.fixed(gained, 6)) in the worst case",
                pair.text,
            ],
            members: [
                "residual": .number(found.residual), "tolerance": .number(found.tolerance),
                "violation": .number(found.violation), "iterations": .integer(found.iterations),
                "robust": .object(robust), "comparison": pair.json, "starts": .object(found.starts.members),
            ],
            settings: settings.members, valueName: "robust value (\(robustness.name))",
            summary: { [settings] in
                [
                    "method": .string("gradient"), "status": .string(found.status.name),
                    "maximise": .string(scenario.objective.goal.rawValue),
                    "kl_weight": .number(scenario.objective.klWeight), "value": .number(found.value),
                    "upper": .number(found.bound), "payoff": .number(found.evaluation.payoff),
                    "safe": .number(found.evaluation.safe), "violation": .number(found.violation),
                    "residual": .number(found.residual), "tolerance": .number(found.tolerance),
                    "iterations": .integer(found.iterations),
                    "multipliers": PolicyFile.multipliers(
                        found.multipliers, of: scenario.objective, game: scenario.game),
                    "robust": .object(robust), "settings": settings.json,
                ]
            })
    }
}
