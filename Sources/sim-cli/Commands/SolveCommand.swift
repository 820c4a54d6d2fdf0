internal import ArgumentParser
internal import Nacre

struct SolveCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve",
        abstract: "Find a response policy with the best expected outcomes, and say how close to optimal it is.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var assumption: ForesightOption

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
        if robust.isAsked, method != .gradient {
            throw ValidationError(
                "--robust works with --method gradient only; evaluate --robust judges the policy of any other method.")
        }
        if let out, !force, OutputFile.wouldReplace(out) {
            throw ValidationError("\(out) exists already; give --force to replace it, or another --out.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        // Reading the scenario counts too.
        let stopwatch = Stopwatch()
        var scenario = try assumption.scenario(path: file)
        if let tau { scenario.objective.klWeight = tau }
        // A policy that took long to find must not be lost because it cannot be written.
        let file = try out.map { try OutputFile(path: $0, replaces: force, makesFolders: true) }
        let recorder = try RunRecorder(store: store.path, terminal)
        let interrupt = Interrupt()
        let solved = try recorder.recording {
            try solve(scenario, to: file, recorder, stopwatch, interrupt, terminal)
        }
        if interrupt.isRequested { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if !solved.isConverged { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// Searches under the limits that were given, with a line that says how far it is.
    private func search(
        _ scenario: Scenario, _ stopwatch: Stopwatch, _ interrupt: Interrupt, _ terminal: Terminal
    ) throws -> SolvedScenario {
        let limit = limits.timeLimit ?? (method.isPlanning ? SolveChoice.planningTime / .seconds(1) : nil)
        let planning = PlanningLine("preparing", limit: limit ?? 0, clock: stopwatch, on: terminal)
        let counting = ProgressLine("solving", unit: "starts", on: terminal)
        defer {
            planning.finish()
            counting.finish()
        }
        let isPlanning = method.isPlanning
        let control = RunControl(
            within: limit.map { .seconds(max(0, $0 - stopwatch.seconds)) }, memoryMebibytes: limits.memory,
            threads: global.threadCount,
            stop: {
                if isPlanning { planning.tick() }
                return interrupt.isRequested
            },
            progress: { if isPlanning { planning.show($0) } else { counting.show($0) } },
            note: { terminal.note($0) })
        return try solver().solve(scenario, control)
    }

    /// Solves, writes, reports and records.
    private func solve(
        _ scenario: Scenario, to file: OutputFile?, _ recorder: RunRecorder, _ stopwatch: Stopwatch,
        _ interrupt: Interrupt, _ terminal: Terminal
    ) throws -> SolvedScenario {
        let permit = try recorder.begin(
            .solve, scenario: scenario, policy: nil, seed: global.seed,
            settings: JSONValue.object(scenario.withForesight(["method": .string(method.rawValue)])).text())
        let solved = try search(scenario, stopwatch, interrupt, terminal)
        ProcessMemory.giveBack()
        let bytes = { try solved.file.bytes(.indented) + [0x0A] }
        if let file {
            try file.write(try bytes())
            terminal.note("policy written to \(file.path)")
        }
        try terminal.show(SolveReport(solved, seconds: stopwatch.seconds, seed: global.seed))
        try recorder.finish(permit, interrupted: interrupt.isRequested) { _, _ in
            let text = String(decoding: try bytes(), as: UTF8.self)
            let policy = PolicyText(label: out ?? "solved", hash: ContentHash.sha256(text), json: text)
            return RunResults(
                solved.evaluation, scenario: scenario, policy: policy,
                settings: try JSONValue.object(scenario.withForesight(solved.settings)).text())
        }
        return solved
    }
}
