internal import ArgumentParser
internal import Nacre

struct ValidateCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check scenario files and show every problem, not only the first.")

    @Argument(help: "Scenario files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String]

    @OptionGroup var setting: SettingOptions

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        var documents: [JSONValue] = []
        var errors: [JSONValue] = []
        for file in files {
            do {
                let scenario = try setting.scenario(path: file)
                for warning in scenario.warnings { terminal.note(warning.rendered) }
                if !terminal.json { try terminal.print(ScenarioSummary(scenario).text()) }
                documents.append(ScenarioSummary(scenario).json())
            } catch let error as DocumentError {
                if !terminal.json { terminal.complain(error.description) }
                errors += error.diagnostics.filter { $0.severity == .error }.map(\.json)
                documents.append(.object(["file": .string(file), "valid": .bool(false)]))
            } catch let error as InputError where !setting.changes.isEmpty {
                // The file is in order; what is to be set in it is not.
                if !terminal.json { terminal.complain("error: \(Escaped.line(error.description))") }
                errors.append(Failure.item(error.description))
                documents.append(.object(["file": .string(file), "valid": .bool(false)]))
            }
        }
        if terminal.json {
            try terminal.print(
                .object(["format": .integer(1), "files": .array(documents), "errors": .array(errors)]))
        }
        if !errors.isEmpty { throw ExitCode(ExitStatus.badInput.rawValue) }
    }
}
