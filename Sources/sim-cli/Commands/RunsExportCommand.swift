internal import ArgumentParser
internal import Nacre

struct RunsExportCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "One run's episodes, turns and results as tidy CSV with a data dictionary, and its report.")

    @OptionGroup var store: StoreArgument
    @OptionGroup var output: OutputOptions

    @Argument(help: "Number of the run.", transform: Number.run)
    var run: Int64

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        try OutputFolder.check(path: output.out, replaces: output.force)
        let store = try store.open(terminal)
        let tables = RunTables(store: store, details: try store.run(RunID(run)))
        let (package, documents) = (try tables.package(), try tables.documents())
        try terminal.writeFolder(output.out, replaces: output.force) { folder in
            for document in documents { try folder.write(document.name, document.text) }
            try package.write(to: folder, beside: folder.files)
        }
        try terminal.show(PackageReport(package, out: output.out, documents: documents.map(\.name)))
    }
}
