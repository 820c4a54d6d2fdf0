internal import ArgumentParser
internal import Nacre

struct ObjectivesCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "objectives",
        abstract: "Hold objectives against each other: what the best policy of one loses under another.",
        discussion: """
            Policies that remember everything are searched for, with bounds, for the payoff, for α S − β R, for helpfulness times \
            safety, and for S under a limit on R. Each is valued under all. docs/what-if.md says what S and R are.
            """)

    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        name: .long, help: "α, what satisfaction counts. (default: 1)",
        transform: Number.real(0...Number.largest, isAbove: true))
    var alpha = 1.0

    @Option(name: .long, help: "β, what risk costs. (default: 2)", transform: Number.real(0...Number.largest))
    var beta = 2.0

    @Option(name: .long, help: "The limit on R, a probability. (default: 0.1)", transform: Number.real(0...1))
    var risk = 0.1

    @Option(
        name: .long, help: "Stop a search once bound − value is at most this. (default: 0.001)",
        transform: Number.real(0...Number.largest))
    var gap = 1e-3

    @Option(
        name: .customLong("time-limit"),
        help: "Stop the search for an objective after this many seconds. (default: 60)",
        transform: Number.real(0...Number.seconds, isAbove: true))
    var timeLimit = 60.0

    @OptionGroup var tables: TableOptions
    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        try tables.check()
        var request = ObjectivesRequest()
        (request.alpha, request.beta, request.risk) = (alpha, beta, risk)
        (request.gap, request.time) = (gap, .seconds(timeLimit))
        let work = Work("planning", unit: "beliefs", threads: global.threadCount, on: terminal)
        let report = try work.run { try request.report(scenario, $0) }
        try tables.write(report.package, terminal)
        try terminal.show(report)
        try work.end()
        if !report.isConverged { throw ExitCode(ExitStatus.gate.rawValue) }
    }
}
