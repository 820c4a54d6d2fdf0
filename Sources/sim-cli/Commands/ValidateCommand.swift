internal import ArgumentParser
internal import Documents
internal import GameModel
internal import Output
internal import Scenarios

struct ValidateCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check scenario files and show every problem, not only the first.")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "Scenario files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    func execute(_ terminal: Terminal) throws {
        var documents: [JSONValue] = []
        var errors: [JSONValue] = []
        for file in files {
            do {
                let scenario = try Scenario.load(path: file)
                for warning in scenario.warnings { terminal.note(warning.rendered) }
                if !terminal.json { try terminal.print(Self.summary(scenario)) }
                documents.append(Self.json(scenario))
            } catch let error as DocumentError {
                if !terminal.json { terminal.complain(error.description) }
                errors += error.diagnostics.filter { $0.severity == .error }.map(\.json)
                documents.append(.object(["file": .string(file), "valid": .bool(false)]))
            }
        }
        if terminal.json {
            try terminal.print(
                .object(["format": .integer(1), "files": .array(documents), "errors": .array(errors)]))
        }
        if !errors.isEmpty { throw ExitCode(ExitStatus.badInput.rawValue) }
    }

    private static func summary(_ scenario: Scenario) -> String {
        let game = scenario.game
        let warnings = scenario.warnings.isEmpty ? "" : ", \(scenario.warnings.count) warnings"
        return
            "\(Escaped.line(scenario.file)): valid: \(scenario.name): \(game.users.count) users, \(game.states.count) states, "
            + "\(game.responses.count) responses, \(game.reactions.count) reactions, \(game.observations.count) "
            + "observations, \(game.horizon) turns\(warnings); game \(scenario.gameHash.prefix(12))\n"
    }

    private static func json(_ scenario: Scenario) -> JSONValue {
        .object([
            "file": .string(scenario.file), "valid": .bool(true), "scenario": .string(scenario.name),
            "title": .string(scenario.title), "game_hash": .string(scenario.gameHash),
            "file_hash": .string(scenario.fileHash), "warnings": .array(scenario.warnings.map(\.json)),
        ])
    }
}
