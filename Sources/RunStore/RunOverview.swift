internal import GRDB
public import NumericalMethods

/// Whether a run's policy keeps the limits of its objective.
public enum RunVerdict: String, Sendable, CaseIterable {
    /// There are no limits.
    case none
    case satisfied
    case violated
    /// The estimates are too uncertain to say.
    case undecided
}

/// One run with what it found in short, and with what people said of it.
public struct RunOverview: Sendable, Equatable {
    public var summary: RunSummary
    /// Expected payoff, in payoff units; nil where the run found none.
    public var payoff: Estimate?
    /// P(safe); nil where the run found none.
    public var safe: Estimate?
    /// Nil where nothing was judged, as in runs before schema 6.
    public var verdict: RunVerdict?
    /// In alphabetical order.
    public var tags: [String]
    public var note: String?
}

extension Store {
    /// All runs by number, or those that have all of some tags.
    ///
    /// - Throws: ``StoreError`` of kind `damaged` if anything read is not what this library writes.
    /// - Complexity: O(runs).
    public func overviews(tags wanted: [String] = []) throws(StoreError) -> [RunOverview] {
        try read { db in
            try Self.overviews(db, Self.runs(db)).filter { overview in
                wanted.allSatisfy { overview.tags.contains($0) }
            }
        }
    }

    /// One run.
    ///
    /// - Throws: ``StoreError`` if there is no such run.
    public func overview(of run: RunID) throws(StoreError) -> RunOverview {
        try read { db in
            guard let overview = try Self.overviews(db, [Self.details(db, run).summary]).first else {
                throw Self.noSuchRun(run)
            }
            return overview
        }
    }

    static func overviews(_ db: Database, _ runs: [RunSummary]) throws -> [RunOverview] {
        try runs.map { summary in
            let run = summary.id
            var found: [String: Estimate] = [:]
            for row in try metrics(db, run) { found[row.name] = row.value }
            return try RunOverview(
                summary: summary, payoff: found["payoff"], safe: found["safe"], verdict: verdict(db, run),
                tags: tags(db, run), note: note(db, run))
        }
    }

    private static func verdict(_ db: Database, _ run: RunID) throws -> RunVerdict? {
        let sql = "SELECT verdict FROM runs WHERE id = ?"
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [run.number]) else { return nil }
        var columns = RowReader(row, "run \(run)")
        guard let word = try columns.nextOrNil(String.self) else { return nil }
        guard let verdict = RunVerdict(rawValue: word) else {
            let known = RunVerdict.allCases.map(\.rawValue).joined(separator: ", ")
            throw columns.problem(found: "\"\(word.prefix(40))\"", needed: "one of \(known)")
        }
        return verdict
    }

    private static func tags(_ db: Database, _ run: RunID) throws -> [String] {
        let sql = "SELECT tag FROM tags WHERE run_id = ? ORDER BY tag"
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [run.number]).map { row in
            var columns = RowReader(row, "run \(run), tags")
            return try columns.next()
        }
    }

    private static func note(_ db: Database, _ run: RunID) throws -> String? {
        let sql = "SELECT note FROM notes WHERE run_id = ?"
        return try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [run.number]).map { row in
            var columns = RowReader(row, "run \(run), notes")
            return try columns.next()
        }
    }
}
