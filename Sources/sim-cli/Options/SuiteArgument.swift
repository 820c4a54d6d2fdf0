internal import ArgumentParser
internal import Foundation
internal import Nacre

/// The suite that a command is about.
struct SuiteArgument: ParsableArguments {
    @Argument(
        help: "A suite: its folder, its suite.yaml, or the name of a shipped one (suite list shows them).",
        completion: .directory)
    var suite: String

    @Flag(name: .long, help: "Accept more than 100000 cases.")
    var yes = false

    /// A suite takes no other numbers than its files': it would be another suite under the same name.
    @Option(name: .customLong("set"), help: .hidden)
    var set: [String] = []

    func validate() throws {
        guard set.isEmpty else {
            throw ValidationError(
                "a suite takes no --set: put the number into its factors, or write its cases with suite expand and set it there."
            )
        }
    }

    /// More cases than this are gone through only with `--yes`.
    static let mostCases = 100_000

    func load() throws -> ScenarioSuite { try Self.load(suite) }

    func cases(of suite: ScenarioSuite) throws -> [SuiteCase] {
        try suite.cases(atMost: yes ? .max : Self.mostCases)
    }

    /// A suite by its folder or `suite.yaml`; a name that is no path stands for the shipped suite.
    static func load(_ name: String) throws -> ScenarioSuite {
        guard !FileManager.default.fileExists(atPath: name),
            let shipped = ExampleScenarios.suites.first(where: { $0.name == name })
        else { return try ScenarioSuite.load(path: name) }
        return try ScenarioSuite.parse(suite: shipped.suite, template: shipped.template, name: shipped.name)
    }
}
