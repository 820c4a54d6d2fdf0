internal import ArgumentParser
internal import GameModel
internal import Interchange
internal import Output
internal import Scenarios

/// What every export of a game for another program takes.
struct InterchangeOptions: ParsableArguments {
    @OptionGroup var output: OutputOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String
}

/// A game file on its way into a folder of its own.
struct InterchangeExport {
    let scenario: Scenario
    /// What the format is called in the manifest, which is also the file's ending.
    let format: String
    var policy: NamedPolicy?
    /// What the other program's value exceeds ours by.
    var shift = 0.0

    /// The game as the scenario's objective sees it.
    static func game(_ scenario: Scenario) -> ExportedGame {
        ExportedGame(
            game: scenario.game, goal: scenario.objective.goal, scenario: scenario.name, gameHash: scenario.gameHash)
    }

    /// Refuses users who look ahead, where a format's users cannot.
    ///
    /// - Throws: ``InputError`` naming the first such type.
    static func refuseForesight(_ scenario: Scenario, instead: String) throws {
        guard let user = scenario.foresight.firstIndex(where: { $0 > 0 }) else { return }
        throw InputError(
            "users.\(scenario.game.users[user]) has foresight \(scenario.foresight[user]): how it reacts depends on the "
                + "policy, which this format cannot say. \(instead)")
    }

    /// Writes the file and a manifest, and says so.
    func write(_ output: OutputOptions, _ terminal: Terminal, body: (ExportedGame.Lines) throws -> Void) throws {
        let name = "\(scenario.name).\(format)"
        let lines = try terminal.writeFolder(output.out, replaces: output.force) { folder in
            try folder.writeRows(name) { file in try body { text in try file.write { Array(text.utf8) } } }
            try folder.write("manifest.json", try manifest(folder.files).text(.indented) + "\n")
            return folder.files[0].rows ?? 0
        }
        if terminal.json {
            try terminal.print(
                .object([
                    "format": .integer(1), "out": .string(output.out), "files": .strings([name, "manifest.json"]),
                    "lines": .integer(lines), "value_shift": .number(shift),
                ]))
            return
        }
        try terminal.print("\(output.out): \(name) (\(lines) lines), manifest.json\n")
        if shift != 0 { try terminal.print("take \(shift) off the value that is found there\n") }
    }

    private func manifest(_ files: [OutputFolder.FileRecord]) -> JSONValue {
        .object([
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
            "command_line": .string(Shell.resultCommandLine), "version": .string(Program.version),
        ])
    }
}
