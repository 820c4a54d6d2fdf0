internal import ArgumentParser
internal import ExampleScenarios
internal import Foundation
internal import Output
internal import Scenarios
internal import Suites

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

    @OptionGroup var global: GlobalOptions

    @Argument(help: "A folder of suites, or a suite (default: the shipped suites).", completion: .directory)
    var place: String?

    func execute(_ terminal: Terminal) throws {
        let suites =
            try place.map(Self.suites)
            ?? (only: nil, all: try ExampleScenarios.suites.map { try SuiteArgument.load($0.name) })
        if let single = suites.only {
            try show(single, on: terminal)
        } else {
            try show(suites.all, on: terminal)
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

    private func show(_ suites: [ScenarioSuite], on terminal: Terminal) throws {
        let rows = try suites.map { ($0, try $0.cases(atMost: .max).count) }
        if terminal.json {
            return try terminal.print(
                .object(["format": .integer(1), "suites": .array(rows.map { $0.0.json(cases: $0.1) })]))
        }
        var table = TextTable(["suite", "cases", "axes", "policies", "hash", "title"], left: [0, 2, 4, 5])
        for (suite, count) in rows {
            table.append([
                suite.name, Format.count(count),
                suite.axes.map { "\($0.name) \($0.values.count)" }.joined(separator: " × "),
                "\(suite.policies.count)", String(suite.hash.prefix(12)), suite.title,
            ])
        }
        try terminal.print(table.text)
    }

    private func show(_ suite: ScenarioSuite, on terminal: Terminal) throws {
        let cases = try suite.cases(atMost: SuiteArgument.mostCases)
        if terminal.json {
            guard case .object(var members) = suite.json(cases: cases.count) else { return }
            members["format"] = .integer(1)
            members["case_names"] = .strings(cases.map(\.name))
            return try terminal.print(.object(members))
        }
        var lines = [
            "\(Escaped.line(suite.title))\n\(Format.count(cases.count)) cases; suite \(suite.hash.prefix(12))\n"
        ]
        for axis in suite.axes {
            lines.append("\(axis.name): \(Escaped.line(axis.title))")
            lines += axis.values.map { "  \($0.name)\($0.title == $0.name ? "" : ": \(Escaped.line($0.title))")" }
        }
        lines.append("\npolicies")
        lines += suite.policies.map { "  \($0.name) = \($0.recipe)" }
        lines.append("\ncases")
        lines += cases.map { "  \($0.name)" }
        try terminal.print(lines.joined(separator: "\n") + "\n")
    }
}

extension ScenarioSuite {
    /// What a suite is, for scripts.
    func json(cases: Int) -> JSONValue {
        .object([
            "suite": .string(name), "title": .string(title), "file": .string(file), "hash": .string(hash),
            "cases": .integer(cases),
            "axes": .array(
                axes.map { axis in
                    .object([
                        "axis": .string(axis.name), "title": .string(axis.title),
                        "values": .strings(axis.values.map(\.name)),
                    ])
                }),
            "policies": .array(
                policies.map { .object(["policy": .string($0.name), "recipe": .string($0.recipe)]) }),
        ])
    }
}
