package import GRDB

/// A run store: one SQLite file with runs, policies, episodes, turns, outcomes and preference pairs.
///
/// ```swift
/// let store = try Store(path: "runs.sqlite", access: .write)
/// let permit = try store.begin(run, names: names)
/// try store.append(permit, batch, checkpoint: checkpoint, at: now)   // as often as blocks are finished
/// try store.finish(permit, results, at: now)
/// ```
///
/// A store has one connection and uses write-ahead logging: other processes read while it writes, and see whole batches
/// only. Rows and checkpoint of a batch are one transaction, so a process killed at any time leaves the file with the
/// batches it had finished and the checkpoint that belongs to them. With `synchronous = NORMAL` a power cut may take
/// the last batches, never the agreement between rows and checkpoint.
///
/// Times are given by the caller, as ISO 8601 texts. Calls block; a store may be used from any thread.
///
/// Source: SQLite, "Write-Ahead Logging"; "Database File Format".
public final class Store: Sendable {
    /// What the store is opened for.
    public enum Access: Sendable {
        /// To list and show. The file is not changed, created or migrated.
        case read
        /// To record and remove. The file is created if missing, and migrated to ``newestSchema``.
        case write
    }

    /// How long a call waits for another process that is writing, in seconds.
    static let busyTimeout = 10.0

    public let path: String
    /// How the store is read, where that is not as usual, such as on a read-only disk: a sentence for people.
    public let note: String?
    let queue: DatabaseQueue
    /// Kept until the store is closed: the copy that is read, if one is.
    private let copy: StoreCopy?
    /// The file that was opened for writing; nil for reading.
    private let identity: FileIdentity?
    private let absolute: String

    /// Opens the store at `path`, which is always the name of a file, never an address.
    ///
    /// To read, a store that may not be written to is opened as it stands; if a writer had begun something there, from a
    /// copy in which that is settled; one with an older schema from a copy that is migrated. ``note`` then says so.
    ///
    /// - Throws: ``StoreError`` if the file is not a run store (it is then left as it is), has a newer schema, or
    ///   cannot be opened or created.
    public init(path: String, access: Access) throws(StoreError) {
        absolute = try StoreFile.absolute(path)
        try StoreFile.check(path, creating: access == .write)
        self.path = path
        do {
            switch access {
            case .read:
                var way = try ReadingWay(absolute, configuration: Self.configuration(access)) { db in
                    try Self.checkSchema(db, path: path)
                }
                let found = try way.queue.read { db in try Migration.version(db) }
                if found < Migration.newest {
                    way = try way.migrated(path, found: found, configuration: Self.configuration(access))
                }
                (queue, note, copy, identity) = (way.queue, way.note, way.copy, nil)
            case .write:
                queue = try DatabaseQueue(path: absolute, configuration: Self.configuration(access))
                (note, copy) = (nil, nil)
                try queue.writeWithoutTransaction { db in try Self.prepare(db, path: path) }
                identity = FileIdentity(absolute)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func configuration(_ access: Access) -> Configuration {
        var configuration = Configuration()
        configuration.label = "Nacre run store"
        configuration.readonly = access == .read
        configuration.busyMode = .timeout(busyTimeout)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            // 16 MiB of pages; checkpoints every 16 MB of log, after which the log's file shrinks to 64 MiB at most.
            try db.execute(sql: "PRAGMA cache_size = -16384")
            if access == .write {
                try db.execute(sql: "PRAGMA synchronous = NORMAL")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
                try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
            }
        }
        return configuration
    }

    private static func prepare(_ db: Database, path: String) throws {
        try Migration.migrate(db, path: path)
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") ?? "nothing"
        guard mode == "wal" else {
            throw StoreError(
                .unavailable, path,
                "cannot use write-ahead logging (SQLite answers \"\(mode)\"); put it on a local file system")
        }
    }

    private static func checkSchema(_ db: Database, path: String) throws {
        let found = try Migration.version(db)
        guard found <= Migration.newest else { throw StoreFile.newerSchema(path, found: found) }
    }

    /// Closes the file. Without this it is closed when the last reference goes.
    ///
    /// - Throws: ``StoreError`` if a statement is still running.
    public func close() throws(StoreError) {
        do { try queue.close() } catch { throw StoreError(error, path: path) }
    }

    /// Runs `body` in a transaction that sees one state of the store.
    package func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do { return try queue.read(body) } catch { throw StoreError(error, path: path) }
    }

    /// Runs `body` in a transaction that is committed whole, or not at all if `body` throws.
    ///
    /// - Throws: ``StoreError`` of kind `unavailable` if the file was removed or replaced since it was opened: SQLite goes on
    ///   writing to a file that nobody will find.
    package func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        try checkIdentity()
        let value: Value
        do { value = try queue.write(body) } catch { throw StoreError(error, path: path) }
        try checkIdentity()
        return value
    }

    /// As ``write(_:)`` outside a transaction: for tests that do to a store what other programs may.
    package func writeUnguarded(_ body: (Database) throws -> Void) throws(StoreError) {
        do { try queue.writeWithoutTransaction(body) } catch { throw StoreError(error, path: path) }
    }

    private func checkIdentity() throws(StoreError) {
        guard let identity, FileIdentity(absolute) != identity else { return }
        throw StoreError(
            .unavailable, path,
            "was removed, moved or replaced while it was written to; what this run recorded is not in it")
    }

    /// As ``write(_:)``, with foreign keys neither checked nor followed: for removing whole runs table by table, where
    /// the check of each removed row against its run costs five times the removal (6 million turns: 1.3 s against 6).
    func writeUnchecked(_ body: (Database) throws -> Void) throws(StoreError) {
        try checkIdentity()
        do {
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA foreign_keys = OFF")  // Has no effect inside a transaction.
                defer { try? db.execute(sql: "PRAGMA foreign_keys = ON") }
                try db.inTransaction(.immediate) {
                    try body(db)
                    return .commit
                }
            }
        } catch {
            throw StoreError(error, path: path)
        }
        try checkIdentity()
    }
}
