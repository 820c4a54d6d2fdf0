internal import ArgumentParser
internal import Nacre

struct EvaluateCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compute what policies lead to, exactly, side by side.")

    @OptionGroup var gates: GateOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var assumptions: ScenarioOptions
    @OptionGroup var robust: RobustOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text). May be repeated.")
    var policy: [String]

    @Option(name: .customLong("csv"), help: "Also write the results as tidy CSV into this folder.")
    var csvFolder: String?

    @OptionGroup var picture: PictureOption

    @Flag(name: .long, help: "Replace an existing CSV folder or picture.")
    var force = false

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        if let csvFolder { try OutputFolder.check(path: csvFolder, replaces: force) }
        let drawing = try picture.file(replaces: force)
        let policies = try policy.map { try NamedPolicy($0, scenario: scenario, note: terminal.note) }
        let recorder = try RunRecorder(store: store.path, terminal)
        let passed = try recorder.recording { try evaluate(policies, scenario, drawing, recorder, terminal) }
        if !passed { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// Evaluates, writes, records and reports.
    ///
    /// - Returns: whether all gates were passed.
    private func evaluate(
        _ policies: [NamedPolicy], _ scenario: Scenario, _ drawing: OutputFile?, _ recorder: RunRecorder,
        _ terminal: Terminal
    ) throws -> Bool {
        let settings = try JSONValue.object(scenario.withAssumptions([:])).text()
        let permits = try policies.map {
            try recorder.begin(.evaluate, scenario: scenario, policy: $0, seed: global.seed, settings: settings)
        }
        let report = EvaluationReport(
            policies, in: scenario, worst: try robust.worstCase(scenario, global, terminal))
        if let csvFolder { try report.package.write(toFolder: csvFolder, replaces: force, terminal) }
        try drawing?.write(report.picture.svg)
        for (permit, result) in zip(permits, report.results) {
            try recorder.finish(permit) { _, _ in RunResults(result.evaluation, scenario: scenario) }
        }
        try terminal.show(report)
        let passed = policies.indices.map { index in
            gates.check(policy: policies[index].label, terminal: terminal) { report.figure($0, of: index) }
        }
        return !passed.contains(false)
    }
}
