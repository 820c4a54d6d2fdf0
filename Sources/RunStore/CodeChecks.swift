internal import GRDB
internal import NumericalMethods

/// Checks rows against what the run registered: every code has a name, every number is finite.
struct CodeChecks {
    private let counts: [String: Int]

    /// Reads how many names of each kind the run has.
    init(_ db: Database, run: RunID) throws {
        let names = try Store.names(db, run)
        counts = Dictionary(uniqueKeysWithValues: RunNames.kinds.map { ($0.word, names[keyPath: $0.path].count) })
    }

    /// - Throws: ``StoreError`` for the first value that cannot be stored.
    /// - Complexity: O(rows).
    func check(_ batch: RowBatch) throws(StoreError) {
        let users = count("user")
        let outcomes = count("outcome")
        for (index, row) in batch.episodes.enumerated() {
            guard row.payoff.isFinite, inside(row.user, users), inside(row.outcome, outcomes) else {
                let place = "episodes[\(index)]"
                try check(row.user, "user", place)
                try check(row.outcome, "outcome", place)
                throw notFinite("\(place).payoff", row.payoff)
            }
        }
        let (states, cues, responses, reactions) = (count("state"), count("cue"), count("response"), count("reaction"))
        for (index, row) in batch.turns.enumerated() {
            guard inside(row.state, states), inside(row.cue, cues), inside(row.response, responses),
                inside(row.reaction, reactions)
            else {
                let place = "turns[\(index)]"
                try check(row.state, "state", place)
                try check(row.cue, "cue", place)
                try check(row.response, "response", place)
                try check(row.reaction, "reaction", place)
                return
            }
        }
        for (index, row) in batch.pairs.enumerated() { try check(row, "pairs[\(index)]") }
        for row in batch.suiteItems { try check(row) }
    }

    private func check(_ row: SuiteItemRow) throws(StoreError) {
        let place = "item \(row.item)"
        for value in [row.value, row.upperBound].compactMap(\.self) where !value.isFinite {
            throw notFinite(place, value)
        }
        for score in row.scores { try check(score.value, "\(place): \(score.measure)") }
    }

    /// - Throws: ``StoreError`` for the first value that cannot be stored.
    func check(_ results: RunResults) throws(StoreError) {
        for (index, row) in results.outcomes.enumerated() {
            let place = "outcomes[\(index)]"
            try check(row.user, "user", place)
            try check(row.outcome, "outcome", place)
            try check(row.probability, place)
        }
        for row in results.metrics { try check(row.value, "metric \(row.name)") }
    }

    private func check(_ row: PairRow, _ place: String) throws(StoreError) {
        try check(row.chosenResponse, "response", place)
        try check(row.rejectedResponse, "response", place)
        for value in [row.pChosen, row.scoreChosen, row.scoreRejected, row.beta, row.tau] where !value.isFinite {
            throw notFinite(place, value)
        }
    }

    private func check(_ estimate: Estimate, _ place: String) throws(StoreError) {
        guard estimate.value.isFinite else { throw notFinite(place, estimate.value) }
        if let standardError = estimate.standardError, !standardError.isFinite {
            throw notFinite("\(place): the standard error", standardError)
        }
    }

    private func check(_ code: Int, _ kind: String, _ place: String) throws(StoreError) {
        let count = count(kind)
        guard inside(code, count) else {
            throw StoreError(
                .invalidValue, "\(place).\(kind)",
                "is \(code); the run registered \(count) names of this kind, so codes go from 0 to \(count - 1)")
        }
    }

    private func count(_ kind: String) -> Int { counts[kind] ?? 0 }

    private func inside(_ code: Int, _ count: Int) -> Bool { code >= 0 && code < count }

    private func notFinite(_ place: String, _ value: Double) -> StoreError {
        StoreError(.invalidValue, place, "is \(value); it must be finite")
    }
}
