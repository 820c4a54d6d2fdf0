internal import ArgumentParser
internal import ExampleScenarios
internal import Foundation
internal import Scenarios
internal import Suites

/// The suite that a command is about.
struct SuiteArgument: ParsableArguments {
    @Argument(
        help: "A suite: its folder, its suite.yaml, or the name of a shipped one (suite list shows them).",
        completion: .directory)
    var suite: String

    @Flag(name: .long, help: "Go on with more than 100000 cases.")
    var yes = false

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

/// One policy of a run: what tables call it, and how it is made.
struct SuitePolicy: Sendable {
    let label: String
    let recipe: PolicyRecipe
    /// As it was written.
    let text: String

    /// A policy of the suite by its name, `LABEL=RECIPE`, or a recipe.
    init(_ argument: String, suite: ScenarioSuite) throws(SuiteError) {
        if let known = suite.policies.first(where: { $0.name == argument }) {
            (label, text) = (known.name, known.recipe)
        } else {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let isLabelled = parts.count == 2 && !parts[0].contains { ":,/".contains($0) }
            (label, text) = isLabelled ? (parts[0], parts[1]) : (argument, argument)
        }
        recipe = try PolicyRecipe(text)
    }

    init(label: String, recipe: PolicyRecipe, text: String) {
        self.label = label
        self.recipe = recipe
        self.text = text
    }

    /// The suite's own policies, or those that were named.
    ///
    /// - Throws: `SuiteError` if there is none, or two have one label.
    static func list(_ arguments: [String], suite: ScenarioSuite) throws -> [SuitePolicy] {
        let policies =
            arguments.isEmpty
            ? try suite.policies.map { try SuitePolicy($0.name, suite: suite) }
            : try arguments.map { try SuitePolicy($0, suite: suite) }
        guard !policies.isEmpty else {
            throw SuiteError("\(suite.file) names no policies; name one with --policy")
        }
        for (index, policy) in policies.enumerated()
        where policies[..<index].contains(where: { $0.label == policy.label }) {
            throw SuiteError("policy \(policy.label) is named twice; give one of them another label, LABEL=RECIPE")
        }
        return policies
    }
}
