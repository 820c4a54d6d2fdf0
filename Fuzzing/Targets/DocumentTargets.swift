internal import CalibrationFiles
internal import ExampleScenarios
internal import Nacre
internal import Output
internal import Scenarios
internal import Suites

extension FuzzTargets {
    /// Files that people write: scenarios, suites, mappings, observations, confusion matrices, figures, policies.
    static let documents: [FuzzTarget] = [
        text("json", "JSON, read and written") {
            (
                [#"{"a":[1,-2.5e3,"x\u00e9\n",true,null,{}],"b":{"c":[]}}"#, "[9007199254740993,1e-400,0.1]"],
                ["1e999", "\"\\"],
                { bytes in
                    let value = try JSONValue(strictly: bytes)
                    let text = try value.text(.indented)
                    let again = try JSONValue(parsing: text)
                    guard again == value, try again.text(.indented) == text else {
                        throw BrokenPromise("what was written of a document is read as another one")
                    }
                }
            )
        },
        text("scenario", "scenario files, and the policy that answers at random in them") {
            (
                ExampleScenarios.all.map(\.text), Samples.scenarioWords,
                { bytes in try DocumentReading.scenario(bytes) }
            )
        },
        text("suite", "suites with their templates") {
            (
                ExampleScenarios.suites.map { $0.suite + DocumentReading.templateMark + $0.template }
                    + [Samples.suite + DocumentReading.templateMark + Samples.template],
                Samples.suiteWords,
                { bytes in try DocumentReading.suite(bytes) }
            )
        },
        text("mapping", "mappings of `calibrate`") {
            (
                Samples.mappings, Samples.mappingWords,
                { bytes in _ = try CalibrationMapping.parse(bytes, file: "mutant.yaml") }
            )
        },
        text("observations", "observed conversations, CSV and JSON lines, under a mapping") {
            let mapping = try CalibrationMapping.parse(Array(Samples.mappings[0].utf8), file: "mapping.yaml")
            return (
                Samples.observations, ["prev", "behaviour", "reaction", "talk", "sustain", "\"\"", ",", ";", "\t"],
                { bytes in
                    _ = try ObservationReader.read(try ObservationTable.parse(bytes, file: "mutant"), mapping)
                }
            )
        },
        text("confusion", "confusion matrices of `calibrate`, under a mapping") {
            let mapping = try CalibrationMapping.parse(Array(Samples.mappings[0].utf8), file: "mapping.yaml")
            return (
                Samples.confusions,
                ["truth", "given", "count", "share", "member", "state", "reaction", "1e300", "0", ","],
                { bytes in
                    let file = try ConfusionFile(try ObservationTable.parse(bytes, file: "mutant"))
                    _ = try MisreadLabels([file], mapping)
                }
            )
        },
        text("figures", "files of published figures, for a shipped scenario") {
            let scenario = try DocumentReading.starter()
            return (
                ExampleScenarios.reality.map(\.text) + [Samples.figures], Samples.figureWords,
                { bytes in _ = try FigureSection.read(bytes, file: "mutant.yaml", for: scenario) }
            )
        },
        text("policy", "policy files") {
            let scenario = try DocumentReading.starter()
            return (
                try Samples.policies(scenario),
                ["strategies", "kind", "memory", "format", "observations", "strategy", "start", "graph", "nodes"],
                { bytes in
                    guard let text = String(validating: bytes, as: UTF8.self) else { return }
                    let file = try PolicyFile(
                        reading: text, label: "mutant", game: scenario.game, gameHash: scenario.gameHash)
                    _ = try scenario.evaluate(file.controller)
                }
            )
        },
    ]
}

/// What is done with a document that is taken.
enum DocumentReading {
    /// Between a suite and its template.
    static let templateMark = "\n%%% template\n"
    /// A case of a suite is read at both ends only.
    private static let mostCases = 100_000
    /// Games that take longer are only read.
    private static let mostWork = 20_000

    static func starter() throws -> Scenario {
        try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml")
    }

    static func scenario(_ bytes: [UInt8]) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        let scenario = try Scenario.parse(text, file: "mutant.yaml")
        let game = scenario.game
        let work = [game.users.count, game.states.count, game.responses.count, game.reactions.count, game.horizon]
            .reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? Int.max : $0 &* $1 }
        guard work <= mostWork else { return }
        let found = try scenario.evaluate(try .uniform(game: game))
        guard found.value.isFinite else {
            throw BrokenPromise("a scenario is taken in which a policy is worth \(found.value)")
        }
    }

    static func suite(_ bytes: [UInt8]) throws {
        let mark = Array(templateMark.utf8)
        let place = bytes.indices.first { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }
        let end = place ?? bytes.count
        let template = place.map { bytes[($0 + mark.count)...] } ?? []
        let suite = try ScenarioSuite.parse(
            suite: String(decoding: bytes[..<end], as: UTF8.self),
            template: String(decoding: template, as: UTF8.self), name: "mutant")
        let cases = try suite.cases(atMost: mostCases)
        for index in Set([0, cases.count - 1]) { _ = try suite.scenario(cases[index]) }
        for policy in suite.policies { _ = try PolicyRecipe(policy.recipe) }
    }
}
