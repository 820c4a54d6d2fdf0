internal import ArgumentParser
internal import Nacre

struct SolveCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve",
        abstract: "Find a response policy with the best expected outcomes, and say how close to optimal it is.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        name: .long,
        help: """
            How to search: gradient (finite memory), belief or soft (remember everything, prove a gap; soft with τ > 0), or \
            search (finite memory, by simulation alone).
            """)
    var method = SolveMethod.gradient

    @Option(
        name: .long,
        help:
            "Weight τ of the divergence from the reference, in units of the goal (default: the scenario's kl_weight).",
        transform: Number.real(0...Number.largest))
    var tau: Double?

    @OptionGroup var gradient: GradientOptions
    @OptionGroup var limits: PlanningLimits
    @OptionGroup var robust: RobustOptions
    @OptionGroup var search: SearchOptions

    @Option(name: .long, help: "Write the policy to this file.", completion: .file(extensions: ["json"]))
    var out: String?

    @Flag(name: .long, help: "Replace an existing policy file.")
    var force = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if robust.isAsked, method != .gradient, method != .belief {
            throw ValidationError(
                "--robust works with --method gradient or belief; evaluate --robust judges the policy of any other method."
            )
        }
        if let out, !force, OutputFile.wouldReplace(out) {
            throw ValidationError("\(out) exists already; give --force to replace it, or another --out.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        // Reading the scenario counts too.
        let stopwatch = Stopwatch()
        var scenario = try assumptions.scenario(path: file)
        if let tau { scenario.objective.klWeight = tau }
        // A policy that took long to find must not be lost because it cannot be written.
        let file = try out.map { try OutputFile(path: $0, replaces: force, makesFolders: true) }
        let recorder = try RunRecorder(store: store.path, terminal)
        let limit = limits.timeLimit ?? (method.isPlanning ? SolveChoice.planningTime / .seconds(1) : nil)
        let work = Work(
            "solving", unit: method == .search ? "evaluations" : "starts", threads: global.threadCount, within: limit,
            memory: limits.memory, since: stopwatch, on: terminal)
        let solved = try recorder.recording {
            try solve(scenario, to: file, recorder, stopwatch, work, terminal)
        }
        try work.end()
        if !solved.isConverged { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// Solves, writes, reports and records.
    private func solve(
        _ scenario: Scenario, to file: OutputFile?, _ recorder: RunRecorder, _ stopwatch: Stopwatch,
        _ work: Work, _ terminal: Terminal
    ) throws -> SolvedScenario {
        let permit = try recorder.begin(
            .solve, scenario: scenario, policy: nil, seed: global.seed,
            settings: JSONValue.object(scenario.withAssumptions(["method": .string(method.rawValue)])).text())
        let solved = try work.run { try solver().solve(scenario, $0) }
        ProcessMemory.giveBack()
        let bytes = { try solved.file.bytes(.indented) + [0x0A] }
        if let file {
            try file.write(try bytes())
            terminal.note("policy written to \(file.path)")
        }
        try terminal.show(SolveReport(solved, seconds: stopwatch.seconds, seed: global.seed))
        try recorder.finish(permit, interrupted: work.isInterrupted) { _, _ in
            let text = String(decoding: try bytes(), as: UTF8.self)
            let policy = PolicyText(label: out ?? "solved", hash: ContentHash.sha256(text), json: text)
            return RunResults(
                solved.evaluation, scenario: scenario, policy: policy,
                settings: try JSONValue.object(scenario.withAssumptions(solved.settings)).text())
        }
        return solved
    }
}
