internal import GRDB
public import NumericalMethods

/// What one policy came to in one case of a suite.
public struct SuiteItemRow: Sendable, Equatable {
    /// One score.
    public struct Score: Sendable, Equatable {
        /// User type; empty for the case as a whole.
        public var user: String
        public var measure: String
        public var value: Estimate

        public init(user: String, measure: String, value: Estimate) {
            self.user = user
            self.measure = measure
            self.value = value
        }
    }

    /// From 0: case by case, and policy by policy in each.
    public var item: Int
    public var suiteCase: String
    public var policy: String
    /// How the policy was made; nil where the item failed.
    public var method: String?
    /// How its search ended; nil where there was none.
    public var status: String?
    public var isConverged: Bool
    public var value: Double?
    public var upperBound: Double?
    /// Why there are no scores; nil where there are.
    public var failure: String?
    public var scores: [Score]

    public init(
        item: Int, suiteCase: String, policy: String, method: String?, status: String?, isConverged: Bool,
        value: Double?, upperBound: Double?, failure: String?, scores: [Score]
    ) {
        self.item = item
        self.suiteCase = suiteCase
        self.policy = policy
        self.method = method
        self.status = status
        self.isConverged = isConverged
        self.value = value
        self.upperBound = upperBound
        self.failure = failure
        self.scores = scores
    }
}

extension Store {
    /// The items of a suite's run that are stored, in order, with their scores by user and measure.
    ///
    /// - Complexity: O(log of the table + rows).
    public func suiteItems(of run: RunID) throws(StoreError) -> [SuiteItemRow] {
        try read { db in try Self.suiteItems(db, run) }
    }

    static func suiteItems(_ db: Database, _ run: RunID) throws -> [SuiteItemRow] {
        var items: [SuiteItemRow] = []
        let sql = """
            SELECT item, suite_case, policy, method, status, converged, value, upper_bound, failure
            FROM suite_items WHERE run_id = ? ORDER BY item
            """
        for row in try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [run.number]) {
            var columns = RowReader(row, "run \(run), suite_items")
            items.append(
                try SuiteItemRow(
                    item: columns.nextCount(), suiteCase: columns.next(), policy: columns.next(),
                    method: columns.nextOrNil(), status: columns.nextOrNil(),
                    isConverged: flag(&columns), value: columns.nextOrNil(),
                    upperBound: columns.nextOrNil(), failure: columns.nextOrNil(), scores: []))
        }
        let positions = Dictionary(items.enumerated().map { ($1.item, $0) }) { first, _ in first }
        let scores = """
            SELECT item, user, measure, value, standard_error, n, how
            FROM suite_scores WHERE run_id = ? ORDER BY item, user, measure
            """
        for row in try Row.fetchAll(db.cachedStatement(sql: scores), arguments: [run.number]) {
            var columns = RowReader(row, "run \(run), suite_scores")
            let item = try columns.next(Int.self)
            guard let position = positions[item] else {
                throw columns.problem(found: "\(item)", needed: "the number of an item of the run")
            }
            items[position].scores.append(
                try SuiteItemRow.Score(
                    user: columns.next(), measure: columns.next(),
                    value: estimate(columns.next(), &columns)))
        }
        return items
    }

    /// The next column's 0 or 1.
    private static func flag(_ columns: inout RowReader) throws -> Bool {
        let value = try columns.next(Int.self)
        guard value == 0 || value == 1 else { throw columns.problem(found: "\(value)", needed: "0 or 1") }
        return value == 1
    }

    static func insert(_ db: Database, _ items: [SuiteItemRow], run: Int64) throws {
        for row in items {
            try db.execute(
                sql: "INSERT INTO suite_items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    run, row.item, row.suiteCase, row.policy, row.method, row.status, row.isConverged ? 1 : 0,
                    row.value,
                    row.upperBound, row.failure,
                ])
            for score in row.scores {
                try db.execute(
                    sql: "INSERT INTO suite_scores VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: [run, row.item, score.user, score.measure] + score.value.columns)
            }
        }
    }
}
