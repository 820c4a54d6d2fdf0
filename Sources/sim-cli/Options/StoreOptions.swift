internal import ArgumentParser
internal import Foundation
internal import Nacre

/// Where a command keeps what it did.
struct StoreOptions: ParsableArguments {
    @Option(name: .customLong("store"), help: "Keep the run in this SQLite file (made if missing).")
    var path: String?

    /// Opens the store for writing, if one was named.
    func open() throws -> Store? { try path.map { try Store(path: $0, access: .write) } }

    /// Opens the store and closes it again: a store that cannot be written is better known before the work than after it.
    func check() throws { try open()?.close() }
}
