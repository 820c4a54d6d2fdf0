package import Output
package import Scenarios

/// A valid scenario in a line.
package struct ScenarioSummary: Report {
    let scenario: Scenario

    package init(_ scenario: Scenario) { self.scenario = scenario }

    package func text() -> String {
        let game = scenario.game
        let warnings = scenario.warnings.isEmpty ? "" : ", \(scenario.warnings.count) warnings"
        let set = scenario.changesText.map { "; \($0)" } ?? ""
        return
            "\(Escaped.line(scenario.file)): valid: \(scenario.name): \(game.users.count) users, \(game.states.count) states, "
            + "\(game.responses.count) responses, \(game.reactions.count) reactions, \(game.observations.count) "
            + "observations, \(game.horizon) turns\(warnings); game \(scenario.gameHash.prefix(12))\(set)\n"
    }

    package func json() -> JSONValue {
        .object(
            scenario.withChanges([
                "file": .string(scenario.file), "valid": .bool(true), "scenario": .string(scenario.name),
                "title": .string(scenario.title), "game_hash": .string(scenario.gameHash),
                "file_hash": .string(scenario.fileHash), "warnings": .array(scenario.warnings.map(\.json)),
            ]))
    }
}
