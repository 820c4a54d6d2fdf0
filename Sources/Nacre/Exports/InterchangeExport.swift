internal import GameModel
package import Interchange
package import Output
package import Scenarios

/// A game file on its way into a folder of its own.
package struct InterchangeExport {
    package let scenario: Scenario
    /// What the format is called in the manifest, which is also the file's ending.
    package let format: String
    package var policy: NamedPolicy?
    /// What the other program's value exceeds ours by.
    package var shift = 0.0

    package init(scenario: Scenario, format: String, policy: NamedPolicy? = nil, shift: Double = 0.0) {
        self.scenario = scenario
        self.format = format
        self.policy = policy
        self.shift = shift
    }

    /// The game as the scenario's objective sees it.
    package static func game(_ scenario: Scenario) -> ExportedGame {
        ExportedGame(
            game: scenario.game, goal: scenario.objective.goal, scenario: scenario.name, gameHash: scenario.gameHash,
            notes: scenario.assumptionLines.split(separator: "\n").map(String.init))
    }

    /// Refuses users with foresight, where a format's users cannot.
    ///
    /// - Throws: ``InputError`` naming the first such type.
    package static func refuseForesight(_ scenario: Scenario, instead: String) throws {
        guard scenario.assumption == .foresighted, let user = scenario.foresight.firstIndex(where: { $0 > 0 }) else {
            return
        }
        throw InputError(
            "users.\(scenario.game.users[user]) has foresight \(scenario.foresight[user]): how it reacts depends on the "
                + "policy, which this format cannot say. \(instead)")
    }

    /// Writes the file and a manifest.
    package func write(
        to out: String, replaces: Bool, _ console: any Console, body: (ExportedGame.Lines) throws -> Void
    ) throws -> InterchangeReport {
        let name = "\(scenario.name).\(format)"
        let lines = try console.writeFolder(out, replaces: replaces) { folder in
            try folder.writeRows(name) { file in try body { text in try file.write { Array(text.utf8) } } }
            try folder.write("manifest.json", try manifest(folder.files).text(.indented) + "\n")
            return folder.files[0].rows ?? 0
        }
        return InterchangeReport(scenario: scenario, out: out, name: name, lines: lines, shift: shift)
    }

    private func manifest(_ files: [OutputFolder.FileRecord]) -> JSONValue {
        .object(
            scenario.withAssumptions([
                "format": .integer(1), "dataset": .string(format),
                "files": .array(
                    files.map { file in
                        .object([
                            "path": .string(file.path), "sha256": .string(file.sha256), "bytes": .integer(file.bytes),
                            "rows": file.rows.map { .integer($0) } ?? .null,
                        ])
                    }),
                "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
                "file_hash": .string(scenario.fileHash), "maximise": .string(scenario.objective.goal.rawValue),
                "policy": policy.map { .string($0.label) } ?? .null,
                "policy_hash": policy.map { .string($0.hash) } ?? .null, "value_shift": .number(shift),
                "command_line": .string(Shell.resultCommandLine), "version": .string(Release.version),
            ]))
    }
}

/// What was written for another program.
package struct InterchangeReport: Report {
    let scenario: Scenario
    package let out: String
    package let name: String
    package let lines: Int
    package let shift: Double

    package init(scenario: Scenario, out: String, name: String, lines: Int, shift: Double) {
        self.scenario = scenario
        self.out = out
        self.name = name
        self.lines = lines
        self.shift = shift
    }

    package func json() -> JSONValue {
        .object(
            scenario.withAssumptions([
                "format": .integer(1), "out": .string(out), "files": .strings([name, "manifest.json"]),
                "lines": .integer(lines), "value_shift": .number(shift),
            ]))
    }

    package func text() -> String {
        "\(out): \(name) (\(lines) lines), manifest.json\n\(scenario.assumptionLines)"
            + (shift == 0 ? "" : "take \(shift) off the value that is found there\n")
    }
}
