internal import ExactEvaluation
public import GameModel
public import Output
public import Solver

extension PolicyFile {
    /// The JSON of a constrained belief policy: a policy graph whose first node is drawn.
    public static func json(
        _ solution: ConstrainedSolution, scenario: String, gameHash: String, fileHash: String, objective: Objective,
        game: Game
    ) -> JSONValue {
        graph(
            solution.controller, solution: summary(solution, objective: objective, game: game), scenario: scenario,
            gameHash: gameHash, fileHash: fileHash, game: game)
    }

    private static func summary(_ solution: ConstrainedSolution, objective: Objective, game: Game) -> JSONValue {
        .object([
            "method": .string("belief"), "status": .string(solution.status.name),
            "maximise": .string(objective.goal.rawValue), "value": .number(solution.value),
            "lower": .number(solution.value), "upper": .number(solution.upperBound), "gap": .number(solution.gap),
            "payoff": .number(solution.evaluation.payoff), "safe": .number(solution.evaluation.safe),
            "violation": .number(solution.violation), "weights": .numbers(solution.weights),
            "iterations": .integer(solution.iterations), "steps": .integer(solution.steps),
            "multipliers": multipliers(solution.multipliers, of: objective, game: game),
            "settings": solution.settings.json,
        ])
    }
}

extension ConstrainedPlannerSettings {
    /// The settings that can change a result.
    public var json: JSONValue {
        .object([
            "planner": planner.json, "seeds": seeds?.json ?? .null, "maximum_iterations": .integer(maximumIterations),
        ])
    }
}

extension ConstrainedSolution.Status {
    /// The word for scripts.
    public var name: String {
        switch self {
        case .optimal: "optimal"
        case .gapReached: "gap_reached"
        case .stepLimit: "step_limit"
        case .memoryLimit: "memory_limit"
        case .stopped: "stopped"
        case .infeasible: "infeasible"
        case .undecided: "undecided"
        }
    }
}
