internal import ArgumentParser
internal import Foundation
internal import Nacre

struct InitCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a commented scenario to start from, with the schema that editors check it by.")

    @Option(name: .long, help: "Which example.", completion: .list(ExampleScenarios.all.map(\.name)))
    var example = "starter"

    @Flag(name: .long, help: "Replace existing files.")
    var force = false

    @Argument(help: "Folder to write into (made if missing).", completion: .directory)
    var directory = "."

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let names = ExampleScenarios.all.map(\.name)
        guard let chosen = ExampleScenarios.all.first(where: { $0.name == example }) else {
            let hint = Scenario.suggestion(for: example, among: names).map { "did you mean \($0)?" }
            throw InputError("there is no example \(example); \(hint ?? "there are \(names.joined(separator: ", "))")")
        }
        guard directory.contains(where: { !$0.isWhitespace }) else {
            throw FileError("the name of the folder to write into is empty; give a folder")
        }
        let files = [("\(chosen.name).yaml", chosen.text), ("schema/scenario.v1.json", ExampleScenarios.schema)]
        for (name, text) in files { try write(text, to: path(name)) }
        if terminal.json {
            try terminal.print(
                .object(["format": .integer(1), "files": .strings(files.map { path($0.0) })]))
        } else {
            try terminal.print("\(path(files[0].0))\n")
            terminal.note("next: sim-cli validate \(Shell.quoted(path(files[0].0)))")
        }
    }

    private func path(_ name: String) -> String { directory == "." ? name : "\(directory)/\(name)" }

    private func write(_ text: String, to path: String) throws {
        // The schema is the same in every folder; only a file that would change is worth refusing.
        if OutputFile.wouldReplace(path), FileManager.default.contents(atPath: path) == Data(text.utf8) { return }
        try OutputFile.write(text, to: path, replaces: force)
    }
}
