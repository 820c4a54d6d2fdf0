package import GRDB

/// Versions, for `doctor`.
extension Store {
    /// The schema version that this library writes.
    public static var newestSchema: Int { Migration.newest }

    /// The schema version of this store.
    public func schemaVersion() throws(StoreError) -> Int {
        try read { db in try Migration.version(db) }
    }

    /// The version of the SQLite library in use, such as `3.40.1`.
    public static func sqliteVersion() throws(StoreError) -> String {
        do {
            return try DatabaseQueue().read { db in try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "unknown"
            }
        } catch {
            throw StoreError(error, path: "SQLite")
        }
    }

    /// Looks for damage in the file: pages, indexes, and rows that refer to missing runs.
    ///
    /// - Returns: one line per problem; empty when all is well.
    /// - Complexity: reads the whole file.
    public func problems() throws(StoreError) -> [String] {
        try read { db in try Self.problems(db) }
    }

    package static func problems(_ db: Database) throws -> [String] {
        let pages = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in
            let values = row.databaseValues.map { String(stored: $0) ?? "?" }
            return
                "table \(values.first ?? "?") has a row that refers to a missing row of \(values.dropFirst(2).first ?? "?")"
        }
        return try pages + orphans + unreadable(db)
    }

    /// The runs of which something cannot be read; rows by the million (trajectories, pairs) are left to their own reading.
    private static func unreadable(_ db: Database) throws -> [String] {
        let runs = try Row.fetchAll(db, sql: "SELECT id FROM runs ORDER BY id").map { row in
            var columns = RowReader(row, "runs")
            return try RunID(columns.next())
        }
        return runs.compactMap { run in
            do {
                let details = try details(db, run)
                let names = details.names
                _ = try (outcomes(db, run, names), suiteItems(db, run), documents(db, run))
                _ = try overviews(db, [details.summary])
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// Gives the space of removed runs back to the file system.
    ///
    /// - Complexity: writes the whole file anew; needs as much free disk again while it does.
    public func compact() throws(StoreError) {
        do {
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM")
                _ = try db.checkpoint(.truncate)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
