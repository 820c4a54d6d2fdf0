internal import ArgumentParser
internal import CanonicalJSON
internal import Files
internal import Foundation
internal import GameModel
internal import RunStore
internal import Scenarios
internal import Solver

struct SolveCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve",
        abstract: "Find a response policy with the best expected outcomes, and say how close to optimal it is.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var follower: FollowerOption

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
        if let out, !force, FileManager.default.fileExists(atPath: out) {
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
        var scenario = try follower.scenario(path: file)
        if let tau { scenario.objective.klWeight = tau }
        try store.check()
        if let out { try Self.checkFolder(of: out) }
        let context = SolvingContext(
            seed: global.seed, threads: global.threadCount, interrupt: Interrupt(), stopwatch: stopwatch,
            terminal: terminal, limits: limits)
        let solved = try solver.solve(scenario, context)
        ProcessMemory.giveBack()
        let bytes = { try scenario.recordingFollower(inPolicy: solved.file()).bytes(.indented) + [0x0A] }
        let text = { String(decoding: try bytes(), as: UTF8.self) }
        if let out { try write(try bytes(), to: out, terminal) }
        try SolveReport(scenario: scenario, solved: solved, seconds: context.stopwatch.seconds, seed: global.seed)
            .present(on: terminal)
        try record(text, solved, scenario: scenario, terminal)
        switch solved.ending.kind {
        case .converged: return
        case .interrupted: throw ExitCode(ExitStatus.interrupted.rawValue)
        case .unfinished: throw ExitCode(ExitStatus.gate.rawValue)
        }
    }

    /// A policy that took long to find must not be lost because it cannot be written.
    private static func checkFolder(of path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw FileError(
                "\(path) cannot be written: \(folder) is not a folder that can be written to; make it first")
        }
    }

    private func write(_ bytes: [UInt8], to path: String, _ terminal: Terminal) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw FileError("\(path) cannot be written: \(error.localizedDescription)")
        }
        terminal.note("policy written to \(path)")
    }

    private func record(
        _ text: () throws -> String, _ solved: SolvedPolicy, scenario: Scenario, _ terminal: Terminal
    ) throws {
        try store.record(
            .solve, scenario: scenario, policy: nil, seed: global.seed,
            settings: scenario.withFollower(solved.settings).text(),
            terminal
        ) { _, _ in
            let text = try text()
            let policy = PolicyText(label: out ?? "solved", hash: ContentHash.sha256(text), json: text)
            return RunResults(solved.evaluation, game: scenario.game, policy: policy)
        }
    }
}
