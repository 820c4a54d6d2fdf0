internal import ArgumentParser
internal import Nacre

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "What a store holds: list, show, compare, tag, note, export, resume, remove.",
        subcommands: [
            RunsListCommand.self, RunsShowCommand.self, RunsCompareCommand.self, RunsTagCommand.self,
            RunsUntagCommand.self, RunsNoteCommand.self, RunsExportCommand.self, RunsResumeCommand.self,
            RunsRemoveCommand.self,
        ])
}

/// The store that a `runs` command reads.
struct StoreArgument: ParsableArguments {
    @Option(name: .customLong("store"), help: "SQLite file.", completion: .file(extensions: ["sqlite"]))
    var path: String

    /// Opens the store for reading, and says if that is not as usual.
    func open(_ terminal: Terminal) throws -> Store { try Store.reading(path, terminal) }
}

extension Store {
    /// Opens a store for reading, and says if that is not as usual.
    static func reading(_ path: String, _ terminal: Terminal) throws -> Store {
        let store = try Store(path: path, access: .read)
        if let note = store.note { terminal.note("note: \(note)") }
        return store
    }
}

struct RunsListCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "All runs, one a line, with what they found.")

    @OptionGroup var store: StoreArgument

    @Option(name: .long, help: "Only runs with this tag; with all of them if given several times.")
    var tag: [String] = []

    @OptionGroup var tables: TableOptions

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        try tables.check()
        let list = RunList(try store.open(terminal).overviews(tags: tag))
        try tables.write(list.package, terminal)
        try terminal.show(list)
    }
}

struct RunsShowCommand: NacreCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "One run with its results.")

    @OptionGroup var store: StoreArgument

    @Argument(help: "Number of the run.", transform: Number.run)
    var run: Int64

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        try terminal.show(RunReport(RunID(run), in: try store.open(terminal)))
    }
}

struct RunsCompareCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Two runs or more: only what differs, and by how much from the first.",
        discussion: """
            Simulations of one seed that keep their episodes (--trajectories) are compared episode by episode, with the smaller \
            errors that this gives; others as if they had nothing in common.
            """)

    @OptionGroup var store: StoreArgument

    @Argument(help: "Numbers of the runs; differences are from the first.", transform: Number.run)
    var runs: [Int64]

    @OptionGroup var tables: TableOptions

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard runs.count >= 2 else { throw ValidationError("give the numbers of two runs or more.") }
        guard runs.count <= Self.mostRuns else {
            throw ValidationError("\(runs.count) runs were given; it must be at most \(Self.mostRuns).")
        }
    }

    /// More columns than this nobody reads.
    private static let mostRuns = 50

    func execute(_ terminal: Terminal) throws {
        try tables.check()
        let comparison = try RunComparison(runs.map { RunID($0) }, in: try store.open(terminal))
        try tables.write(comparison.package, terminal)
        try terminal.show(comparison)
    }
}

struct RunsRemoveCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Remove a run and everything that belongs to it.")

    @OptionGroup var store: StoreArgument

    @Argument(help: "Numbers of the runs.", transform: Number.run)
    var runs: [Int64]

    @Flag(name: .long, help: "Give the freed space back to the file system.")
    var compact = false

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let store = try Store(path: store.path, access: .write)
        for run in runs { try store.remove(RunID(run)) }
        if compact { try store.compact() }
        try store.close()
        if terminal.json {
            try terminal.print(
                .object(["format": .integer(1), "removed": .array(runs.map { .integer(Int($0)) })]))
        } else {
            try terminal.print("removed \(runs.map { "run \($0)" }.joined(separator: ", "))\n")
        }
    }
}
