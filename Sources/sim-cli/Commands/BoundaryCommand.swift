internal import ArgumentParser
internal import Nacre

struct BoundaryCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "boundary",
        abstract: "Find where the best response switches as numbers of the scenario vary.",
        discussion: """
            Without --policy everything after the decision is optimal too, found by belief planning; along a limit \
            (objective.constraints.TYPE.OUTCOME.at_most) under the constraints. With --sampled the policy is re-solved at \
            some values, which takes any scenario and any number. With --policy the policy goes on as it is, and only the \
            response at the decision is re-optimised. Two numbers at once make a map; without --policy they are two of payoffs, \
            exposures and costs, or a prior with a payoff or an exposure. If the scenario has an uncertainty, its \
            coefficients are drawn, and the switches of a held policy get bands.
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: ArgumentHelp("\(VariedNumber.help) Once or twice.", valueName: "path"))
    var vary: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Three user types, A,B,C: partition the posterior over them.", valueName: "types"))
    var posterior: String?

    @Option(
        name: .long,
        help: ArgumentHelp("\(HistoryArgument.help) Without it, every opening.", valueName: "history"))
    var after: [String] = []

    @Option(name: .long, help: "Hold this policy: \(PolicyForms.text).")
    var policy: String?

    @Flag(
        name: .customLong("without-constraints"),
        help: "Planning: leave out the scenario's constraints and its KL term, which it does not take.")
    var withoutConstraints = false

    @Flag(
        name: .long,
        help: """
            Re-solve at some values: for a KL term, for users with foresight (by the gradient method, a local optimum), and \
            along other numbers than limits under constraints.
            """)
    var sampled = false

    @Option(
        name: .long,
        help: "--sampled, or planning where corners prove nothing: at how many inner values. (default: 32)",
        transform: Number.whole(1...100_000))
    var checks = 32

    @Option(
        name: .long,
        help: """
            Held policy: scenarios drawn from the uncertainty, for bands from 5 to 95 %; 0 for none (default: 200 along one \
            number; 0 for maps, of which every draw is a map of its own).
            """,
        transform: Number.whole(20...100_000, orZero: true))
    var samples: Int?

    @Option(
        name: .long,
        help: """
            Planning: what the planner may leave open, in units of the value; 0 asks for a proof (default: 0, along a limit \
            0.0001).
            """,
        transform: Number.real(0...Number.largest))
    var gap: Double?

    @Option(
        name: .customLong("time-limit"),
        help: "Planning: stop after this many seconds, with what is known then. (default: 60.0)",
        transform: Number.real(0...Number.seconds, isAbove: true))
    var timeLimit = 60.0

    @Option(
        name: .long, help: "Planning: what a search may take, in MiB. (default: 2048)",
        transform: Number.whole(Number.mebibytes))
    var memory = 2048

    @Option(
        name: .long, help: "Maps of two numbers, a policy held: cells a side. (default: 64)",
        transform: Number.whole(1...4096))
    var resolution = 64

    @Option(name: .long, help: "Also write tidy CSV with a data dictionary, and pictures, into this folder.")
    var out: String?

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { out }
    var replacesPiece: Bool { force }

    func checkDivision() throws {
        guard policy != nil, samples ?? (vary.count == 2 ? 0 : 1) > 0 else {
            throw ValidationError(
                "--shard divides the scenarios that are drawn for bands; give --policy, and --samples for a map.")
        }
    }

    func validate() throws {
        guard posterior == nil ? (1...2).contains(vary.count) : vary.isEmpty else {
            throw ValidationError("give --vary once or twice, or --posterior without it.")
        }
        if withoutConstraints, policy != nil {
            throw ValidationError(
                "--without-constraints is for planning; a policy's constraints count at their prices.")
        }
        if sampled, policy != nil || posterior != nil || vary.count == 2 {
            throw ValidationError(
                "--sampled re-solves along one number; leave out --policy, --posterior and a second --vary.")
        }
        if posterior != nil, policy != nil {
            throw ValidationError("--posterior partitions what is optimal; leave out --policy.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        // Reading the scenario counts too.
        let clock = Stopwatch()
        let scenario = try assumptions.scenario(path: file)
        if let out { try OutputFolder.check(path: out, replaces: force) }
        let recorder = try RunRecorder(store: store.path, terminal)
        // A policy that is held is not searched for, and has no limit of time.
        let work = Work(
            policy == nil ? "planning" : "evaluating", unit: policy == nil ? "searches" : "points",
            threads: global.threadCount, within: policy == nil ? timeLimit : nil, memory: memory, since: clock,
            on: terminal)
        let report = try recorder.recording {
            let permit = try recorder.begin(
                .boundary, scenario: scenario, policy: try policy.map { try NamedPolicy($0, scenario: scenario) },
                seed: global.seed, settings: try JSONValue.object(scenario.withAssumptions(recorded)).text())
            let onAnswer = work.onAnswer
            let report = try work.run {
                try request.report(scenario, $0) { gap in
                    onAnswer(gap)
                    ProcessMemory.giveBack()
                }
            }
            if let out { try report.write(to: out, replaces: force, terminal) }
            try terminal.show(report)
            try recorder.finish(permit, interrupted: work.isInterrupted, report: report)
            return report
        }
        try work.end()
        if !report.isSettled { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// The settings that the store keeps.
    private var recorded: [String: JSONValue] {
        [
            "vary": .strings(vary), "posterior": posterior.map { .string($0) } ?? .null, "after": .strings(after),
            "without_constraints": .bool(withoutConstraints), "sampled": .bool(sampled), "checks": .integer(checks),
            "samples": samples.map { .integer($0) } ?? .null, "gap": gap.map { .number($0) } ?? .null,
            "time_limit": .number(timeLimit), "memory_mib": .integer(memory), "resolution": .integer(resolution),
        ]
    }

    private var request: BoundaryRequest {
        BoundaryRequest(
            vary: vary, posterior: posterior, after: after, policy: policy, withoutConstraints: withoutConstraints,
            sampled: sampled, checks: checks, samples: samples, gap: gap, resolution: resolution, seed: global.seed,
            takesForesight: assumptions.wanted != .myopic)
    }
}
