internal import GRDB

/// One numbered step of the schema. Steps are append-only: what has been released never changes, and a change of the
/// schema is a new step with the next number. The number of the last step applied is the file's `user_version`.
package struct Migration: Sendable {
    /// 1, 2, 3, … without gaps.
    package let number: Int
    package let title: String
    package let sql: String

    /// All steps, in order. `Golden/migrations.sql` of the tests holds their text as released.
    package static let all: [Migration] = [.runs, .trajectories, .results, .views, .suites, .labels]

    /// The schema version that this code writes.
    package static let newest = all.count

    /// The schema version of an open database; 0 for a new one.
    static func version(_ db: Database) throws -> Int {
        guard let row = try Row.fetchOne(db, sql: "PRAGMA user_version") else { return 0 }
        var columns = RowReader(row, "the header")
        return try columns.nextCount()
    }

    /// Brings a database to the newest schema, or leaves it as it was: all steps are one transaction.
    ///
    /// A new file gets its application id in that same transaction, before write-ahead logging is switched on, so that
    /// the id stands in the file itself whenever the file has any content.
    ///
    /// - Throws: ``StoreError`` if the schema is newer than known, or the database is another application's after all.
    static func migrate(_ db: Database, path: String) throws {
        guard try version(db) != newest else { return }
        try db.inTransaction(.immediate) {
            let found = try version(db)  // Again: another process may have been first.
            guard found <= newest else { throw StoreFile.newerSchema(path, found: found) }
            if found == 0 {
                let objects = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
                guard objects == 0 else {
                    throw StoreError(.notAStore, path, "holds tables of another application; give another path")
                }
                try db.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
            }
            for step in all where step.number > found {
                try db.execute(sql: step.sql)
                try db.execute(sql: "PRAGMA user_version = \(step.number)")
            }
            return .commit
        }
    }
}
