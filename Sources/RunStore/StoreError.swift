internal import GRDB

/// What is wrong with a store, a run or a row: where, what was found, what was needed.
public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds a caller may want to tell apart, for an exit code or an advice.
    public enum Kind: Sendable, Equatable {
        /// The file is no SQLite database, or another application's. It was left as it is.
        case notAStore
        /// The store was written by a newer tool than this one. It was left as it is.
        case newerSchema(found: Int, known: Int)
        /// The file or its folder is missing, not readable or not writable, or the disk is full.
        case unavailable
        /// Another process held the store for longer than the time a call waits.
        case busy
        /// The run is not in the store (or no longer).
        case noSuchRun
        /// The run is complete, and complete runs do not change.
        case runIsComplete
        /// The run was interrupted or resumed elsewhere since this writer got its permit.
        case superseded
        /// The file holds something that no version of the tool writes: it was damaged, or changed by another program.
        case damaged
        /// A value given by the caller cannot be stored.
        case invalidValue
        /// SQLite reports something else; the extended result code.
        case sqlite(code: Int)
    }

    public var kind: Kind
    /// The offending part: a path, `run 3`, or `turns[17].reaction`.
    public var place: String
    /// What was found and what was needed, in one sentence without the place.
    public var problem: String

    public init(_ kind: Kind, _ place: String, _ problem: String) {
        self.kind = kind
        self.place = place
        self.problem = problem
    }

    public var description: String { "\(place) \(problem)" }
}

extension StoreError {
    /// Any error that a block on the database may throw, told as a store error about the file at `path`.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StoreError where error.kind == .damaged && error.place != path:
            self = .damaged(path, "\(error.place) \(error.problem)")
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        default: self.init(.sqlite(code: 1), path, "cannot be used: \(error)")
        }
    }

    /// That the file at `path` holds what no version of the tool writes.
    static func damaged(_ path: String, _ found: String) -> StoreError {
        StoreError(
            .damaged, path, "is damaged: \(found). Restore it from a copy, or recover it with `sqlite3 FILE .recover`")
    }

    private init(_ error: DatabaseError, path: String) {
        let message = error.message ?? "no message"
        switch error.resultCode {
        case .SQLITE_NOTADB:
            self.init(
                .notAStore, path, "is not a SQLite database; give the path of a Nacre run store, or of a new file")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, path, "is locked by another process; try again when it has finished")
        case .SQLITE_READONLY, .SQLITE_PERM:
            self.init(
                .unavailable, path, "is read-only (\(message)); it must be writable to record, resume or remove runs")
        case .SQLITE_CANTOPEN:
            self.init(
                .unavailable, path,
                "cannot be opened (\(message)); the file must be readable, and its folder writable, "
                    + "for SQLite keeps a -wal and a -shm file beside it")
        case .SQLITE_FULL:
            self.init(.unavailable, path, "cannot grow: the disk is full. What was recorded before is kept")
        case .SQLITE_CORRUPT, .SQLITE_FORMAT, .SQLITE_MISMATCH: self = .damaged(path, message)
        // Our statements are fixed: that one fails to compile or run is the schema's or the stored values' fault.
        case .SQLITE_ERROR, .SQLITE_SCHEMA: self = .damaged(path, message)
        default:
            self.init(
                .sqlite(code: Int(error.extendedResultCode.rawValue)), path,
                "gave SQLite error \(error.extendedResultCode.rawValue): \(message)")
        }
    }
}
