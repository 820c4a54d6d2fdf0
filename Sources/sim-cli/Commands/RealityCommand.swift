internal import ArgumentParser
internal import Nacre

struct RealityCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "reality",
        abstract: "Hold a scenario's users against published figures of what people do.",
        discussion: """
            Every figure stands beside the scenario's exact number with its published interval. Where they differ, the smallest \
            change of assumptions that would agree is shown, in logits. Nothing is changed. docs/validity.md has the table of \
            all shipped scenarios, and the form of a file of figures.
            """)

    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        name: .long, help: "A file of figures in place of those that are built in. May be repeated.",
        completion: .file(extensions: ["yaml", "yml"]))
    var figures: [String] = []

    @Option(name: .long, help: "Show shares under this policy too: \(PolicyForms.text). May be repeated.")
    var policy: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            Which coefficients of users may move: assumptions (as the scenario marks them), uncertain (with a standard error), \
            all, or a path; repeatable.
            """))
    var parameters: [String] = ["assumptions"]

    @OptionGroup var tables: TableOptions
    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        try tables.check()
        var request = RealityRequest()
        (request.files, request.policies, request.parameters) = (figures, policy, parameters)
        let report = try request.report(scenario, note: terminal.note)
        try tables.write(report.package, terminal)
        try terminal.show(report)
        if !report.isConverged { throw ExitCode(ExitStatus.gate.rawValue) }
    }
}
