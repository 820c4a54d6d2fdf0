internal import ArgumentParser
internal import Nacre

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "What a store holds: list, show, compare, export, resume, remove.",
        subcommands: [
            RunsListCommand.self, RunsShowCommand.self, RunsCompareCommand.self, RunsExportCommand.self,
            RunsResumeCommand.self, RunsRemoveCommand.self,
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
    static let configuration = CommandConfiguration(commandName: "list", abstract: "All runs, one a line.")

    @OptionGroup var store: StoreArgument

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        try terminal.show(RunList(try store.open(terminal).runs()))
    }
}

struct RunsShowCommand: NacreCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "One run with its results.")

    @OptionGroup var store: StoreArgument

    @Argument(help: "Number of the run.", transform: Number.run)
    var run: Int64

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let store = try store.open(terminal)
        let report = RunReport(
            details: try store.run(RunID(run)), outcomes: try store.outcomes(of: RunID(run)),
            metrics: try store.metrics(of: RunID(run)))
        try terminal.show(report)
    }
}

struct RunsCompareCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Two runs: only what differs.")

    @OptionGroup var store: StoreArgument

    @Argument(help: "Number of the first run.", transform: Number.run)
    var first: Int64

    @Argument(help: "Number of the second run.", transform: Number.run)
    var second: Int64

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let differences = try store.open(terminal).compare(RunID(first), RunID(second))
        try terminal.show(RunComparison(differences, first: first, second: second))
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
