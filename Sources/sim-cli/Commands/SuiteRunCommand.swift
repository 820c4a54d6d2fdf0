internal import ArgumentParser
internal import Foundation
internal import Nacre

struct SuiteRunCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Play policies in every case of a suite and score them, exactly where that fits.",
        discussion: """
            A policy is one of the suite's by its name, or a recipe: always:R, sequence:R1,R2, cues:CUE=R,else=R, uniform, \
            reference, a policy file, or one that is solved for in every case: belief, soft:TAU, robust:prior:RADIUS, \
            robust:all-priors, memoryless, priced:PRICE; or model:URL, a language model that plays every case in words. \
            LABEL=RECIPE gives it a label.
            """)

    @OptionGroup var suite: SuiteArgument
    @OptionGroup var store: StoreOptions

    @Option(name: .long, help: "A policy; may be repeated (default: those of the suite).")
    var policy: [String] = []

    @Option(name: .customLong("case"), help: "Only cases whose name matches, such as 'r1-*'; may be repeated.")
    var patterns: [String] = []

    @Option(
        name: .long, help: "β: what a unit of risk weighs against a unit of satisfaction (default: the suite's).",
        transform: Number.real(1...Number.largest))
    var beta: Double?

    @Flag(name: .long, help: "Also trace what priced policies reach between satisfaction and risk.")
    var frontier = false

    @Option(
        name: .long, help: "Planned policies: stop once upper − lower bound is at most this. (default: 0.001)",
        transform: Number.real(0...Number.largest))
    var gap = 1e-3

    @Option(
        name: .long, help: "Planned policies: beliefs looked into per case, at most. (default: 100000)",
        transform: Number.whole(1...Number.manySteps))
    var steps = 100_000

    @Option(
        name: .long, help: "Planned policies: what a search may take, in MiB. (default: 512)",
        transform: Number.whole(Number.mebibytes))
    var memory = 512

    @Option(
        name: .long, help: "Starts of the gradient method (memoryless, robust). (default: 4)",
        transform: Number.whole(1...1_000_000))
    var starts = 4

    @Option(
        name: .customLong("exact-limit"),
        help: "Steps of exact evaluation beyond which a policy is simulated. (default: 2000000000.0)",
        transform: Number.real(0...Number.largest))
    var exactLimit = 2e9

    @Option(
        name: .long, help: "Episodes where a policy is simulated. (default: 100000)",
        transform: Number.whole(2...Number.manySteps))
    var episodes = 100_000

    @Option(
        name: .long, help: "Conversations a case with a model. (default: 20)", transform: Number.whole(2...1_000_000))
    var conversations = 20

    @OptionGroup(title: "Models") var labelling: PlayLabelling
    @OptionGroup(title: "Addresses") var asking: ModelOptions

    @Flag(name: .long, help: "With --store: resume an unfinished run of the same suite, policies and settings.")
    var resume = false

    @Flag(name: .customLong("require-shapes"), help: "Exit with 1 if a published shape does not appear.")
    var requiresShapes = false

    @Option(name: .long, help: "Write tables (CSV with a data dictionary) and plots into this folder.")
    var out: String?

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { out }
    var replacesPiece: Bool { force }
    var asksAddresses: Bool { policy.contains { $0.contains("model:") } }

    func checkDivision() throws {
        if asksAddresses, asking.modelName == nil {
            throw ValidationError("--shard with an address needs --model-name: merge asks the address for nothing.")
        }
    }

    func validate() throws {
        if resume, store.path == nil {
            throw ValidationError("--resume needs the --store that holds the unfinished run.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        if let out { try OutputFolder.check(path: out, replaces: force) }
        let suite = try suite.load()
        for path in labelling.examples { try InputFile.check(path, what: "file of examples") }
        let named = try SuitePolicy.list(policy, suite: suite)
        // Policy files are read case by case; a piece depends on them from the first on.
        for case .named(let name) in named.map(\.recipe) where FileManager.default.fileExists(atPath: name) {
            try InputLedger.noteAhead(name)
        }
        let traced = frontier ? try Self.traced(suite) : []
        let cases = try selected(suite)
        try store.check()
        let players = try players(of: named, cases: cases, suite: suite, terminal)
        var runner = runner
        runner.players = players
        let job = SuiteJob(
            suite: suite, cases: cases, policies: named + traced, runner: runner, beta: beta ?? suite.scores.beta)
        let stopwatch = Stopwatch()
        let runs = try Work("running", unit: "cases", threads: global.threadCount, on: terminal).run {
            try SuiteStoring(job: job, seed: global.seed, path: store.path, resumes: resume).run(control: $0, terminal)
        }
        if !players.isEmpty { terminal.note(ModelCasePlayer.caution) }
        let report = try SuiteReport(
            job, runs, named: named.count, seed: global.seed, seconds: stopwatch.seconds)
        if let out {
            try terminal.writeFolder(out, replaces: force) { try report.write(to: $0) }
            terminal.note("tables written to \(out)")
        }
        try terminal.json ? terminal.print(report.json(out: out)) : terminal.print(report.text)
        terminal.note(
            "\(Format.count(runs.count)) cases × \(job.policies.count) policies in \(Format.fixed(report.seconds, 1)) s"
        )
        if runs.count < cases.count { throw ExitCode(ExitStatus.interrupted.rawValue) }
        let isShapeMissing = requiresShapes && report.shapes.contains { $0.holds != true }
        if !report.failures.isEmpty || isShapeMissing { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// The models among the policies; what asking them may take is said before the first request.
    private func players(
        of policies: [SuitePolicy], cases: [SuiteCase], suite: ScenarioSuite, _ terminal: Terminal
    ) throws -> [String: any CasePlayer] {
        var players: [String: any CasePlayer] = [:]
        for policy in policies {
            guard case .model(let url) = policy.recipe else { continue }
            let control = RunControl(note: { terminal.note($0) })
            let cache = out.map { ModelOptions.cache(beside: $0) }
            var player = ModelCasePlayer(try asking.model(url, cache: cache, control))
            (player.episodes, player.width) = (conversations, asking.concurrency * 4)
            player.labels = try labelling.request(asking, cache: cache, control)
            players[url] = player
            var (requests, tokens) = (0.0, 0.0)
            for item in cases {
                let cost = try player.cost(of: suite.scenario(item))
                (requests, tokens) = (requests + cost.requests, tokens + cost.tokens)
            }
            terminal.note(
                "\(policy.label): about \(Format.count(Int(requests))) requests and \(Format.count(Int(tokens))) tokens in "
                    + "\(Format.count(cases.count)) cases, labels not counted; --max-requests and --max-tokens are budgets"
            )
        }
        return players
    }

    private var runner: ItemRunner {
        ItemRunner(
            solver: RecipeSolver(
                gap: gap, maximumSteps: steps, memoryMebibytes: memory, starts: starts, seed: global.seed),
            exactLimit: exactLimit, episodes: episodes, seed: global.seed)
    }

    /// The policies that trace the frontier, one per price.
    private static func traced(_ suite: ScenarioSuite) throws -> [SuitePolicy] {
        guard !suite.frontier.isEmpty else {
            throw InputError("\(suite.file) has no 'frontier'; give it a list of prices, or leave --frontier out")
        }
        return suite.frontier.map { SuitePolicy(label: "priced:\($0)", recipe: .priced($0), text: "priced:\($0)") }
    }

    private func selected(_ suite: ScenarioSuite) throws -> [SuiteCase] {
        let all = try self.suite.cases(of: suite)
        guard !patterns.isEmpty else { return all }
        for pattern in patterns where !all.contains(where: { fnmatch(pattern, $0.name, 0) == 0 }) {
            throw InputError(
                "--case \(pattern) matches no case of \(suite.name); suite list \(Shell.quoted(self.suite.suite)) shows them"
            )
        }
        return all.filter { item in patterns.contains { fnmatch($0, item.name, 0) == 0 } }
    }
}
