internal import GRDB

extension Store {
    /// Adds the rows of newly finished blocks, together with the checkpoint that covers them, or nothing at all.
    ///
    /// - Parameters:
    ///   - permit: from ``begin(_:names:)`` or ``resume(_:at:)``.
    ///   - batch: rows with keys that the run does not have yet; fastest with growing keys.
    ///   - checkpoint: covers more blocks than the stored one; its state must be JSON.
    ///   - time: ISO 8601.
    /// - Throws: ``StoreError`` if the permit is void, a code has no name, a number is not finite, or a key is there
    ///   twice.
    /// - Complexity: O(rows); about a microsecond a row.
    public func append(
        _ permit: WritePermit, _ batch: RowBatch, checkpoint: Checkpoint, at time: String
    ) throws(StoreError) {
        try write { db in
            try Self.check(db, permit)
            try Self.checkJSON(db, checkpoint.state, place: "run \(permit.run): the checkpoint")
            try Self.checkAdvance(db, permit.run, to: checkpoint)
            try CodeChecks(db, run: permit.run).check(batch)
            do {
                try Self.insert(db, batch, run: permit.run)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                throw StoreError(
                    .invalidValue, "run \(permit.run)",
                    "already has a row of this batch (\(error.message ?? "key")); each key may be stored once")
            }
            try db.execute(
                sql: """
                    UPDATE runs SET blocks = ?, episodes = ?, turns = turns + ?, checkpoint = ?, updated_at = ?
                    WHERE id = ?
                    """,
                arguments: [
                    checkpoint.blocks, checkpoint.episodes, batch.turns.count, checkpoint.state, time,
                    permit.run.number,
                ])
        }
    }

    private static func checkAdvance(_ db: Database, _ run: RunID, to checkpoint: Checkpoint) throws {
        let sql = "SELECT blocks, episodes FROM runs WHERE id = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [run.number]) else { throw noSuchRun(run) }
        var columns = RowReader(row, "run \(run)")
        let blocks = try columns.nextCount()
        let episodes = try columns.nextCount()
        guard checkpoint.blocks > blocks, checkpoint.episodes >= episodes else {
            throw StoreError(
                .invalidValue, "run \(run): the checkpoint",
                "covers \(checkpoint.blocks) blocks and \(checkpoint.episodes) episodes; it must go beyond the stored "
                    + "\(blocks) blocks and \(episodes) episodes")
        }
    }

    private static func insert(_ db: Database, _ batch: RowBatch, run: RunID) throws {
        let number = run.number
        try BulkInsert(db: db, table: "episodes", columns: 6).insert(batch.episodes) { _, row, binder in
            binder.bind(number)
            binder.bind(row.episode)
            binder.bind(row.user)
            binder.bind(row.outcome)
            binder.bind(row.turns)
            binder.bind(row.payoff)
        }
        try BulkInsert(db: db, table: "turns", columns: 7).insert(batch.turns) { _, row, binder in
            binder.bind(number)
            binder.bind(row.episode)
            binder.bind(row.turn)
            binder.bind(row.state)
            binder.bind(row.cue)
            binder.bind(row.response)
            binder.bind(row.reaction)
        }
        try insert(db, batch.pairs, run: number)
        try insert(db, batch.suiteItems, run: number)
    }

    private static func insert(_ db: Database, _ pairs: [PairRow], run: Int64) throws {
        guard !pairs.isEmpty else { return }
        let last = "SELECT max(row) AS row FROM pairs WHERE run_id = ?"
        var first = 0
        if let row = try Row.fetchOne(db, sql: last, arguments: [run]) {
            var columns = RowReader(row, "run \(run), pairs")
            if let number = try columns.nextCountOrNil() {
                guard number < Int.max - pairs.count else {
                    throw columns.problem(found: "\(number)", needed: "the number of a row")
                }
                first = number + 1
            }
        }
        try BulkInsert(db: db, table: "pairs", columns: 13).insert(pairs) { index, row, binder in
            binder.bind(run)
            binder.bind(first + index)
            binder.bind(row.promptID)
            binder.bind(row.pairID)
            binder.bind(row.chosenResponse)
            binder.bind(row.rejectedResponse)
            binder.bind(row.pChosen)
            binder.bind(row.scoreChosen)
            binder.bind(row.scoreRejected)
            binder.bind(row.labelMode)
            binder.bind(row.split)
            binder.bind(row.beta)
            binder.bind(row.tau)
        }
    }
}
