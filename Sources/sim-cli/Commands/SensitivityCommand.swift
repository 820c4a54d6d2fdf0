internal import ArgumentParser
internal import Nacre

struct SensitivityCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "sensitivity",
        abstract: "Say which number to go and measure: how much value, safety and decisions depend on each.",
        discussion: """
            The policy is held. Every number is moved alone to the ends of its range: two standard errors either way where the \
            scenario's uncertainty gives one, otherwise --range. Then the numbers that mattered most are \
            moved together for Sobol indices with 95 % intervals: uniformly and independently, and numbers that the \
            uncertainty says are correlated as it says.
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text).")
    var policy: String

    @Option(
        name: .long,
        help: "assumptions (as the scenario marks them), uncertain (with a standard error), all, or a path; repeatable."
    )
    var parameters: [String] = ["assumptions"]

    @Option(
        name: .long,
        help:
            "Without a standard error: how far a number may be off, as a share of its size, at least of 0.1. (default: 0.25)",
        transform: Number.real(0...Number.largest, isAbove: true))
    var range = 0.25

    @Option(
        name: .long, help: "How many numbers go into the Sobol indices. (default: 12)", transform: Number.whole(1...600)
    )
    var top = 12

    @Option(
        name: .long, help: "Sobol indices: points a copy of the sequence. (default: 64)",
        transform: Number.whole(8...10_000_000))
    var points = 64

    @Option(
        name: .long, help: "Sobol indices: shifted copies, which the intervals come from. (default: 8)",
        transform: Number.whole(2...10_000))
    var copies = 8

    @Option(name: .long, help: "Also write tidy CSV with a data dictionary, and a picture, into this folder.")
    var out: String?

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { out }
    var replacesPiece: Bool { force }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        let named = try NamedPolicy(policy, scenario: scenario, note: terminal.note)
        if let out { try OutputFolder.check(path: out, replaces: force) }
        let recorder = try RunRecorder(store: store.path, terminal)
        let work = Work("evaluating", unit: "points", threads: global.threadCount, on: terminal)
        try recorder.recording {
            let permit = try recorder.begin(
                .sensitivity, scenario: scenario, policy: named, seed: global.seed,
                settings: try JSONValue.object(scenario.withAssumptions(recorded)).text())
            let report = try work.run { try self.report(named, scenario, $0) }
            if let out { try report.write(to: out, replaces: force, terminal) }
            try terminal.show(report)
            try recorder.finish(permit, interrupted: work.isInterrupted) { _, _ in
                try RunResults(Evaluation(named.controller, game: scenario.game), scenario: scenario).with(report)
            }
        }
        try work.end()
    }

    private func report(
        _ named: NamedPolicy, _ scenario: Scenario, _ control: RunControl
    ) throws -> SensitivityReport {
        let inputs = GameInputs(definition: scenario.definition, objective: named.objective(scenario.objective))
        let sensitivity = try Sensitivity(
            named.controller, inputs: inputs, multipliers: named.prices(in: scenario, note: control.note))
        let errors = scenario.standardErrors
        let chosen = try scenario.numbers(parameters, inputs: inputs)
        let ranges = chosen.compactMap { number -> Sensitivity.Range? in
            if let error = errors[number.path] {
                return Sensitivity.Range(number, halfWidth: 2 * error, inputs: inputs)
            }
            return Sensitivity.Range(number, share: range, inputs: inputs)
        }
        guard !ranges.isEmpty else {
            throw InputError(
                "\(file): none of the numbers asked for is there and can vary; give --parameters all, or paths")
        }
        let bars = try sensitivity.tornado(ranges, threads: global.threadCount, control: control)
        let settings = SobolSettings(points: points, copies: copies, seed: global.seed)
        var indices: Sensitivity.Global?
        if bars.count == ranges.count {
            let screened = Sensitivity.screened(bars, base: sensitivity.base, count: top)
            indices = try sensitivity.global(
                screened, settings: settings, dependence: scenario.dependence(of: screened),
                threads: global.threadCount, control: control)
        }
        return SensitivityReport(
            scenario: scenario, policy: named.label, base: sensitivity.base, bars: bars,
            global: indices ?? .unfinished(settings), share: range, standardErrors: errors, marks: scenario.marks,
            skipped: chosen.count - ranges.count, missing: indices == nil ? ranges.count - bars.count : nil,
            runID: RunName.make(
                [
                    "sensitivity", scenario.gameHash, named.hash, "\(range)", "\(top)", "\(points)", "\(copies)",
                    "\(global.seed)",
                ] + parameters + scenario.assumptionParts))
    }

    /// The settings that the store keeps.
    private var recorded: [String: JSONValue] {
        [
            "parameters": .strings(parameters), "range": .number(range), "top": .integer(top),
            "points": .integer(points), "copies": .integer(copies),
        ]
    }
}
