internal import ArgumentParser
internal import Nacre

/// Where a command writes its result as tables too.
struct TableOptions: ParsableArguments {
    @Option(name: .customLong("csv"), help: "Also write the result as tidy CSV into this folder.")
    var folder: String?

    @Flag(name: .long, help: "Replace an existing CSV folder.")
    var force = false

    /// - Throws: `FileError` if the folder cannot be made, or is there and not to be replaced.
    func check() throws { if let folder { try OutputFolder.check(path: folder, replaces: force) } }

    func write(_ package: DataPackage, _ terminal: Terminal) throws {
        if let folder { try package.write(toFolder: folder, replaces: force, terminal) }
    }
}
