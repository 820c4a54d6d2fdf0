internal import ArgumentParser
internal import Nacre

struct RunsExportCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "One run's episodes, turns and results as tidy CSV with a data dictionary.")

    @OptionGroup var store: StoreArgument
    @OptionGroup var output: OutputOptions

    @Argument(help: "Number of the run.", transform: Number.run)
    var run: Int64

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        try OutputFolder.check(path: output.out, replaces: output.force)
        let store = try store.open(terminal)
        let package = try RunTables(store: store, details: try store.run(RunID(run))).package()
        try package.write(toFolder: output.out, replaces: output.force, terminal)
        try terminal.show(PackageReport(package, out: output.out))
    }
}
