package import Analysis
internal import GameModel
package import Output
package import Scenarios

/// How users behave, and what was changed for them to behave as they are to.
package struct BehaviourReport: Report {
    /// Which of it is shown.
    package struct Selection {
        let users: [Int]
        let responses: [Int]
        /// Nil for all states, and for their average.
        let state: Int?
        let turn: Int
    }

    /// With the change, where the targets are met.
    package let scenario: Scenario
    /// As it was asked about.
    let original: Scenario
    let shown: Selection
    let behaviour: Behaviour
    /// Nil where nothing was to be changed.
    package let change: LeastChange?

    var game: Game { scenario.game }

    /// Whether all targets are met; true where there are none.
    package var isMet: Bool { change?.isMet ?? true }

    /// The courses that are shown, by type and then by response.
    var courses: [ResponseCourse] {
        shown.users.flatMap { user in
            shown.responses.map { behaviour.course(user: user, response: $0) }
        }
    }

    package func text() -> String {
        let parts = [targetText] + shown.users.map(text)
        return "\(scenario.heading)\nExact: no sampling.\n\(original.assumptionLines)\n"
            + parts.compactMap(\.self).joined(separator: "\n")
    }

    package func json() -> JSONValue {
        var members: [String: JSONValue] = [
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "how": .string("exact"), "turn": .integer(shown.turn), "run_id": .string(runID),
            "reactions": reactionColumns.json(reactionRows), "always": alwaysColumns.json(alwaysRows),
            "hazards": hazardColumns.json(hazardRows),
        ]
        if let change {
            members["met"] = .bool(change.isMet)
            members["change_size"] = .number(change.size)
            members["targets"] = targetColumns.json(change.findings)
            members["changes"] = changeColumns.json(change.changes)
        }
        return .object(scenario.withAssumptions(members))
    }

    /// Everything as tables, for all states and turns.
    package var package: DataPackage {
        var tables = [
            reactionColumns.table("reactions", title: "How users react", rows: reactionRows, within: run),
            alwaysColumns.table(
                "always", title: "What always giving one response leads to", rows: alwaysRows, within: run),
            hazardColumns.table("hazards", title: "Hazard of leaving by turn", rows: hazardRows, within: run),
        ]
        if let change {
            tables += [
                targetColumns.table("targets", title: "What users are to do", rows: change.findings, within: run),
                changeColumns.table("changes", title: "The least change", rows: change.changes, within: run),
            ]
        }
        return DataPackage(scenario, name: "behaviour", tables: tables)
    }

    var runID: String {
        let names = shown.users.map { game.users[$0] } + shown.responses.map { game.responses[$0].name }
        return RunName.make(
            ["behaviour", scenario.gameHash, "\(shown.turn)", shown.state.map { game.states[$0] } ?? "all states"]
                + scenario.assumptionParts + names
                + (change?.findings.map { TargetText.text($0.target, in: game) } ?? []))
    }
}
