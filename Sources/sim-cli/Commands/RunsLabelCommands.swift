internal import ArgumentParser
internal import Nacre

struct RunsTagCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give a run tags, by which runs list finds it.")

    @OptionGroup var store: StoreArgument

    @Argument(help: "Number of the run.", transform: Number.run)
    var run: Int64

    @Argument(help: "Tags: words without commas.")
    var tags: [String]

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let tags = try tags.map(RunLabels.tag)
        try store.change(run, terminal) { store, run in try store.tag(run, with: tags) }
    }
}

struct RunsUntagCommand: NacreCommand {
    static let configuration = CommandConfiguration(commandName: "untag", abstract: "Take tags from a run.")

    @OptionGroup var store: StoreArgument

    @Argument(help: "Number of the run.", transform: Number.run)
    var run: Int64

    @Argument(help: "Tags that it has.")
    var tags: [String]

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        try store.change(run, terminal) { store, run in
            for tag in try store.untag(run, tags) { terminal.note("note: run \(run) does not have the tag \(tag)") }
        }
    }
}

struct RunsNoteCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Note something about a run, in place of what was noted before.")

    @OptionGroup var store: StoreArgument

    @Argument(help: "Number of the run.", transform: Number.run)
    var run: Int64

    @Argument(help: "The note; an empty text takes it away.")
    var text: String

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let note = try RunLabels.note(text)
        try store.change(run, terminal) { store, run in try store.note(run, note) }
    }
}

extension StoreArgument {
    /// Changes what is said of a run, and shows the run's line in the list.
    fileprivate func change(_ run: Int64, _ terminal: Terminal, _ body: (Store, RunID) throws -> Void) throws {
        let (store, run) = (try Store.existing(path), RunID(run))
        try body(store, run)
        let list = RunList([try store.overview(of: run)])
        try store.close()
        try terminal.show(list)
    }
}

extension Store {
    /// Opens a store for writing that is there: a mistyped name makes no new one.
    static func existing(_ path: String) throws -> Store {
        try Store(path: path, access: .read).close()
        return try Store(path: path, access: .write)
    }
}
