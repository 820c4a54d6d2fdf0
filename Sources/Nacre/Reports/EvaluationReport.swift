internal import ExactEvaluation
internal import GameModel
package import Output
package import Scenarios
internal import Solver

/// What policies lead to, exactly, side by side.
package struct EvaluationReport: Report {
    package let scenario: Scenario
    package let results: [(policy: NamedPolicy, evaluation: Evaluation)]
    let worst: RobustReport?

    /// - Parameter worst: the worst case that the policies are judged by too; nil for none.
    /// - Complexity: one evaluation per policy, and per game of the worst case.
    package init(_ policies: [NamedPolicy], in scenario: Scenario, worst: WorstCase? = nil) {
        self.scenario = scenario
        results = policies.map {
            ($0, Evaluation($0.controller, game: scenario.game, reference: scenario.objective.reference))
        }
        self.worst = worst.map { worst in
            RobustReport(
                problem: worst, labels: policies.map(\.label),
                evaluations: policies.map { RobustEvaluation($0.controller, problem: worst) })
        }
    }

    /// A figure by the name that gates give it; nil where it is not known.
    package func figure(_ metric: String, of policy: Int) -> Double? {
        let evaluation = results[policy].evaluation
        return switch metric {
        case "payoff": evaluation.payoff
        case "safe": evaluation.safe
        case "turns": evaluation.turns
        default: scenario.violation(evaluation)
        }
    }

    package func text() -> String {
        "\(scenario.heading)\nExact: no sampling.\n\(scenario.assumptionLines)\n"
            + OutcomeTable(game: scenario.game, entries: entries).text + (worst.map { "\n" + $0.text } ?? "")
    }

    var entries: [OutcomeTable.Entry] {
        results.map { OutcomeTable.Entry($0.evaluation, policy: $0.policy.label, scenario: scenario) }
    }

    package func json() -> JSONValue {
        let members: [String: JSONValue] = [
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "how": .string("exact"), "policies": .array(results.map(json)),
        ]
        return .object(
            scenario.withAssumptions(members).merging(worst.map { ["robust": $0.json] } ?? [:]) { first, _ in first })
    }

    private func json(_ policy: NamedPolicy, _ evaluation: Evaluation) -> JSONValue {
        let entry = OutcomeTable.Entry(evaluation, policy: policy.label, scenario: scenario)
        return .object(
            OutcomeTable.columns(scenario.game).members(entry).merging([
                "divergence": evaluation.divergence.isFinite ? .number(evaluation.divergence) : .null,
                "satisfies_constraints": .bool(scenario.violation(evaluation) <= 1e-7),
                "violation": .number(scenario.violation(evaluation)),
                "outcomes": scenario.outcomes { user, outcome in entry.outcomes[user][outcome].json },
            ]) { first, _ in first }.merging(policy.fileMembers) { member, _ in member })
    }

    /// Outcomes and metrics as tables.
    package var package: DataPackage {
        let runID = RunName.make(
            ["evaluate", scenario.gameHash] + scenario.assumptionParts + results.map(\.policy.hash))
        let tables = ResultTables(game: scenario.game, scenario: scenario.name, runID: runID)
        return DataPackage(
            scenario, name: "evaluation", tables: [tables.outcomes(entries), tables.metrics(entries)])
    }
}
