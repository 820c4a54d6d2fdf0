internal import ArgumentParser
internal import Nacre

struct PlanCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract:
            "Divide a long command into pieces: their command lines, and how long each takes by a measured sample.",
        discussion: """
            sim-cli plan --pieces 8 --out pieces -- sweep FILE --over … --policy … computes a few units of the command on one thread, says how \
            long they took, and prints a command for every piece and one that merges them. It writes nothing. docs/pieces.md says more.
            """)

    @Option(name: .long, help: "How many pieces.", transform: Number.whole(1...PieceShare.most))
    var pieces: Int

    @Option(name: .long, help: "The folder in which the pieces are to be written, each in one of its own.")
    var out: String

    @Option(name: .long, help: "Units that are measured at most. (default: 8)", transform: Number.whole(1...1000))
    var sample = 8

    @Option(
        name: .customLong("time-limit"), help: "Begin no further unit after this many seconds. (default: 20)",
        transform: Number.real(0...Number.seconds))
    var timeLimit = 20.0

    @Argument(parsing: .postTerminator, help: "The command, after --.")
    var command: [String] = []

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("give the command after --, as it is run in one.") }
    }

    func execute(_ terminal: Terminal) throws {
        let divided = PieceCommand(PieceCommand.withoutProgram(command))
        let sampler = PieceSampler(most: sample, seconds: timeLimit)
        try measure(divided, sampler)
        try terminal.show(PiecePlan(divided, pieces: pieces, out: out, sampler))
    }

    private func measure(_ command: PieceCommand, _ sampler: PieceSampler) throws {
        // Nothing is written there: a sample has no result.
        let divided = try command.parsedPiece(of: pieces, out: out + "/sample", adding: ["--threads", "1"])
        guard !divided.asksAddresses else {
            throw ValidationError("a sample would ask the address; divide the command without a plan.")
        }
        do {
            try divided.execute(Terminal(json: false, quiet: true).with(sampler))
            throw PieceFault(command: command.text)
        } catch is PieceComplete {}
    }
}
