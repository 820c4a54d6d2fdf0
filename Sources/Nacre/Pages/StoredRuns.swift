internal import InputErrors
internal import NumericalMethods
internal import RunStore

/// Runs of a store that a page shows, read at once.
struct StoredRuns {
    struct Run {
        let details: RunDetails
        let metrics: [MetricRow]
        /// By number; none where the run kept no conversations.
        let episodes: [EpisodeRow]

        func metric(_ name: String) -> Estimate? { metrics.first { $0.name == name }?.value }
    }

    struct Suite {
        let details: RunDetails
        let items: [SuiteItemRow]
    }

    let runs: [Run]
    let suites: [Suite]

    /// - Parameters:
    ///   - numbers: of runs, in the order in which they are shown.
    ///   - path: the store.
    /// - Throws: `StoreError` for runs that are not there.
    init(_ numbers: [Int64], store path: String?, note: (String) -> Void) throws {
        guard let path, !numbers.isEmpty else {
            (runs, suites) = ([], [])
            return
        }
        let store = try Store(path: path, access: .read)
        if let text = store.note { note("note: \(text)") }
        var (runs, suites): ([Run], [Suite]) = ([], [])
        for number in numbers {
            let (id, details) = (RunID(number), try store.run(RunID(number)))
            if details.summary.kind == .suite {
                suites.append(Suite(details: details, items: try store.suiteItems(of: id)))
            } else {
                runs.append(
                    Run(
                        details: details, metrics: try store.metrics(of: id),
                        episodes: try store.episodes(of: id, in: 0..<Int64.max)))
            }
        }
        (self.runs, self.suites) = (runs, suites)
        try store.close()
    }
}
