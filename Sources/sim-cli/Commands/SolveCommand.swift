internal import ArgumentParser
internal import GameModel
internal import Output
internal import RunStore
internal import Scenarios
internal import Solver

struct SolveCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve",
        abstract: "Find a response policy with the best expected outcomes, and say how close to optimal it is.")

    @OptionGroup var global: GlobalOptions
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

    @OptionGroup var gradient: GradientMethod
    @OptionGroup var limits: BeliefLimits
    @OptionGroup var robust: RobustOptions
    @OptionGroup var search: SearchOptions

    @Option(name: .long, help: "Write the policy to this file.", completion: .file(extensions: ["json"]))
    var out: String?

    @Flag(name: .long, help: "Replace an existing policy file.")
    var force = false

    func validate() throws {
        if robust.isAsked, method != .gradient {
            throw ValidationError(
                "--robust works with --method gradient only; evaluate --robust judges the policy of any other method.")
        }
        if let out, !force, OutputFile.wouldReplace(out) {
            throw ValidationError("\(out) exists already; give --force to replace it, or another --out.")
        }
    }

    private var solver: any SolvingMethod {
        switch method {
        case .gradient: robust.isAsked ? RobustMethod(gradient: gradient, robust: robust) : gradient
        case .search: SearchMethod(gradient: gradient, options: search)
        case .belief: BeliefMethod(limits: limits)
        case .soft: SoftMethod(limits: limits)
        }
    }

    func execute(_ terminal: Terminal) throws {
        // Reading the scenario counts too.
        let stopwatch = Stopwatch()
        var scenario = try assumption.scenario(path: file)
        if let tau { scenario.objective.klWeight = tau }
        // A policy that took long to find must not be lost because it cannot be written.
        let file = try out.map { try OutputFile(path: $0, replaces: force, makesFolders: true) }
        let recorder = try RunRecorder(store, terminal)
        let kind = try recorder.recording { try solve(scenario, to: file, recorder, stopwatch, terminal) }
        switch kind {
        case .converged: return
        case .interrupted: throw ExitCode(ExitStatus.interrupted.rawValue)
        case .unfinished: throw ExitCode(ExitStatus.gate.rawValue)
        }
    }

    /// Solves, writes, reports and records.
    private func solve(
        _ scenario: Scenario, to file: OutputFile?, _ recorder: RunRecorder, _ stopwatch: Stopwatch,
        _ terminal: Terminal
    ) throws -> SolvedPolicy.Ending.Kind {
        let permit = try recorder.begin(
            .solve, scenario: scenario, policy: nil, seed: global.seed,
            settings: JSONValue.object(scenario.withForesight(["method": .string(method.rawValue)])).text())
        let context = SolvingContext(
            seed: global.seed, threads: global.threadCount, interrupt: Interrupt(), stopwatch: stopwatch,
            terminal: terminal, limits: limits)
        let solved = try solver.solve(scenario, context)
        ProcessMemory.giveBack()
        let bytes = { try scenario.recordingForesight(inPolicy: solved.file()).bytes(.indented) + [0x0A] }
        let text = { String(decoding: try bytes(), as: UTF8.self) }
        if let file {
            try file.write(try bytes())
            terminal.note("policy written to \(file.path)")
        }
        try SolveReport(scenario: scenario, solved: solved, seconds: context.stopwatch.seconds, seed: global.seed)
            .present(on: terminal)
        try recorder.finish(permit, interrupted: solved.ending.kind == .interrupted) { _, _ in
            let text = try text()
            let policy = PolicyText(label: out ?? "solved", hash: ContentHash.sha256(text), json: text)
            return RunResults(
                solved.evaluation, game: scenario.game, policy: policy,
                settings: try scenario.withForesight(solved.settings).text())
        }
        return solved.ending.kind
    }
}
