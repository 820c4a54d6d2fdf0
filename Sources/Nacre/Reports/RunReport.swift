internal import Output
internal import RunStore

extension RunSummary {
    /// The status in words, with how far an unfinished run came.
    package var statusText: String {
        guard status != .complete, let progress else { return status.rawValue }
        return "\(status.rawValue) (\(Format.fixed(100 * progress, 1)) %)"
    }

    /// Which run it is.
    static var identity: Columns<RunSummary> {
        [
            .integer("run", "number of the run in its store") { Int($0.id.number) }.shown(),
            .string("kind", "what was done") { $0.kind.rawValue }.shown(),
            .string("status", "how far it came") { $0.status.rawValue }.shown { $0.statusText },
            .string("scenario", "name of the scenario") { $0.scenario }.shown(),
            .string("policy", "label of the policy; missing where there is none") { $0.policy }.shown(),
        ]
    }

    /// How much was played.
    static var extent: Columns<RunSummary> {
        [
            .string("seed", "the seed; a text, since it may have 64 bits") { "\($0.seed)" }.shown(left: false),
            .integer("requested_episodes", "episodes asked for; missing where none were") { $0.requestedEpisodes },
            .integer("episodes", "episodes finished") { $0.episodes }
                .shown { $0.requestedEpisodes == nil ? "" : Format.count($0.episodes) },
            .integer("turns_recorded", "turns stored") { $0.turns }
                .shown("turns") { $0.turns == 0 ? "" : Format.count($0.turns) },
        ]
    }

    /// When it was made.
    static var times: Columns<RunSummary> {
        [
            .string("started_at", "ISO 8601") { $0.startedAt }.shown("started"),
            .string("updated_at", "ISO 8601: when the run last changed") { $0.updatedAt },
            .string("finished_at", "ISO 8601; missing unless the run is complete") { $0.finishedAt },
        ]
    }
}

/// One run as it is shown.
package struct RunReport: Report {
    package let details: RunDetails
    package let outcomes: [OutcomeRow]
    package let metrics: [MetricRow]
    let overview: RunOverview
    let documents: [RunDocument]

    /// - Throws: `StoreError` if there is no such run, or it is damaged.
    package init(_ run: RunID, in store: Store) throws {
        details = try store.run(run)
        outcomes = try store.outcomes(of: run)
        metrics = try store.metrics(of: run)
        overview = try store.overview(of: run)
        documents = try store.documents(of: run)
    }

    /// Longer values of settings are cut: JSON has them whole.
    private static let longestSetting = 60

    /// The settings a line each, after a heading of their own.
    private var settings: [(name: String, value: String)] {
        guard let document = try? JSONValue(parsing: details.settings), case .object(let members) = document else {
            return [("settings", details.settings)]
        }
        let lines = members.sorted { $0.key < $1.key }.map { name, value in
            // What was read from JSON can be written as JSON.
            let text = (try? value.text()) ?? ""
            let isLong = text.count > Self.longestSetting
            return (
                name: "  " + name, value: isLong ? "\(text.prefix(Self.longestSetting))… (--json has it whole)" : text
            )
        }
        return lines.isEmpty ? [] : [(name: "settings", value: "")] + lines
    }

    private func document(_ name: String) -> String? { documents.first { $0.name == name }?.text }

    package func text() -> String {
        let summary = details.summary
        let columns: Columns<(name: String, value: String)> = [
            .text("run \(summary.id)", left: true) { $0.name }, .text(summary.statusText, left: true) { $0.value },
        ]
        let facts = columns.text(
            [
                ("kind", summary.kind.rawValue), ("scenario", summary.scenario), ("policy", summary.policy ?? "none"),
                ("constraints", overview.verdict?.rawValue ?? "not judged"),
                ("tags", overview.tags.joined(separator: ",")), ("note", overview.note ?? ""),
                ("seed", "\(summary.seed)"), ("episodes", Format.count(summary.episodes)),
                ("turns recorded", Format.count(summary.turns)), ("command", details.commandLine),
                ("version", details.toolVersion), ("game", details.gameHash), ("started", summary.startedAt),
                ("updated", summary.updatedAt), ("finished", summary.finishedAt ?? "not yet"),
            ] + settings)
        let figures = metrics.isEmpty ? [] : [RunResult.columns.text(results)]
        let report = document(RunDocument.reportName).map { [$0] } ?? []
        return ([facts] + figures + report).joined(separator: "\n")
    }

    private var results: [RunResult] { RunResult.all(metrics: metrics, outcomes: outcomes, details) }

    package func json() -> JSONValue {
        var members = RunOverview.columns.members(overview)
        members["format"] = .integer(1)
        members["command_line"] = .string(details.commandLine)
        members["version"] = .string(details.toolVersion)
        members["game_hash"] = .string(details.gameHash)
        members["file_hash"] = .string(details.scenarioHash)
        // Kept as it was written by whichever version; a text where this one cannot read it.
        members["settings"] = (try? JSONValue(parsing: details.settings)) ?? .string(details.settings)
        members["policy_hash"] = details.policy.map { .string($0.hash) } ?? .null
        members["metrics"] = RunResult.columns.json(results.filter { $0.user == nil })
        members["outcomes"] = RunResult.columns.json(results.filter { $0.user != nil })
        // Kept as it was printed; what this version cannot read is left to `runs export`.
        if let text = document(RunDocument.resultName), let result = try? JSONValue(parsing: text) {
            members["result"] = result
        }
        return .object(members)
    }
}
