internal import ArgumentParser
internal import ExactEvaluation
internal import GameModel
internal import Nacre
internal import Output
internal import RunStore
internal import Scenarios
internal import Solver

struct EvaluateCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compute what policies lead to, exactly, side by side.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var gates: GateOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var assumption: ForesightOption
    @OptionGroup var robust: RobustOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text). May be repeated.")
    var policy: [String]

    @Option(name: .customLong("csv"), help: "Also write the results as tidy CSV into this folder.")
    var csvFolder: String?

    @Flag(name: .long, help: "Replace an existing CSV folder.")
    var force = false

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumption.scenario(path: file)
        if let csvFolder { try OutputFolder.check(path: csvFolder, replaces: force) }
        let policies = try policy.map { try NamedPolicy($0, scenario: scenario, terminal) }
        let recorder = try RunRecorder(store, terminal)
        let passed = try recorder.recording { try evaluate(policies, scenario, recorder, terminal) }
        if !passed { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// Evaluates, writes, records and reports.
    ///
    /// - Returns: whether all gates were passed.
    private func evaluate(
        _ policies: [NamedPolicy], _ scenario: Scenario, _ recorder: RunRecorder, _ terminal: Terminal
    ) throws -> Bool {
        let settings = try JSONValue.object(scenario.withForesight([:])).text()
        let permits = try policies.map {
            try recorder.begin(.evaluate, scenario: scenario, policy: $0, seed: global.seed, settings: settings)
        }
        let evaluations = policies.map {
            Evaluation($0.controller, game: scenario.game, reference: scenario.objective.reference)
        }
        let results = Array(zip(policies, evaluations))
        let worst = try robust.problem(scenario, seed: global.seed).map { problem in
            RobustReport(
                problem: problem, labels: policies.map(\.label),
                evaluations: policies.map { RobustEvaluation($0.controller, problem: problem) })
        }
        if let csvFolder { try write(results, scenario: scenario, to: csvFolder, terminal) }
        for (permit, evaluation) in zip(permits, evaluations) {
            try recorder.finish(permit) { _, _ in RunResults(evaluation, game: scenario.game) }
        }
        if terminal.json {
            try terminal.print(json(results, worst, scenario: scenario))
        } else {
            let entries = results.map { OutcomeTable.Entry($0.1, policy: $0.0.label, scenario: scenario) }
            try terminal.print("\(scenario.heading)\nExact: no sampling.\n\(scenario.followerLine)\n")
            try terminal.print(OutcomeTable(game: scenario.game, entries: entries).text)
            if let worst { try terminal.print("\n" + worst.text) }
        }
        let passed = results.map { policy, evaluation in
            gates.check(policy: policy.label, terminal: terminal) { metric in
                switch metric {
                case "payoff": evaluation.payoff
                case "safe": evaluation.safe
                case "turns": evaluation.turns
                default: scenario.violation(evaluation)
                }
            }
        }
        return !passed.contains(false)
    }

    private func json(
        _ results: [(NamedPolicy, Evaluation)], _ worst: RobustReport?, scenario: Scenario
    ) -> JSONValue {
        let members: [String: JSONValue] = [
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "how": .string("exact"),
            "policies": .array(
                results.map { policy, evaluation in
                    .object(
                        [
                            "policy": .string(policy.label), "payoff": .number(evaluation.payoff),
                            "safe": .number(evaluation.safe), "turns": .number(evaluation.turns),
                            "divergence": evaluation.divergence.isFinite ? .number(evaluation.divergence) : .null,
                            "satisfies_constraints": .bool(scenario.violation(evaluation) <= 1e-7),
                            "violation": .number(scenario.violation(evaluation)),
                            "outcomes": scenario.outcomes { user, outcome in .number(evaluation.outcomes[user][outcome])
                            },
                        ].merging(policy.editedMembers) { member, _ in member })
                }),
        ]
        return .object(
            scenario.withForesight(members).merging(worst.map { ["robust": $0.json] } ?? [:]) { first, _ in first })
    }

    private func write(
        _ results: [(NamedPolicy, Evaluation)], scenario: Scenario, to path: String, _ terminal: Terminal
    ) throws {
        let runID = RunName.make(
            ["evaluate", scenario.gameHash] + scenario.foresightParts + results.map(\.0.hash))
        let tables = ResultTables(game: scenario.game, scenario: scenario.name, runID: runID)
        var (outcomes, metrics) = (ResultTables.outcomes, ResultTables.metrics)
        for (policy, evaluation) in results {
            outcomes.append(contentsOf: tables.outcomes(evaluation, policy: policy.label))
            metrics.append(contentsOf: tables.metrics(evaluation, policy: policy.label))
        }
        try DataPackage(name: "evaluation", title: scenario.title, tables: [outcomes, metrics])
            .write(toFolder: path, replaces: force, terminal)
    }
}
