internal import ArgumentParser
internal import Nacre

/// What every command takes whose work can be divided.
struct PieceOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Compute piece i of n only, i from 0, into the folder of --out; merge puts pieces together. docs/pieces.md",
            valueName: "i/n"),
        transform: { text in
            do { return try PieceShare(text) } catch { throw ValidationError("--shard is \(text); \(error).") }
        })
    var shard: PieceShare?

    /// For commands whose own result goes to `--csv`.
    ///
    /// - Throws: `ValidationError` for the folder of a piece without a piece.
    func checkFolder(_ out: String?) throws {
        guard out == nil || shard != nil else {
            throw ValidationError(
                "--out is the folder of a piece and means nothing without --shard; --csv writes tables.")
        }
    }
}

/// A command whose work consists of units that do not depend on each other, so that pieces of it can be computed apart.
protocol DividedCommand: NacreCommand {
    var pieces: PieceOptions { get }
    /// The folder of the result, which for a piece is the piece's.
    var pieceFolder: String? { get }
    /// Whether an existing folder is replaced.
    var replacesPiece: Bool { get }
    /// The option that names the folder of the whole result.
    static var folderOption: String { get }

    /// Whether somebody behind an address is asked.
    var asksAddresses: Bool { get }

    /// The file that remembers what the address answers, where it belongs to the folder; nil for none, and for one that was named.
    var ownAnswers: String? { get }

    /// - Throws: `ValidationError` for a command line that has nothing to divide.
    func checkDivision() throws
}

extension DividedCommand {
    static var folderOption: String { "--out" }

    var asksAddresses: Bool { false }

    var ownAnswers: String? { nil }

    func checkDivision() throws {}

    /// Computes a piece, unless it is there.
    func writePiece(_ share: PieceShare, _ terminal: Terminal) throws {
        guard let out = pieceFolder else {
            throw ValidationError("--shard needs --out DIR: the folder of the piece.")
        }
        let command = PieceCommand(Shell.arguments)
        guard !command.arguments.contains(where: { $0 == "--store" || $0.hasPrefix("--store=") }) else {
            throw ValidationError("a piece keeps nothing in a store; give --store to merge.")
        }
        try checkDivision()
        if !replacesPiece, PieceWriter.isComplete(command, share, at: out) {
            return try terminal.show(PieceReport(manifest: PieceManifest(folder: out), out: out, wasThere: true))
        }
        try OutputFolder.check(path: out, replaces: replacesPiece)
        let writer = PieceWriter(command, share, out: out, replaces: replacesPiece) { terminal.note($0) }
        do {
            try execute(terminal.with(writer))
            throw PieceFault(command: command.text)
        } catch is PieceComplete {
            try terminal.show(writer.finish(answers: ownAnswers))
        } catch {
            writer.end(with: error)
            throw error
        }
    }
}

extension PieceCommand {
    /// What was typed after `--`, without the program's name, which people may type there or leave out.
    static func withoutProgram(_ typed: [String]) -> [String] {
        typed.first == "sim-cli" ? Array(typed.dropFirst()) : typed
    }

    /// The command as the program would run its first piece.
    ///
    /// - Parameter more: options that are added.
    /// - Throws: `ValidationError` unless it is a command that can be divided, as it stands.
    func parsedPiece(of pieces: Int, out: String, adding more: [String] = []) throws -> any DividedCommand {
        var arguments = piece(try PieceShare(0, of: pieces), out: out)
        arguments.insert(contentsOf: more, at: arguments.firstIndex(of: "--") ?? arguments.count)
        let parsed: any ParsableCommand
        do { parsed = try SimCLI.parseAsRoot(arguments) } catch {
            throw ValidationError("the command after -- cannot be run: \(SimCLI.message(for: error))")
        }
        guard let divided = parsed as? any DividedCommand else {
            throw ValidationError("\(Shell.text(self.arguments)) is no command that can be divided.")
        }
        try divided.checkDivision()
        return divided
    }
}

/// A command ran to its end as if there were no pieces: a fault of ours.
struct PieceFault: Error, CustomStringConvertible {
    let command: String

    var description: String { "'\(command)' has nothing that is divided, and ran whole" }
}
