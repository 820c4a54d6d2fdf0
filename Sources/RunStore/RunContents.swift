package import GRDB

/// Everything that the store holds of one run, as one transaction sees it.
package struct RunContents: Sendable {
    package let details: RunDetails
    package let outcomes: [OutcomeRow]
    package let metrics: [MetricRow]
    package let episodes: [EpisodeRow]
    package let turns: [TurnRow]
    package let pairs: [PairRow]
    package let suiteItems: [SuiteItemRow]
    package let overview: RunOverview
    package let documents: [RunDocument]
}

extension Store {
    /// Reads everything of a run.
    ///
    /// - Throws: ``StoreError`` of kind `damaged` if anything is not what this library writes.
    /// - Complexity: O(rows) time and memory.
    package func contents(of run: RunID) throws(StoreError) -> RunContents {
        try read { db in try Self.contents(db, of: run) }
    }

    package static func contents(_ db: Database, of run: RunID) throws -> RunContents {
        let details = try details(db, run)
        let (episodes, turns) = try trajectories(db, details)
        return try RunContents(
            details: details, outcomes: outcomes(db, run, details.names), metrics: metrics(db, run), episodes: episodes,
            turns: turns, pairs: pairs(db, run, 0..<Int64.max, details.names), suiteItems: suiteItems(db, run),
            overview: overviews(db, [details.summary])[0], documents: documents(db, run))
    }
}
