internal import ArgumentParser
internal import Nacre

struct BehaviourCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "behaviour",
        abstract: "Show how users react to each response, and change them to behave as they are to.",
        discussion: """
            Shows P(reaction | type, response), what always giving one response leads to, and when conversations end, all exact. \
            A target such as users.distressed.leave@refuse=0.40 says what users are to do; the least change of biases that meets \
            all targets is found, and --write puts it into the file. docs/what-if.md describes targets.
            """)

    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "Show this user type. May be repeated. (default: all)")
    var user: [String] = []

    @Option(name: .long, help: "Show this response. May be repeated. (default: all)")
    var response: [String] = []

    @Option(name: .long, help: "Show reactions of users in this state. (default: averaged)")
    var state: String?

    @Option(name: .long, help: "Show reactions in this turn. (default: 1)", transform: Number.whole(1...1000))
    var turn = 1

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            """
            What users are to do: users.TYPE.REACTION@RESPONSE=P, with /STATE and :TURN after RESPONSE if wanted. May be repeated.
            """, valueName: "target"))
    var target: [String] = []

    @Option(name: .long, help: "A file of targets, one a line.", completion: .file())
    var targets: String?

    @Option(
        name: .long, help: "Write the scenario with the changed numbers to this file, comments kept.",
        completion: .file(extensions: ["yaml", "yml"]))
    var write: String?

    @Option(name: .long, help: "Also draw the reactions into this file.", completion: .file(extensions: ["svg"]))
    var svg: String?

    @Option(name: .customLong("csv"), help: "Also write everything as tidy CSV into this folder.")
    var csvFolder: String?

    @Flag(name: .long, help: "Replace existing files and folders.")
    var force = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if write != nil, target.isEmpty, targets == nil, assumptions.setting.changes.isEmpty {
            throw ValidationError("--write needs something to write: a --target, --targets or --set.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        if let csvFolder { try OutputFolder.check(path: csvFolder, replaces: force) }
        let picture = try svg.map { try OutputFile(path: $0, replaces: force, makesFolders: true) }
        let copy = try write.map { try OutputFile(path: $0, replaces: force, makesFolders: true) }
        var request = BehaviourRequest()
        (request.users, request.responses, request.state) = (user, response, state)
        (request.turn, request.targets, request.targetFile) = (turn, target, targets)
        let report = try request.report(scenario)
        // What cannot be written in place is said before anything is.
        let text = report.isMet ? try copy.map { _ in try report.writtenText } : nil
        if let csvFolder { try report.package.write(toFolder: csvFolder, replaces: force, terminal) }
        try picture?.write(report.plot.svg)
        if let copy, let text {
            try copy.write(text)
            terminal.note("scenario written to \(copy.path)")
        }
        try terminal.show(report)
        if !report.isMet {
            if let write { terminal.note("\(write) is not written: the targets are not met") }
            throw ExitCode(ExitStatus.gate.rawValue)
        }
    }
}
