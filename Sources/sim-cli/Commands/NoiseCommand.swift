internal import ArgumentParser
internal import Nacre

struct NoiseCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "noise",
        abstract: "Say how often labels made by rollouts prefer the worse answer, and what is learned of them.",
        discussion: """
            Published recipes judge an answer by the mean of a few simulated continuations, cut off after a window. Here \
            the truth is known: values are exact. docs/noise.md has what follows.
            """)

    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "Whose conversations, and who goes on after a candidate: \(PolicyForms.text).")
    var policy = "reference"

    @Option(
        name: .long, help: "Rollouts a candidate, separated by commas. (default: 3,10,30,100)",
        transform: { try Self.list($0) { try Number.whole(1...100_000)($0) } })
    var rollouts: [Int] = [3, 10, 30, 100]

    @Option(
        name: .long,
        help:
            "Response-reaction pairs that a rollout is cut off after, or all, separated by commas. (default: 2,3,4,all)",
        transform: { try Self.list($0) { $0 == "all" ? 0 : try Number.whole(1...GameLimits.horizon)($0) } })
    var window: [Int] = [2, 3, 4, 0]

    @Flag(
        name: .long,
        help:
            "Count endings in every turn by what they bring on average over the user's reactions, and not the one that came."
    )
    var expectedEndings = false

    @Option(
        name: .long, help: "Conversations whose nodes are taken. (default: 300)", transform: Number.whole(1...100_000))
    var episodes = 300

    @Flag(name: .long, help: "Count a node once that is met more often: rare and late ones then weigh more.")
    var distinct = false

    @Option(
        name: .long, help: "Responses that are compared: 2 or 3. (default: 3, or 2 where there are no more)",
        transform: Number.whole(2...3))
    var candidates: Int?

    @Option(
        name: .long, help: "How often labels are made at every node. (default: 16)",
        transform: Number.whole(1...100_000))
    var replications = 16

    @Option(
        name: .long,
        help: "τ of the policy that labels should lead to. (default: the scenario's, or 0.2)",
        transform: Number.real(1e-3...1e6))
    var tau: Double?

    @Option(name: .customLong("csv"), help: "Also write tables with a data dictionary into this folder.")
    var csv: String?

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false

    @Option(name: .long, help: "With --shard: the folder of the piece.", completion: .directory)
    var out: String?

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { out }
    var replacesPiece: Bool { force }
    static var folderOption: String { "--csv" }

    func validate() throws { try pieces.checkFolder(out) }

    private static func list<Value>(_ text: String, _ read: (String) throws -> Value) throws -> [Value] {
        try text.split(separator: ",", omittingEmptySubsequences: false).map { try read(String($0)) }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        if let csv { try OutputFolder.check(path: csv, replaces: force) }
        var request = NoiseRequest()
        (request.policy, request.rollouts, request.episodes) = (policy, rollouts, episodes)
        request.windows = window.map { $0 == 0 ? nil : $0 }
        (request.isDistinct, request.expectsEndings) = (distinct, expectedEndings)
        (request.candidates, request.replications) = (candidates, replications)
        (request.seed, request.temperature) = (global.seed, tau)
        let work = Work("labelling by rollouts", unit: "nodes", threads: global.threadCount, on: terminal)
        let report = try work.run { try request.report(scenario, $0) }
        if let csv { try terminal.writeFolder(csv, replaces: force) { try report.write(to: $0) } }
        try terminal.show(report)
    }
}
