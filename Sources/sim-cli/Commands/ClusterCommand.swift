internal import ArgumentParser
internal import Foundation
internal import Nacre

struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Files with which Slurm, Ray, GNU parallel or Kubernetes compute the pieces of a long command.",
        subcommands: [ClusterTemplateCommand.self])
}

struct ClusterTemplateCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Write commented files for an engine; nothing is started.",
        discussion: """
            sim-cli cluster template slurm --pieces 8 --out job -- sweep FILE --over … --policy … --out table writes a folder whose README.md \
            says how the pieces are started. They go on where they were stopped, and are put together at the end. docs/cluster.md says more.
            """)

    @Argument(help: "The engine: slurm, ray, parallel or kubernetes.")
    var engine: ClusterEngine

    @Option(name: .long, help: "How many pieces.", transform: Number.whole(1...PieceShare.most))
    var pieces: Int

    @Option(name: .long, help: "Folder to write, in which the pieces come to be too.", completion: .directory)
    var out: String

    @Flag(name: .long, help: "Replace an existing folder.")
    var force = false

    @Argument(parsing: .postTerminator, help: "The command, after --.")
    var command: [String] = []

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("give the command after --, as it is run in one.") }
    }

    func execute(_ terminal: Terminal) throws {
        let typed = PieceCommand.withoutProgram(command)
        let divided = PieceCommand(typed)
        _ = try divided.parsedPiece(of: pieces, out: out + "/pieces/0")
        let template = ClusterTemplate(
            engine, divided, pieces: pieces, folder: absolute(out), workingFolder: absolute("."),
            result: PieceCommand.out(of: typed))
        try terminal.writeFolder(out, replaces: force) { folder in
            for file in template.files { try folder.write(file.name, file.text) }
        }
        try terminal.show(template)
    }

    private func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}

extension ClusterEngine: ExpressibleByArgument {}
