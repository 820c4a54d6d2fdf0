internal import ArgumentParser
internal import Foundation
internal import Nacre

struct SuiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suite",
        abstract: "Suites of scenarios from one template: list, expand, run.",
        discussion: "docs/suites.md describes the format, the scores, and the suites that are shipped.",
        subcommands: [SuiteListCommand.self, SuiteExpandCommand.self, SuiteRunCommand.self])
}

struct SuiteListCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The suites of a folder; or one suite's axes, policies and cases.")

    @Argument(help: "A folder of suites, or a suite (default: the shipped suites).", completion: .directory)
    var place: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let suites =
            try place.map(Self.suites)
            ?? (only: nil, all: try ExampleScenarios.suites.map { try SuiteArgument.load($0.name) })
        if let single = suites.only {
            try terminal.show(
                SuiteContents(single, cases: try single.cases(atMost: SuiteArgument.mostCases)))
        } else {
            try terminal.show(SuiteList(suites.all))
        }
    }

    /// One suite, or all those of a folder in the order of their names.
    private static func suites(in place: String) throws -> (only: ScenarioSuite?, all: [ScenarioSuite]) {
        let manager = FileManager.default
        let isFolder = manager.fileExists(atPath: place)
        let isShipped = !isFolder && ExampleScenarios.suites.contains { $0.name == place }
        if isShipped || place.hasSuffix(".yaml") || manager.fileExists(atPath: "\(place)/\(ScenarioSuite.fileName)") {
            return (try SuiteArgument.load(place), [])
        }
        guard let entries = try? manager.contentsOfDirectory(atPath: place) else {
            throw InputError("\(place) is not a folder that can be read; name a folder of suites, or a suite")
        }
        let paths = entries.sorted().map { "\(place)/\($0)" }
            .filter { manager.fileExists(atPath: "\($0)/\(ScenarioSuite.fileName)") }
        guard !paths.isEmpty else {
            throw InputError("\(place) holds no suite; a suite is a folder with \(ScenarioSuite.fileName)")
        }
        return (nil, try paths.map { try ScenarioSuite.load(path: $0) })
    }
}
