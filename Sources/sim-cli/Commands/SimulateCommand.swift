internal import ArgumentParser
internal import Nacre

struct SimulateCommand: DividedCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Play episodes against simulated users and tally how they end.",
        discussion: """
            With --compare the other policies are played against the same users (common random numbers), and differences \
            are shown with their own, smaller, standard errors.
            """)

    @OptionGroup var gates: GateOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text).")
    var policy: String

    @Option(name: .long, help: "Another policy to play against the same users. May be repeated.")
    var compare: [String] = []

    @Option(name: .long, help: "Episodes to play. (default: 100000)", transform: Number.whole(1...Number.manySteps))
    var episodes = 100_000

    @Option(
        name: .long,
        help: "Which random words the seed stands for: 1, or 2, whose words have 32 bits and play faster.")
    var stream = DrawStream.first

    @Flag(name: .long, help: "Record every episode and turn in the store.")
    var trajectories = false

    @Option(name: .customLong("csv"), help: "Also write the results as tidy CSV into this folder.")
    var csvFolder: String?

    @OptionGroup var picture: PictureOption

    @Flag(name: .long, help: "Replace an existing CSV folder or picture.")
    var force = false

    @Option(name: .long, help: "With --shard: the folder of the piece.", completion: .directory)
    var out: String?

    @OptionGroup var pieces: PieceOptions
    @OptionGroup var global: GlobalOptions

    var pieceFolder: String? { out }
    var replacesPiece: Bool { force }
    static var folderOption: String { "--csv" }

    func validate() throws {
        if trajectories, store.path == nil {
            throw ValidationError("--trajectories needs --store FILE to record into.")
        }
        try pieces.checkFolder(out)
        if !compare.isEmpty, store.path != nil {
            throw ValidationError("--store keeps one policy a run; leave out --compare, or simulate without --store.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        let policies = try ([policy] + compare).map { try NamedPolicy($0, scenario: scenario, note: terminal.note) }
        let job = SimulationJob(
            scenario: scenario, policies: policies, episodes: episodes, seed: global.seed, recordsTurns: trajectories,
            stream: stream)
        if let csvFolder { try OutputFolder.check(path: csvFolder, replaces: force) }
        let drawing = try picture.file(replaces: force)
        for line in job.absentTypes { terminal.note(line) }
        let report = try Work("simulating", unit: "episodes", threads: global.threadCount, on: terminal).run {
            try job.run(store: store.path, control: $0, console: terminal) { report in
                if let csvFolder { try report.package.write(toFolder: csvFolder, replaces: force, terminal) }
                try drawing?.write(report.picture.svg)
                try terminal.show(report)
            }
        }
        let passed = gates.check(policy: policy, terminal: terminal, report.figure)
        if report.result.episodes < episodes { throw ExitCode(ExitStatus.interrupted.rawValue) }
        if !passed { throw ExitCode(ExitStatus.gate.rawValue) }
    }
}
