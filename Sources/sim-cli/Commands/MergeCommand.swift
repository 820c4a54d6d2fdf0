internal import ArgumentParser
internal import Nacre

struct MergeCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract:
            "Put the pieces of a divided command together: the result is that of the command in one, byte for byte.",
        discussion: """
            Pieces are the folders that a command with --shard i/n wrote; they may be given in any order, and repeatedly. Pieces that are \
            missing, of another command, of other inputs or of another version are listed, and nothing is written. What needs all pieces, \
            such as tables, is computed here. docs/pieces.md describes the folders.
            """)

    @Argument(help: "Folders of pieces.", completion: .directory)
    var folders: [String]

    @Option(name: .long, help: "Folder of the result, as for the command.", completion: .directory)
    var out: String?

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false

    @Flag(name: .long, help: "Only say which pieces are missing; exit with 1 if any is.")
    var partial = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if partial, out != nil || store.path != nil {
            throw ValidationError("--partial writes nothing; leave --out and --store out.")
        }
    }

    func execute(_ terminal: Terminal) throws {
        let set = PieceSet(folders)
        guard !partial else {
            let survey = PieceSurvey(set)
            try terminal.show(survey)
            if !survey.isWhole { throw ExitCode(ExitStatus.gate.rawValue) }
            return
        }
        let command = try set.check()
        let (divided, arguments) = try parsed(command)
        // What quotes the command line quotes that of the work in one.
        Shell.pass(for: arguments)
        if let answers = divided.ownAnswers { try RememberedAnswers.gather(set.answers, into: answers) }
        try divided.execute(terminal.with(PieceReader(set)))
    }

    /// The command in one, as if it had been typed.
    private func parsed(_ command: PieceCommand) throws -> (any DividedCommand, [String]) {
        // Which option names the folder of the result, the command itself knows.
        let piece = try divided(command.piece(try PieceShare(0, of: 1), out: out ?? "piece"))
        var arguments = command.whole(out: out, option: type(of: piece).folderOption)
        arguments.insert(contentsOf: common, at: arguments.firstIndex(of: "--") ?? arguments.count)
        return (try divided(arguments), arguments)
    }

    private func divided(_ arguments: [String]) throws -> any DividedCommand {
        let parsed: any ParsableCommand
        do { parsed = try SimCLI.parseAsRoot(arguments) } catch {
            throw InputError(
                "the pieces' command cannot be run: \(SimCLI.message(for: error)) (\(Shell.text(arguments)))")
        }
        guard let divided = parsed as? any DividedCommand else {
            throw InputError("\(Shell.text(arguments)) is no command that is divided")
        }
        return divided
    }

    /// What the command takes from this one.
    private var common: [String] {
        (global.json ? ["--json"] : []) + (global.quiet ? ["--quiet"] : []) + (force ? ["--force"] : [])
            + ["--threads", "\(global.threadCount)"] + (store.path.map { ["--store", $0] } ?? [])
    }
}
