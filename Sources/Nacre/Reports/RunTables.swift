internal import NumericalMethods
package import Output
package import RunStore

/// A stored run as tidy tables, names in place of codes.
package struct RunTables {
    let store: Store
    let details: RunDetails

    package init(store: Store, details: RunDetails) {
        self.store = store
        self.details = details
    }

    private var id: RunID { details.summary.id }
    /// What every row says.
    private var run: Columns<Void> { [.string("run_id", "number of the run in its store") { "\(id)" }] }

    /// Results that are no tables, as files of their own.
    package func documents() throws -> [RunDocument] { try store.documents(of: id) }

    /// All that the run holds in tables.
    package func package() throws -> DataPackage {
        DataPackage(
            name: "run-\(id)", title: "Run \(id): \(details.commandLine)",
            tables: try details.summary.kind == .suite ? [scores()] : [results()] + trajectories())
    }

    func results() throws -> TidyTable {
        let results = RunResult.all(metrics: try store.metrics(of: id), outcomes: try store.outcomes(of: id), details)
        return RunResult.columns.table("results", title: "Results of the run", rows: results, within: run)
    }

    /// What a suite's run holds; `suite run --out` writes more.
    func scores() throws -> TidyTable {
        typealias Row = (item: SuiteItemRow, score: SuiteItemRow.Score)
        let columns: Columns<Row> = [
            .string("case", "name of the case") { $0.item.suiteCase },
            .string("policy", "label of the policy") { $0.item.policy },
            .string("user", "user type; missing for the case as a whole") {
                $0.score.user.isEmpty ? nil : $0.score.user
            },
            .string("measure", "what is measured") { $0.score.measure },
            .number("value", "the score") { $0.score.value.value },
        ]
        let rows = try store.suiteItems(of: id).flatMap { item in item.scores.map { (item, $0) } }
        return columns.followed(by: RunResult.origin.of { $0.score.value }).table(
            "scores", title: "Scores of the suite's cases", rows: rows, within: run)
    }

    /// The recorded episodes and their turns.
    func trajectories() throws -> [TidyTable] {
        let (episodes, turns) = try store.trajectories(of: id)
        return [
            self.episodes.table("episodes", title: "Recorded episodes", rows: episodes, within: run),
            self.turns.table("turns", title: "Recorded turns", rows: turns, within: run),
        ]
    }

    private func episode<Row>(_ number: @escaping @Sendable (Row) -> Int64) -> Columns<Row>.Column {
        .integer("episode", "number of the episode, from 0") { Int(number($0)) }
    }

    private var episodes: Columns<EpisodeRow> {
        let names = details.names
        return [
            episode { $0.episode }, .string("user", "user type") { names.users[$0.user] },
            .string("outcome", "how it ended") { names.outcomes[$0.outcome] },
            .integer("turns", "turns played") { $0.turns }, .number("payoff", "G, in payoff units") { $0.payoff },
        ]
    }

    private var turns: Columns<TurnRow> {
        let names = details.names
        return [
            episode { $0.episode }, .integer("turn", "from 1") { $0.turn },
            .string("state", "hidden state when the response was given") { names.states[$0.state] },
            .string("cue", "cue that the response answered") { names.cues[$0.cue] },
            .string("response", "what the model said") { names.responses[$0.response] },
            .string("reaction", "what the user did") { names.reactions[$0.reaction] },
        ]
    }
}
