internal import ExactEvaluation
public import GameModel
public import Output
public import Scenarios
public import Solver

/// A search whose result can be kept in a policy file: what it says of its policy there.
public protocol RecordedResult: SearchResult {
    /// The members of `solution` in the policy file.
    func summary(_ objective: Objective, _ game: Game) -> [String: JSONValue]
}

extension PolicyFile {
    /// The JSON of a policy with what its search says of it.
    public static func json(
        _ result: some RecordedResult, scenario: String, gameHash: String, fileHash: String, objective: Objective,
        game: Game
    ) -> JSONValue {
        json(
            result.policy, solution: .object(result.summary(objective, game)), scenario: scenario, gameHash: gameHash,
            fileHash: fileHash, game: game)
    }
}

extension GradientResult: RecordedResult {
    public func summary(_ objective: Objective, _ game: Game) -> [String: JSONValue] {
        [
            "method": .string("gradient"),
            "status": .string(solution.status.name),
            "maximise": .string(objective.goal.rawValue),
            "kl_weight": .number(objective.klWeight),
            "value": .number(solution.value),
            "upper": .number(solution.bound),
            "payoff": .number(solution.evaluation.payoff),
            "safe": .number(solution.evaluation.safe),
            "violation": .number(solution.violation),
            "residual": .number(residual),
            "tolerance": .number(tolerance),
            "iterations": .integer(iterations),
            "multipliers": PolicyFile.multipliers(solution.multipliers, of: objective, game: game),
            "starts": .object([
                "count": .integer(solution.starts.count), "reached_best": .integer(solution.successes),
                "values": .numbers(solution.starts.map(\.value)),
            ]),
            "settings": settings.json,
        ]
    }
}

extension BeliefResult: RecordedResult {
    public func summary(_ objective: Objective, _ game: Game) -> [String: JSONValue] {
        [
            "method": .string("belief"), "status": .string(solution.status.name),
            "maximise": .string(objective.goal.rawValue), "value": .number(solution.value),
            "lower": solution.lower, "upper": .number(solution.bound), "gap": solution.openGap,
            "payoff": .number(solution.evaluation.payoff), "safe": .number(solution.evaluation.safe),
            "steps": .integer(steps), "exact_steps": .integer(exactSteps),
            "multipliers": .array([]), "settings": settings.json,
        ]
    }
}

extension ConstrainedResult: RecordedResult {
    public func summary(_ objective: Objective, _ game: Game) -> [String: JSONValue] {
        [
            "method": .string("belief"), "status": .string(solution.status.name),
            "maximise": .string(objective.goal.rawValue), "value": .number(solution.value),
            "lower": solution.lower, "upper": .number(solution.bound), "gap": solution.openGap,
            "payoff": .number(solution.evaluation.payoff), "safe": .number(solution.evaluation.safe),
            "violation": .number(solution.violation), "weights": .numbers(weights),
            "iterations": .integer(iterations), "steps": .integer(steps),
            "multipliers": PolicyFile.multipliers(solution.multipliers, of: objective, game: game),
            "settings": settings.json,
        ]
    }
}

extension SoftResult: RecordedResult {
    public func summary(_ objective: Objective, _ game: Game) -> [String: JSONValue] {
        [
            "method": .string("soft"), "status": .string(solution.status.name),
            "maximise": .string(objective.goal.rawValue), "kl_weight": .number(objective.klWeight),
            "value": .number(solution.value), "lower": solution.lower, "upper": .number(solution.bound),
            "gap": solution.openGap, "payoff": .number(solution.evaluation.payoff),
            "safe": .number(solution.evaluation.safe), "kl": .number(solution.evaluation.divergence),
            "violation": .number(solution.violation), "beliefs": .integer(beliefs),
            "multipliers": PolicyFile.multipliers(solution.multipliers, of: objective, game: game),
            "settings": settings.json,
        ]
    }
}

extension Solution {
    /// What the limits allow at least: the value, unless it is that of a policy that breaks them.
    var lower: JSONValue { status.breaksLimits ? .null : .number(value) }
    /// What is open between that and the bound.
    var openGap: JSONValue { status.breaksLimits ? .null : .number(gap) }

    /// What a policy file says of a policy that any solver found.
    func summary(method: String, _ objective: Objective, _ game: Game) -> [String: JSONValue] {
        [
            "method": .string(method), "status": .string(status.name), "maximise": .string(objective.goal.rawValue),
            "kl_weight": .number(objective.klWeight), "value": .number(value), "upper": .number(bound),
            "payoff": .number(evaluation.payoff), "safe": .number(evaluation.safe), "violation": .number(violation),
            "multipliers": PolicyFile.multipliers(multipliers, of: objective, game: game),
        ]
    }
}
