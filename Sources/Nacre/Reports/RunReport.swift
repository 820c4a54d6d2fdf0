internal import NumericalMethods
internal import Output
internal import RunStore

extension RunSummary {
    /// The status in words, with how far an unfinished run came.
    package var statusText: String {
        guard status != .complete, let progress else { return status.rawValue }
        return "\(status.rawValue) (\(Format.fixed(100 * progress, 1)) %)"
    }

    package var json: JSONValue { .object(members) }

    var members: [String: JSONValue] {
        [
            "run": .integer(Int(id.number)), "kind": .string(kind.rawValue), "status": .string(status.rawValue),
            "scenario": .string(scenario), "policy": policy.map { .string($0) } ?? .null, "seed": .string("\(seed)"),
            "requested_episodes": requestedEpisodes.map { .integer($0) } ?? .null, "episodes": .integer(episodes),
            "turns_recorded": .integer(turns), "started_at": .string(startedAt), "updated_at": .string(updatedAt),
            "finished_at": finishedAt.map { .string($0) } ?? .null,
        ]
    }
}

/// One run as it is shown.
package struct RunReport: Report {
    package let details: RunDetails
    package let outcomes: [OutcomeRow]
    package let metrics: [MetricRow]

    package init(details: RunDetails, outcomes: [OutcomeRow], metrics: [MetricRow]) {
        self.details = details
        self.outcomes = outcomes
        self.metrics = metrics
    }

    package func text() -> String {
        let summary = details.summary
        var facts = TextTable(["run \(summary.id)", summary.statusText], left: [0, 1])
        for (name, value) in [
            ("kind", summary.kind.rawValue), ("scenario", summary.scenario), ("policy", summary.policy ?? "none"),
            ("seed", "\(summary.seed)"), ("episodes", Format.count(summary.episodes)),
            ("turns recorded", Format.count(summary.turns)), ("command", details.commandLine),
            ("version", details.toolVersion), ("game", details.gameHash), ("settings", details.settings),
            ("started", summary.startedAt), ("updated", summary.updatedAt),
            ("finished", summary.finishedAt ?? "not yet"),
        ] {
            facts.append([name, value])
        }
        var text = facts.text
        guard !metrics.isEmpty else { return text }
        var results = TextTable(["result", "value"])
        for metric in metrics { results.append([metric.name, metric.value.text]) }
        for outcome in outcomes {
            results.append([name(outcome), outcome.probability.text])
        }
        text += "\n" + results.text
        return text
    }

    package func json() -> JSONValue {
        var members = details.summary.members
        members["format"] = .integer(1)
        members["command_line"] = .string(details.commandLine)
        members["version"] = .string(details.toolVersion)
        members["game_hash"] = .string(details.gameHash)
        members["file_hash"] = .string(details.scenarioHash)
        members["policy_hash"] = details.policy.map { .string($0.hash) } ?? .null
        members["metrics"] = .array(
            metrics.map { .object($0.value.json(["name": .string($0.name), "value": .number($0.value.value)])) })
        members["outcomes"] = .array(
            outcomes.map { outcome in
                .object(
                    outcome.probability.json([
                        "user": .string(details.names.users[outcome.user]),
                        "outcome": .string(details.names.outcomes[outcome.outcome]),
                        "probability": .number(outcome.probability.value),
                    ]))
            })
        return .object(members)
    }

    private func name(_ outcome: OutcomeRow) -> String {
        "\(details.names.users[outcome.user]): \(details.names.outcomes[outcome.outcome])"
    }
}

extension Estimate {
    /// The value with its standard error, or with the word exact.
    fileprivate var text: String {
        guard let count else { return "\(Format.number(value, 6)) (exact)" }
        return "\(Format.estimate(value, error: standardError, 6)) (n = \(Format.count(count)))"
    }

    fileprivate func json(_ members: [String: JSONValue]) -> [String: JSONValue] {
        var members = members
        members["how"] = .string(method.rawValue)
        guard let count else { return members }
        members["se"] = .number(ifPresent: standardError)
        members["n"] = .integer(count)
        return members
    }
}
