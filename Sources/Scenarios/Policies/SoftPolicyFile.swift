internal import ExactEvaluation
public import GameModel
public import Output
public import Solver

extension PolicyFile {
    /// The JSON of a soft policy: a graph with a strategy per node whose next node depends on the response too.
    public static func json(
        _ solution: SoftSolution, scenario: String, gameHash: String, fileHash: String, objective: Objective, game: Game
    ) -> JSONValue {
        graph(
            solution.controller, solution: summary(solution, objective: objective, game: game), scenario: scenario,
            gameHash: gameHash, fileHash: fileHash, game: game)
    }

    private static func summary(_ solution: SoftSolution, objective: Objective, game: Game) -> JSONValue {
        .object([
            "method": .string("soft"), "status": .string(solution.status.name),
            "maximise": .string(objective.goal.rawValue), "kl_weight": .number(objective.klWeight),
            "value": .number(solution.value), "lower": .number(solution.value), "upper": .number(solution.upperBound),
            "gap": .number(solution.gap), "payoff": .number(solution.evaluation.payoff),
            "safe": .number(solution.evaluation.safe), "kl": .number(solution.evaluation.divergence),
            "violation": .number(solution.violation), "beliefs": .integer(solution.beliefs),
            "multipliers": multipliers(solution.multipliers, of: objective, game: game),
            "settings": solution.settings.json,
        ])
    }

    /// The KL weight that a policy was solved with, by whatever method; nil if its solution does not say.
    public var klWeight: Double? { solution["kl_weight"]?.doubleValue }

    /// The KL weight that a soft policy was solved with: its action values carry the KL term of its later turns.
    public var softWeight: Double? {
        solution["method"] == .string("soft") ? solution["kl_weight"]?.doubleValue : nil
    }
}

extension SoftPlannerSettings {
    /// The settings that can change a result.
    public var json: JSONValue {
        .object([
            "gap": .number(gap), "memory_mib": .integer(memoryMebibytes), "delay": .integer(delay),
            "maximum_beliefs": maximumBeliefs == .max ? .null : .integer(maximumBeliefs),
            "plans_per_turn": .integer(plansPerTurn), "exact_turns": .integer(exactTurns),
            "lookahead": .integer(lookahead),
            "feasibility_tolerance": .number(feasibilityTolerance), "price_rounds": .integer(priceRounds),
        ])
    }
}

extension SoftSolution.Status {
    /// The word for scripts.
    public var name: String {
        switch self {
        case .optimal: "optimal"
        case .gapReached: "gap_reached"
        case .limitReached: "limit_reached"
        case .memoryLimit: "memory_limit"
        case .stopped: "stopped"
        case .infeasible: "infeasible"
        }
    }
}
