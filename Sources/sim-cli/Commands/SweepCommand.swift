internal import ArgumentParser
internal import Nacre

struct SweepCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Evaluate policies, or solve anew, on a grid over numbers of the scenario.",
        discussion: """
            One --over gives lines, two a map. Policies are evaluated exactly at every point; with --solve the best policy of \
            every point is searched for. Points are computed in parallel, each on one thread, so that threads never change a \
            byte. A sweep with --store that was stopped, or killed, goes on with --resume.
            """)

    @OptionGroup var assumptions: ScenarioOptions
    @OptionGroup var store: StoreOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(
        name: .long, help: ArgumentHelp("\(SweepAxis.help). Once or twice.", valueName: "path=values"))
    var over: [String] = []

    @Option(name: .long, help: "\(PolicyForms.text). May be repeated.")
    var policy: [String] = []

    @Option(name: .long, help: "Solve at every point by this method: gradient or belief.")
    var solve: SolveMethod?

    @OptionGroup var gradient: GradientOptions
    @OptionGroup var limits: PlanningLimits

    @Option(name: .long, help: "What the picture shows: payoff, safe, risk or OUTCOME|USER.")
    var measure = "payoff"

    @Option(
        name: .long, help: "Also draw lines, or a map, into this SVG file.", completion: .file(extensions: ["svg"]))
    var svg: String?

    @Option(name: .long, help: "Also write tidy CSV with a data dictionary, and the picture, into this folder.")
    var out: String?

    @Flag(name: .long, help: "Replace an existing folder or picture.")
    var force = false

    @Flag(name: .long, help: "With --store: resume an unfinished sweep of the same axes, policies and settings.")
    var resume = false

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { out }
    var replacesPiece: Bool { force }

    func validate() throws {
        guard (1...2).contains(over.count) else { throw ValidationError("give --over PATH=VALUES once or twice.") }
        if let malformed = over.first(where: { !$0.contains("=") }) {
            throw ValidationError("--over is \(malformed); write PATH=VALUES, such as discount=0.5:1:6.")
        }
        guard !policy.isEmpty || solve != nil else {
            throw ValidationError("give --policy P, --solve METHOD, or both: what is to be swept.")
        }
        if let solve, solve != .gradient, solve != .belief {
            throw ValidationError("--solve is \(solve.rawValue); a sweep solves by gradient or belief.")
        }
        if resume, store.path == nil {
            throw ValidationError("--resume needs the --store that holds the unfinished sweep.")
        }
        if let svg, !svg.hasSuffix(".svg") { throw ValidationError("--svg is \(svg); it must end in .svg.") }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        if let out { try OutputFolder.check(path: out, replaces: force) }
        let drawing = try svg.map { try OutputFile(path: $0, replaces: force, makesFolders: true) }
        try store.check()
        let grid = try SweepGrid(over.map { try SweepAxis($0, scenario: scenario) })
        let shown = try PolicyMeasure(name: measure, game: scenario.game)
        let time = limits.timeLimit ?? (solve == .belief ? SolveChoice.planningTime / .seconds(1) : nil)
        let job = try SweepJob(
            scenario, grid, players: players(scenario, terminal), seed: global.seed,
            searchTime: time.map { .seconds($0) })
        let results = try Work("sweeping", unit: "points", threads: global.threadCount, on: terminal).run { control in
            var control = control
            control.memoryMebibytes = limits.memory
            return try SweepStoring(job: job, path: store.path, resumes: resume).run(control: control, terminal)
        }
        let report = SweepReport(job, results, measure: shown)
        // What a store keeps is written when it is whole, so that the command that resumes it finds nothing in its way.
        if report.isFinished || store.path == nil {
            if let out {
                try terminal.writeFolder(out, replaces: force) { try report.write(to: $0) }
                terminal.note("tables written to \(out)")
            }
            try drawing?.write(report.svg)
        }
        try terminal.show(report)
        if !report.isFinished { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if !report.isComplete { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    private func players(_ scenario: Scenario, _ terminal: Terminal) throws -> [SweepJob.Player] {
        var players: [SweepJob.Player] = []
        for (index, name) in policy.enumerated() where policy.firstIndex(of: name) == index {
            players.append(.policy(try NamedPolicy(name, scenario: scenario, note: terminal.note)))
        }
        if let solve {
            let method: any SolvingMethod
            let settings: JSONValue
            if solve == .belief {
                method = BeliefMethod(gap: limits.gap, seed: global.seed)
                settings = .object([
                    "gap": .number(limits.gap), "memory": limits.memory.map { .integer($0) } ?? .null,
                ])
            } else {
                // Threads are shared out among points.
                let chosen = try gradient.settings(seed: global.seed, threads: 1)
                method = GradientMethod(chosen)
                settings = .object([
                    "controller": .string(chosen.memory.description), "search": chosen.json,
                    "memory": limits.memory.map { .integer($0) } ?? .null,
                ])
            }
            players.append(.solved(method, name: solve.rawValue, settings: settings))
        }
        return players
    }
}
