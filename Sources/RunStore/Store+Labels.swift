internal import GRDB

/// What people say of runs. Complete runs do not change; what is said of them may.
extension Store {
    /// Gives a run tags; those that it has already stay.
    ///
    /// - Throws: ``StoreError`` if there is no such run; then nothing is changed.
    public func tag(_ run: RunID, with tags: [String]) throws(StoreError) {
        try write { db in
            try Self.requireRun(db, run)
            for tag in tags {
                try db.execute(sql: "INSERT OR IGNORE INTO tags VALUES (?, ?)", arguments: [run.number, tag])
            }
        }
    }

    /// Takes tags from a run.
    ///
    /// - Returns: those that it did not have.
    /// - Throws: ``StoreError`` if there is no such run.
    public func untag(_ run: RunID, _ tags: [String]) throws(StoreError) -> [String] {
        try write { db in
            try Self.requireRun(db, run)
            return try tags.filter { tag in
                try db.execute(
                    sql: "DELETE FROM tags WHERE run_id = ? AND tag = ?", arguments: [run.number, tag])
                return db.changesCount == 0
            }
        }
    }

    /// Gives a run its note, in place of the one that it had; nil takes that away.
    ///
    /// - Throws: ``StoreError`` if there is no such run.
    public func note(_ run: RunID, _ note: String?) throws(StoreError) {
        try write { db in
            try Self.requireRun(db, run)
            try db.execute(sql: "DELETE FROM notes WHERE run_id = ?", arguments: [run.number])
            guard let note else { return }
            try db.execute(sql: "INSERT INTO notes VALUES (?, ?)", arguments: [run.number, note])
        }
    }

    private static func requireRun(_ db: Database, _ run: RunID) throws {
        let sql = "SELECT count(*) FROM runs WHERE id = ?"
        guard try Int.fetchOne(db, sql: sql, arguments: [run.number]) == 1 else { throw noSuchRun(run) }
    }
}
