internal import GRDB
internal import NumericalMethods

extension Store {
    /// Adds the results of a run and marks it complete, or does nothing.
    ///
    /// - Parameter time: ISO 8601.
    /// - Throws: ``StoreError`` if the permit is void, a code has no name, or a number is not finite.
    public func finish(_ permit: WritePermit, _ results: RunResults, at time: String) throws(StoreError) {
        try write { db in
            try Self.insert(db, results, permit)
            try db.execute(
                sql: "UPDATE runs SET status = ?, updated_at = ?, finished_at = ? WHERE id = ?",
                arguments: [RunStatus.complete.rawValue, time, time, permit.run.number])
        }
    }

    /// Notes that the writer stops before the end, with what it found so far. The permit is void.
    ///
    /// - Parameter time: ISO 8601.
    /// - Throws: ``StoreError`` as ``finish(_:_:at:)`` does.
    public func interrupt(_ permit: WritePermit, _ results: RunResults, at time: String) throws(StoreError) {
        try write { db in
            try Self.insert(db, results, permit)
            try Self.set(db, permit.run, .interrupted, at: time)
        }
    }

    private static func insert(_ db: Database, _ results: RunResults, _ permit: WritePermit) throws {
        try Self.check(db, permit)
        try CodeChecks(db, run: permit.run).check(results)
        let run = permit.run.number
        for row in results.outcomes {
            try db.execute(
                sql: "INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [run, row.user, row.outcome] + row.probability.columns)
        }
        for row in results.metrics {
            try db.execute(
                sql: "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [run, row.name] + row.value.columns)
        }
        if let policy = results.policy {
            try Self.keep(db, policy)
            try db.execute(
                sql: "UPDATE runs SET policy = ?, policy_hash = ? WHERE id = ?",
                arguments: [policy.label, policy.hash, run])
            try Self.dropUnused(db)
        }
        if let verdict = results.verdict {
            try db.execute(sql: "UPDATE runs SET verdict = ? WHERE id = ?", arguments: [verdict.rawValue, run])
        }
        try insert(db, results.documents, run: run)
        if let settings = results.settings {
            try Self.checkJSON(db, settings, place: "settings")
            try db.execute(sql: "UPDATE runs SET settings = ? WHERE id = ?", arguments: [settings, run])
        }
    }

    /// Notes that the writer stops before the end. What was appended is kept, and the permit is void.
    ///
    /// - Parameter time: ISO 8601.
    /// - Throws: ``StoreError`` if the permit is void already.
    public func markInterrupted(_ permit: WritePermit, at time: String) throws(StoreError) {
        try write { db in
            try Self.check(db, permit)
            try Self.set(db, permit.run, .interrupted, at: time)
        }
    }

    /// Takes up a run that is not complete, whether it was interrupted or its writer was killed.
    ///
    /// - Parameter time: ISO 8601.
    /// - Returns: the run with its last checkpoint, and a permit that voids all earlier ones.
    /// - Throws: ``StoreError`` if there is no such run, or it is complete.
    public func resume(_ run: RunID, at time: String) throws(StoreError) -> ResumedRun {
        try write { db in
            guard try Self.status(db, run) != .complete else {
                throw StoreError(.runIsComplete, "run \(run)", "is complete; only a run that is not can be resumed")
            }
            try db.execute(sql: "UPDATE runs SET attempt = attempt + 1 WHERE id = ?", arguments: [run.number])
            try Self.set(db, run, .incomplete, at: time)
            // What an interrupted writer had found is found anew.
            for table in ["outcomes", "metrics", "documents"] {
                try db.execute(sql: "DELETE FROM \(table) WHERE run_id = ?", arguments: [run.number])
            }
            let details = try Self.details(db, run)
            return ResumedRun(permit: WritePermit(run: run, attempt: details.attempt), details: details)
        }
    }

    private static func set(_ db: Database, _ run: RunID, _ status: RunStatus, at time: String) throws {
        try db.execute(
            sql: "UPDATE runs SET status = ?, updated_at = ? WHERE id = ?",
            arguments: [status.rawValue, time, run.number])
    }

    /// Refuses a permit that no longer holds.
    static func check(_ db: Database, _ permit: WritePermit) throws {
        let run = permit.run
        let status = try status(db, run)
        guard status != .complete else {
            throw StoreError(.runIsComplete, "run \(run)", "is complete; complete runs do not change")
        }
        let sql = "SELECT attempt FROM runs WHERE id = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [run.number]) else { throw noSuchRun(run) }
        var columns = RowReader(row, "run \(run)")
        let attempt = try columns.nextCount(atLeast: 1)
        guard status == .incomplete, attempt == permit.attempt else {
            throw StoreError(
                .superseded, "run \(run)",
                "was \(status == .interrupted ? "marked interrupted" : "resumed by another writer") since attempt "
                    + "\(permit.attempt) began; only the latest writer may add to it")
        }
    }

    private static func status(_ db: Database, _ run: RunID) throws -> RunStatus {
        let sql = "SELECT status FROM runs WHERE id = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [run.number]) else { throw noSuchRun(run) }
        var columns = RowReader(row, "run \(run)")
        return try RunStatus(&columns)
    }

    static func noSuchRun(_ run: RunID) -> StoreError {
        StoreError(.noSuchRun, "run \(run)", "is not in the store; it must be one that `runs list` shows")
    }
}

extension RunStatus {
    /// Reads the column status.
    init(_ columns: inout RowReader) throws(StoreError) {
        let word = try columns.next(String.self)
        guard let status = RunStatus(rawValue: word) else {
            let known = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
            throw columns.problem(found: "\"\(word.prefix(40))\"", needed: "one of \(known)")
        }
        self = status
    }
}

extension Estimate {
    /// The value, and the columns standard_error, n and how.
    var columns: StatementArguments { [value, standardError, count, method.rawValue] }
}
