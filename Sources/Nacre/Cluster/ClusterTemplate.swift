package import Output

/// Files with which an engine computes the pieces of a work and puts them together; they run nothing by being written.
///
/// Every file is a text that a person reads, changes and keeps: it says what each part is for.
package struct ClusterTemplate: Report {
    package let engine: ClusterEngine
    package let command: PieceCommand
    package let count: Int
    /// The folder of the files, in which the pieces come to be as well: absolute, since engines begin in folders of their own.
    package let folder: String
    /// The folder that the command's paths are relative to: absolute.
    package let workingFolder: String
    /// The folder of the result; nil where the command writes none.
    package let result: String?

    /// - Parameters:
    ///   - folder: where the files are to be, absolute.
    ///   - workingFolder: where the command is run, absolute.
    package init(
        _ engine: ClusterEngine, _ command: PieceCommand, pieces count: Int, folder: String, workingFolder: String,
        result: String?
    ) {
        (self.engine, self.command, self.count) = (engine, command, count)
        (self.folder, self.workingFolder, self.result) = (folder, workingFolder, result)
    }

    /// Exit codes after which a piece may succeed when it is tried again: sysexits' EX_IOERR and EX_TEMPFAIL, and what SIGINT, SIGKILL
    /// and SIGTERM leave.
    static let mayPass = [74, 75, 130, 137, 143]
    /// Exit codes after which it will not: usage, wrong input, a fault of the program.
    static let willNotPass = [64, 65, 70]
    /// How often a piece is tried.
    static let tries = 5

    /// How many digits the number of a piece has in the name of its folder, so that they sort.
    var digits: Int { "\(count - 1)".count }

    var piecesFolder: String { folder + "/pieces" }

    /// A file of the template.
    package struct File: Equatable {
        package let name: String
        package let text: String
    }

    /// The files, in the order in which a person reads them.
    package var files: [File] {
        switch engine {
        case .slurm: [readMe, pieceScript, mergeScript] + slurmFiles
        case .ray: [readMe] + rayFiles
        case .parallel: [readMe, pieceScript, mergeScript] + parallelFiles
        case .kubernetes: [readMe] + kubernetesFiles
        }
    }

    private var readMe: File {
        let steps =
            switch engine {
            case .slurm: slurmSteps
            case .ray: raySteps
            case .parallel: parallelSteps
            case .kubernetes: kubernetesSteps
            }
        return File(
            name: "README.md",
            text: """
                # \(count) pieces with \(engine.rawValue)

                The work in one:

                    \(Shell.text(command.whole(out: result)))

                \(steps)

                The pieces are written to `pieces/` beside this file\(result.map { ", the result to `\(Escaped.line($0))`" } ?? ""). A piece that was
                killed goes on where it was stopped, and one that is complete says so: everything here can be run again.
                Exit codes \(Self.list(Self.mayPass)) are tried again, at most \(Self.tries) times; \(Self.list(Self.willNotPass)) are not, since the
                command itself is wrong; 0 and 1 are results.

                """)
    }

    private static func list(_ codes: [Int]) -> String { codes.map { "\($0)" }.joined(separator: ", ") }

    /// A text for any POSIX shell: between apostrophes, in which nothing but an apostrophe has a meaning. `$'…'`, with which other
    /// messages of ours quote line feeds, is unknown to dash.
    static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "-_./:=,@+".utf8.contains(byte)
            }
        return isPlain ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
    }

    /// The command of a piece for a shell, with shell expressions for its share and its folder.
    func shellCommand(share: String, folder: String, program: String) -> String {
        let (shareMark, folderMark) = ("\u{1}share", "\u{1}folder")
        return
            ([program]
            + pieceArguments(share: shareMark, folder: folderMark).map { argument in
                switch argument {
                case shareMark: share
                case folderMark: folder
                default: Self.quoted(argument)
                }
            }).joined(separator: " ")
    }

    /// The arguments of a piece, with whatever stands for its share and its folder.
    func pieceArguments(share: String, folder: String) -> [String] {
        var arguments = command.whole(out: folder)
        arguments.insert(
            contentsOf: ["--shard", share, "--quiet"], at: arguments.firstIndex(of: "--") ?? arguments.count)
        return arguments
    }

    /// A text as Python and YAML read it back: between quotation marks, in ASCII.
    static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\\(scalar)"
            case "\u{20}"..."\u{7E}": literal.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                literal += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return literal + "\""
    }

    /// The end of the merge's arguments: the folder of the result.
    var mergeTail: [String] { result.map { ["--out", $0, "--force"] } ?? [] }

    private static var columns: Columns<File> {
        [.text("file", left: true) { $0.name }, .text("lines") { "\($0.text.split(separator: "\n").count)" }]
    }

    package func text() throws -> String {
        Self.columns.text(files) + "\nNothing was started; README.md says what starts it.\n"
    }

    package func json() throws -> JSONValue {
        .object([
            "format": .integer(1), "engine": .string(engine.rawValue), "pieces": .integer(count),
            "folder": .string(folder), "files": .strings(files.map(\.name)),
            "command": .strings(command.whole(out: result)),
        ])
    }
}
