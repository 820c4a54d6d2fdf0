internal import ArgumentParser
internal import Nacre

struct ReportCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write one HTML file about a scenario and its policies, to read, print and send.",
        discussion: """
            The file needs no other and no network: outcomes, first answers with reasons, limits and prices, the trade-off, \
            boundaries, what the result hangs on, sources, and conversations to search. Several policies stand side by side.
            """)

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text). May be repeated. (default: reference)")
    var policy: [String] = []

    @Option(name: .long, help: "The page to write.", completion: .file(extensions: ["html"]))
    var out: String

    @Flag(name: .long, help: "Replace an existing file.")
    var force = false

    @Option(
        name: .long,
        help: "A run of --store to show too, by number; of simulate, evaluate or a suite. May be repeated.",
        transform: Number.run)
    var run: [Int64] = []

    @Option(
        name: .customLong("store"), help: "The SQLite file that holds the runs.",
        completion: .file(extensions: ["sqlite"]))
    var store: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Parts to leave out, separated by commas.",
            discussion: PagePart.allCases.map(\.rawValue).joined(separator: ", ") + "."),
        transform: ReportCommand.parts)
    var without: Set<PagePart> = []

    @Flag(
        name: .long, help: "Leave out what takes longest (frontier, boundary, sensitivity), and play 40 conversations.")
    var quick = false

    @Option(
        name: .long, help: "Conversations to show, over all policies. (default: 200)", transform: Number.whole(0...2000)
    )
    var conversations: Int?

    @Option(
        name: .long, help: "Conversations for differences between policies. (default: 20000)",
        transform: Number.whole(2...Number.manySteps))
    var episodes = 20_000

    @Option(
        name: .customLong("part-time"), help: "Seconds that each part may take. (default: 60)",
        transform: Number.real(0...Number.seconds, isAbove: true))
    var partTime = 60.0

    @OptionGroup var assumptions: ScenarioOptions
    @OptionGroup var global: GlobalOptions

    static func parts(_ text: String) throws -> Set<PagePart> {
        do { return try PagePart.list(text) } catch { throw ValidationError("\(error).") }
    }

    func validate() throws {
        if !run.isEmpty, store == nil { throw ValidationError("--run needs --store, the file that holds the runs.") }
        if store != nil, run.isEmpty { throw ValidationError("--store needs --run, the number of a run to show.") }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        let page = try OutputFile(path: out, replaces: force, makesFolders: true)
        let work = Work("writing", unit: "parts", threads: global.threadCount, on: terminal)
        let report = try work.run { try request.report(scenario, $0) }
        try page.write(report.html)
        if terminal.json { try terminal.show(report) } else { try terminal.print(report.text() + "\(out)\n") }
        if work.isInterrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if !report.isComplete { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    private var request: PageRequest {
        var request = PageRequest(policies: policy.isEmpty ? ["reference"] : policy)
        (request.runs, request.store, request.seed) = (run, store, global.seed)
        request.without = quick ? without.union(PagePart.slow) : without
        (request.conversations, request.episodes) = (conversations ?? (quick ? 40 : 200), episodes)
        (request.seconds, request.command) = (partTime, Shell.pageCommandLine)
        request.takesForesight = assumptions.wanted != .myopic
        return request
    }
}
