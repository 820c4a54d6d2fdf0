internal import ArgumentParser
internal import ExactEvaluation
internal import GameModel
internal import Nacre
internal import Output
internal import Scenarios
internal import Solver

struct ExportCSVCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Tidy CSV for notebooks: outcomes, metrics and strategies, exact, with a data dictionary.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var assumption: ForesightOption

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text). May be repeated.")
    var policy: [String]

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumption.scenario(path: file)
        let policies = try policy.map { try NamedPolicy($0, scenario: scenario, terminal) }
        let runID = RunName.make(["export csv", scenario.gameHash] + scenario.foresightParts + policies.map(\.hash))
        let tables = ResultTables(game: scenario.game, scenario: scenario.name, runID: runID)
        var (outcomes, metrics, strategies) = (ResultTables.outcomes, ResultTables.metrics, ResultTables.strategies)
        for policy in policies {
            let evaluation = Evaluation(policy.controller, game: scenario.game)
            outcomes.append(contentsOf: tables.outcomes(evaluation, policy: policy.label))
            metrics.append(contentsOf: tables.metrics(evaluation, policy: policy.label))
            strategies.append(contentsOf: tables.strategies(policy.controller, policy: policy.label))
        }
        let package = DataPackage(
            name: scenario.name, title: scenario.title, tables: [outcomes, metrics, strategies])
        try package.write(toFolder: output.out, replaces: output.force, terminal)
        let names = package.tables.map { "\($0.name).csv" }
        if terminal.json {
            try terminal.print(
                .object([
                    "format": .integer(1), "out": .string(output.out), "run_id": .string(runID),
                    "files": .strings(names + ["datapackage.json"]),
                ]))
        } else {
            try terminal.print("\(output.out): \(names.joined(separator: ", ")), datapackage.json\n")
        }
    }
}
