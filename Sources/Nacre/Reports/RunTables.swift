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
    private var key: TidyTable.Cell { .string("\(id)") }
    private static let key = TidyTable.Column("run_id", .string, "number of the run in its store")
    private static let episode = TidyTable.Column("episode", .integer, "number of the episode, from 0")

    /// All that the run holds.
    package func package() throws -> DataPackage {
        DataPackage(
            name: "run-\(id)", title: "Run \(id): \(details.commandLine)",
            tables: try details.summary.kind == .suite ? [scores()] : [results()] + trajectories())
    }

    func results() throws -> TidyTable {
        var table = TidyTable(
            name: "results", title: "Results of the run",
            columns: [
                Self.key, .init("user", .string, "user type; missing for totals"),
                .init("quantity", .string, "outcome (a probability given the user type), payoff, safe or turns"),
                .init("value", .number, "the value"),
                .init("standard_error", .number, "standard error; missing where exact"),
                .init("n", .integer, "sample size in episodes; missing where exact"),
                .init("how", .string, "exact or simulated"),
            ])
        for metric in try store.metrics(of: id) {
            table.append([key, .missing, .string(metric.name), .number(metric.value.value)] + metric.value.origin)
        }
        for outcome in try store.outcomes(of: id) {
            table.append(
                [
                    key, .string(details.names.users[outcome.user]), .string(details.names.outcomes[outcome.outcome]),
                    .number(outcome.probability.value),
                ] + outcome.probability.origin)
        }
        return table
    }

    /// What a suite's run holds; `suite run --out` writes more.
    func scores() throws -> TidyTable {
        var table = TidyTable(
            name: "scores", title: "Scores of the suite's cases",
            columns: [
                Self.key, .init("case", .string, "name of the case"), .init("policy", .string, "label of the policy"),
                .init("user", .string, "user type; missing for the case as a whole"),
                .init("measure", .string, "what is measured"), .init("value", .number, "the score"),
                .init("standard_error", .number, "standard error; missing where exact"),
                .init("n", .integer, "sample size in episodes; missing where exact"),
                .init("how", .string, "exact or simulated"),
            ])
        for item in try store.suiteItems(of: id) {
            for score in item.scores {
                table.append(
                    [
                        key, .string(item.suiteCase), .string(item.policy),
                        score.user.isEmpty ? .missing : .string(score.user), .string(score.measure),
                        .number(score.value.value),
                    ] + score.value.origin)
            }
        }
        return table
    }

    /// The recorded episodes and their turns.
    func trajectories() throws -> [TidyTable] {
        let (episodes, turns) = try store.trajectories(of: id)
        return [table(episodes), table(turns)]
    }

    private func table(_ episodes: [EpisodeRow]) -> TidyTable {
        var table = TidyTable(
            name: "episodes", title: "Recorded episodes",
            columns: [
                Self.key, Self.episode, .init("user", .string, "user type"), .init("outcome", .string, "how it ended"),
                .init("turns", .integer, "turns played"), .init("payoff", .number, "G, in payoff units"),
            ])
        for row in episodes {
            table.append([
                key, .integer(Int(row.episode)), .string(details.names.users[row.user]),
                .string(details.names.outcomes[row.outcome]), .integer(row.turns), .number(row.payoff),
            ])
        }
        return table
    }

    private func table(_ turns: [TurnRow]) -> TidyTable {
        var table = TidyTable(
            name: "turns", title: "Recorded turns",
            columns: [
                Self.key, Self.episode, .init("turn", .integer, "from 1"),
                .init("state", .string, "hidden state when the response was given"),
                .init("cue", .string, "cue that the response answered"),
                .init("response", .string, "what the model said"), .init("reaction", .string, "what the user did"),
            ])
        for row in turns {
            table.append([
                key, .integer(Int(row.episode)), .integer(row.turn), .string(details.names.states[row.state]),
                .string(details.names.cues[row.cue]), .string(details.names.responses[row.response]),
                .string(details.names.reactions[row.reaction]),
            ])
        }
        return table
    }
}

extension Estimate {
    /// The cells of standard error, sample size and how the number was obtained.
    fileprivate var origin: [TidyTable.Cell] {
        [.number(ifPresent: standardError), .integer(ifPresent: count), .string(method.rawValue)]
    }
}
