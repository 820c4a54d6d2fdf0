internal import ExactEvaluation
internal import GameModel
internal import InputErrors
package import Output
package import Scenarios

/// What a policy leads to in the scenario of a request.
package struct ExplorerAnswer: Sendable {
    package let scenario: Scenario
    package let changes: [ParameterChange]
    package let policy: PricedPolicy
    package let evaluation: Evaluation

    /// - Throws: `GameError` if the policy is too large for users with foresight.
    package init(_ policy: PricedPolicy, in scenario: Scenario, changes: [ParameterChange]) throws {
        (self.policy, self.scenario, self.changes) = (policy, scenario, changes)
        guard policy.policy.responseCount == scenario.game.responses.count else {
            throw InputError("the policy \(policy.label) chooses among other responses than this scenario has")
        }
        try ReactionTables.checkSize(game: scenario.game, memory: policy.policy.memory)
        evaluation = Evaluation(policy.policy, game: scenario.game, reference: scenario.objective.reference)
    }

    package var json: JSONValue {
        let game = scenario.game
        let violation = scenario.objective.violation(of: evaluation)
        return .object([
            "policy": .string(policy.label), "game_hash": .string(scenario.gameHash),
            "payoff": .number(evaluation.payoff), "safe": .number(evaluation.safe), "turns": .number(evaluation.turns),
            "value": .number(ifPresent: finite(scenario.objective.value(of: evaluation, game: game))),
            "divergence": .number(ifPresent: finite(evaluation.divergence)),
            "outcomes": .array(evaluation.outcomes.map { .numbers($0) }),
            "prior": .numbers(game.prior),
            "violation": .number(violation), "satisfies_constraints": .bool(violation <= OutcomeConstraint.tolerance),
            "limits": .array(scenario.objective.constraints.map(limit)), "openings": .array(openings),
        ])
    }

    private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

    private func limit(_ constraint: OutcomeConstraint) -> JSONValue {
        .object([
            "user": .integer(constraint.user), "outcome": .integer(constraint.outcome),
            "at_most": .number(constraint.atMost),
            "share": .number(evaluation.outcomes[constraint.user][constraint.outcome]),
            "satisfied": .bool(evaluation.excess(constraint) <= OutcomeConstraint.tolerance),
        ])
    }

    /// What the policy says first, by the cue that users open with; cues that nobody opens with are left out.
    private var openings: [JSONValue] {
        let game = scenario.game
        return game.cues.indices.compactMap { cue in
            guard let (belief, probability) = try? Belief.opening(cue, game: game) else { return nil }
            return .object([
                "cue": .integer(cue), "probability": .number(probability),
                "posterior": .numbers(belief.users(in: game)),
                "strategy": .numbers(policy.policy.memory.initial[cue].strategy(of: policy.policy)),
            ])
        }
    }
}

extension Explorer {
    /// Evaluates a policy under changes.
    ///
    /// - Throws: `InputProblem`s: a path that leads nowhere, a value outside its domain, a policy that is not there.
    /// - Complexity: a compilation per change, and one forward pass.
    package func evaluate(_ name: String, changes: [ParameterChange]) throws -> ExplorerAnswer {
        let changed = try scenario(with: changes)
        return try ExplorerAnswer(try policy(name, in: changed), in: changed, changes: changes)
    }

    /// The numbers that changes made other than they are in the scenario, those that were rescaled too.
    package func numbers(changedBy changed: Scenario) -> [ParameterChange] {
        let now = GameInputs(definition: changed.definition, objective: changed.objective)
        return parameters.compactMap { parameter in
            guard let value = now[parameter], value != inputs[parameter] else { return nil }
            return ParameterChange(parameter.path, to: value)
        }
    }
}
