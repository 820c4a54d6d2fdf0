internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods
package import Output
package import RunStore
package import Scenarios
internal import Simulation

extension NewRun {
    /// A run of this program with this command line, begun now.
    package init(
        _ kind: RunKind, scenario: Scenario, policy: NamedPolicy?, seed: UInt64, episodes: Int? = nil,
        settings: String = "{}"
    ) {
        self.init(
            kind: kind, scenario: scenario.name, scenarioHash: scenario.fileHash, gameHash: scenario.gameHash,
            scenarioText: scenario.sourceText,
            policy: policy.map { PolicyText(label: $0.label, hash: $0.hash, json: $0.text) }, seed: seed,
            requestedEpisodes: episodes, settings: settings, commandLine: Shell.commandLine,
            toolVersion: Release.version, startedAt: Clock.now)
    }
}

extension NewRun {
    /// A calibration with this command line, begun now: the mapping stands where other runs have their scenario, and the data where
    /// they have their game.
    ///
    /// - Parameters:
    ///   - name: the mapping's.
    ///   - text: the mapping file.
    ///   - hash: SHA-256 of the data.
    package init(calibration name: String, mapping text: String, data hash: String, seed: UInt64, settings: String) {
        self.init(
            kind: .calibrate, scenario: name, scenarioHash: ContentHash.sha256(text), gameHash: hash,
            scenarioText: text,
            policy: nil, seed: seed, settings: settings, commandLine: Shell.commandLine, toolVersion: Release.version,
            startedAt: Clock.now)
    }
}

extension RunNames {
    package init(_ game: Game) {
        self.init(
            users: game.users, states: game.states, responses: game.responses.map(\.name),
            reactions: game.reactions.map(\.name), cues: game.cues, outcomes: game.outcomes.map(\.name))
    }
}

extension RunResults {
    /// Exact results.
    package init(_ evaluation: Evaluation, scenario: Scenario, policy: PolicyText? = nil, settings: String? = nil) {
        let game = scenario.game
        var outcomes: [OutcomeRow] = []
        for user in game.users.indices {
            for outcome in game.outcomes.indices {
                outcomes.append(
                    OutcomeRow(
                        user: user, outcome: outcome, probability: Estimate(exact: evaluation.outcomes[user][outcome])))
            }
        }
        let metrics = [("payoff", evaluation.payoff), ("safe", evaluation.safe), ("turns", evaluation.turns)]
        self.init(
            outcomes: outcomes, metrics: metrics.map { MetricRow(name: $0.0, value: Estimate(exact: $0.1)) },
            policy: policy, settings: settings, verdict: RunVerdict(scenario.verdict(evaluation)))
    }

    /// Simulated results; what was never met is left out rather than guessed.
    package init(_ tally: Tally, scenario: Scenario) {
        let game = scenario.game
        var outcomes: [OutcomeRow] = []
        for user in game.users.indices {
            for outcome in game.outcomes.indices {
                guard let share = tally.outcome(outcome, user: user) else { continue }
                outcomes.append(
                    OutcomeRow(
                        user: user, outcome: outcome, probability: share))
            }
        }
        let metrics = [("payoff", tally.payoff), ("safe", tally.safe(game)), ("turns", tally.turns)]
        self.init(
            outcomes: outcomes,
            metrics: metrics.compactMap { name, estimate in
                estimate.map { MetricRow(name: name, value: $0) }
            }, verdict: RunVerdict(scenario.verdict(tally)))
    }

    /// A report as it was printed.
    package init(_ report: some Report, verdict: RunVerdict? = nil) throws {
        try self.init(text: report.text(), json: report.json())
        self.verdict = verdict
    }

    /// A result as it was printed.
    package init(text: String, json: JSONValue) throws {
        self.init(documents: [
            RunDocument(name: RunDocument.resultName, text: try json.text(.indented) + "\n"),
            RunDocument(name: RunDocument.reportName, text: text),
        ])
    }

    /// The same with the documents of a report.
    package func with(_ report: some Report) throws -> RunResults {
        var results = self
        results.documents = try RunResults(report).documents
        return results
    }
}

extension RunVerdict {
    init(_ verdict: OutcomeTable.Verdict) {
        self =
            switch verdict {
            case .none: .none
            case .satisfied: .satisfied
            case .violated: .violated
            case .open: .undecided
            }
    }
}
