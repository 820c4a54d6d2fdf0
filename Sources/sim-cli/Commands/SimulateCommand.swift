internal import ArgumentParser
internal import GameModel
internal import Nacre
internal import NumericalMethods
internal import Output
internal import Scenarios
internal import Simulation

struct SimulateCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Play episodes against simulated users and tally how they end.",
        discussion: """
            With --compare the other policies are played against the same users (common random numbers), and differences \
            are shown with their own, smaller, standard errors.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var gates: GateOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var assumption: ForesightOption

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text).")
    var policy: String

    @Option(name: .long, help: "Another policy to play against the same users. May be repeated.")
    var compare: [String] = []

    @Option(name: .long, help: "Episodes to play. (default: 100000)", transform: Number.whole(1...Number.manySteps))
    var episodes = 100_000

    @Flag(name: .long, help: "Record every episode and turn in the store.")
    var trajectories = false

    @Option(name: .customLong("csv"), help: "Also write the results as tidy CSV into this folder.")
    var csvFolder: String?

    @Flag(name: .long, help: "Replace an existing CSV folder.")
    var force = false

    func validate() throws {
        if trajectories, store.path == nil {
            throw ValidationError("--trajectories needs --store FILE to record into.")
        }
        if !compare.isEmpty, store.path != nil {
            throw ValidationError("--store keeps one policy a run; leave out --compare, or simulate without --store.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumption.scenario(path: file)
        let policies = try ([policy] + compare).map { try NamedPolicy($0, scenario: scenario, terminal) }
        let job = SimulationJob(
            scenario: scenario, policies: policies, episodes: episodes, seed: global.seed, threads: global.threadCount,
            recordsTurns: trajectories)
        if let csvFolder { try OutputFolder.check(path: csvFolder, replaces: force) }
        noteAbsentTypes(scenario, terminal)
        let result = try job.run(store: store, terminal: terminal) { result in
            if let csvFolder { try write(result, scenario: scenario, to: csvFolder, terminal) }
            try SimulationReport(job: job, result: result).present(on: terminal)
        }
        let tally = result.tallies[0]
        let passed = gates.check(policy: policy, terminal: terminal) { metric in
            switch metric {
            case "payoff": tally.payoff?.value
            case "safe": tally.safe(scenario.game)?.value
            case "turns": tally.turns?.value
            default: scenario.violation(tally)
            }
        }
        if result.episodes < episodes { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if !passed { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// Says which limits no episode can speak of.
    private func noteAbsentTypes(_ scenario: Scenario, _ terminal: Terminal) {
        let limited = Set(scenario.objective.constraints.map(\.user)).sorted()
        for user in limited where scenario.game.prior[user] == 0 {
            terminal.note(
                "note: \(scenario.game.users[user]) has prior 0, so no episode is of that type and a limit on it stays "
                    + "undecided here; evaluate says exactly what it comes to")
        }
    }

    private func write(
        _ result: SimulationResult, scenario: Scenario, to path: String, _ terminal: Terminal
    ) throws {
        let names = [policy] + compare
        let runID = RunName.make(
            ["simulate", scenario.gameHash, "\(global.seed)", "\(result.episodes)"] + scenario.foresightParts
                + names)
        let tables = ResultTables(game: scenario.game, scenario: scenario.name, runID: runID)
        var (outcomes, metrics) = (ResultTables.outcomes, ResultTables.metrics)
        for (name, tally) in zip(names, result.tallies) {
            outcomes.append(contentsOf: tables.outcomes(tally, policy: name))
            metrics.append(contentsOf: tables.metrics(tally, policy: name))
        }
        try DataPackage(name: "simulation", title: scenario.title, tables: [outcomes, metrics])
            .write(toFolder: path, replaces: force, terminal)
    }
}
