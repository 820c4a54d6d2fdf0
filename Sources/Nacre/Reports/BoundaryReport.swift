internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// What `boundary` found, as text, JSON, tidy CSV and pictures.
///
/// Lines, limits, maps and partitions have a file each, with their columns and all that is printed of them.
package struct BoundaryReport: Report {
    package enum Result {
        case lines([DecisionLine])
        /// Along a limit of the objective, with the curve of the best value.
        case limit(LimitCurve, [DecisionLine])
        case maps([BoundaryMap])
        case partitions([SimplexPartition])
    }

    /// What the scenario's uncertainty does to the switches of ``Result/lines``.
    package enum Bands {
        /// One per line.
        case drawn([SwitchBands], samples: Int, seed: UInt64)
        /// One per map.
        case agreement([MapAgreement], samples: Int, seed: UInt64)
        /// Why there are none.
        case none(String)
    }

    package let scenario: Scenario
    /// The policy that is held; nil for the optimal one.
    package let policy: String?
    package let variations: [Variation]
    package let result: Result
    package let bands: Bands
    package let runID: String

    package init(
        scenario: Scenario, policy: String?, variations: [Variation], result: Result, bands: Bands, runID: String
    ) {
        self.scenario = scenario
        self.policy = policy
        self.variations = variations
        self.result = result
        self.bands = bands
        self.runID = runID
    }

    package var game: Game { scenario.game }

    /// The lines, where one number varies.
    package var lines: [DecisionLine]? {
        switch result {
        case .lines(let lines), .limit(_, let lines): lines
        case .maps, .partitions: nil
        }
    }

    package func name(_ response: Int) -> String { game.responses[response].name }
    package func text(_ history: History) -> String { HistoryArgument.text(history, game: game) }

    /// Whether nothing was left open.
    package var isSettled: Bool {
        switch result {
        case .lines(let lines): lines.allSatisfy(isSettled)
        case .limit(let curve, _): curve.isComplete
        case .maps(let maps): maps.allSatisfy { $0.open.isEmpty && $0.isResolved && ($0.gap ?? 0) == 0 }
        case .partitions(let partitions): partitions.allSatisfy { $0.isComplete && $0.gap == 0 }
        }
    }

    private func isSettled(_ line: DecisionLine) -> Bool {
        guard line.open.isEmpty else { return false }
        return switch line.completeness {
        case .proved, .resolved, .sampled(_, gap: 0): true
        case .searched(_, let gap, _, let isConverged): isConverged && gap <= 1e-9
        case .provedUpTo, .sampled, .unfinished: false
        }
    }

    // MARK: Text

    private var isSampled: Bool {
        lines?.contains { if case .searched = $0.completeness { true } else { false } } ?? false
    }

    private var head: String {
        if let policy {
            return "Held policy \(Escaped.line(policy)); only the response at the decision is re-optimised."
        }
        if case .limit = result {
            return
                "The best policy under the constraints, by belief planning: it draws one of some plans at the opening."
        }
        return isSampled
            ? "The policy is re-solved at every value."
            : "Everything after the decision is optimal too, by belief planning."
    }

    package func text() -> String {
        let body: [String] =
            switch result {
            case .lines(let lines): lines.enumerated().map { text($0.element) + text(bands(of: $0.offset)) }
            case .limit(let curve, let lines): [text(curve)] + lines.map(text)
            case .maps(let maps): maps.enumerated().map { text($0.element) + text(agreement(of: $0.offset)) }
            case .partitions(let partitions): partitions.map(text)
            }
        return "\(scenario.heading)\n\(scenario.assumptionLines)\(head)\n\(bandWords)\n\n"
            + body.joined(separator: "\n")
    }

    /// The bands of a line; nil where none were drawn.
    package func bands(of line: Int) -> SwitchBands? {
        guard case .drawn(let list, _, _) = bands else { return nil }
        return list[line]
    }

    /// How drawn scenarios agree with a map; nil where none were drawn.
    package func agreement(of map: Int) -> MapAgreement? {
        guard case .agreement(let list, _, _) = bands else { return nil }
        return list[map]
    }

    private var bandWords: String {
        switch bands {
        case .none(let reason): reason.prefix(1).uppercased() + reason.dropFirst() + "."
        case .agreement(_, let samples, let seed):
            "Bands: \(samples) scenarios drawn from the uncertainty (seed \(seed)), the policy held; where 5 % of them or more answer "
                + "otherwise."
        case .drawn(_, let samples, let seed):
            "Bands: \(samples) scenarios drawn from the uncertainty (seed \(seed)), the policy held."
        }
    }

    // MARK: JSON

    package func json() -> JSONValue {
        var members: [String: JSONValue] = [
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "run_id": .string(runID), "policy": policy.map { .string($0) } ?? .null, "settled": .bool(isSettled),
            "uncertainty": uncertaintyJSON,
            "vary": .array(
                variations.map {
                    .object([
                        "path": .string($0.parameter.path), "value": .number($0.value), "lower": .number($0.lower),
                        "upper": .number($0.upper),
                    ])
                }),
        ]
        switch result {
        case .lines(let lines):
            members["lines"] = .array(lines.enumerated().map { json($0.element, bands(of: $0.offset)) })
        case .limit(let curve, let lines):
            members["lines"] = .array(lines.map { json($0, nil) })
            members["limit"] = json(curve)
        case .maps(let maps):
            members["maps"] = .array(maps.enumerated().map { json($0.element, agreement(of: $0.offset)) })
        case .partitions(let partitions): members["partitions"] = .array(partitions.map(json))
        }
        return .object(scenario.withAssumptions(members))
    }

    private var uncertaintyJSON: JSONValue {
        switch bands {
        case .none(let reason): .object(["samples": .integer(0), "reason": .string(reason)])
        case .drawn(_, let samples, let seed), .agreement(_, let samples, let seed):
            .object(["samples": .integer(samples), "seed": .string("\(seed)")])
        }
    }

    // MARK: Files

    /// Writes tables, a data dictionary and pictures.
    package func write(to path: String, replaces: Bool, _ console: any Console) throws {
        try console.writeFolder(path, replaces: replaces) { folder in
            for (name, plot) in plots { try folder.write(name, plot.svg) }
            try DataPackage(scenario, tables: tables)
                .write(to: folder, beside: folder.files)
        }
    }

    private var tables: [TidyTable] {
        switch result {
        case .lines(let lines): tables(lines) + bandTables
        case .limit(let curve, let lines): tables(lines) + [table(curve)]
        case .maps(let maps): tables(maps) + agreementTables
        case .partitions(let partitions): tables(partitions)
        }
    }

    /// What every row of a file says.
    var run: Columns<Void> {
        [
            .string("run_id", "names the run: the same command gives the same identifier") { runID },
            .string("scenario", "name of the scenario") { scenario.name },
            .string("policy", "the policy that is held; missing where everything after the decision is optimal") {
                policy
            },
        ]
    }

    /// The history of the row's decision, which JSON says once for all rows of the decision.
    func after<Row>(_ decision: @escaping @Sendable (Row) -> History) -> Columns<Row>.Column {
        .string("after", "the history after which the model decides") { text(decision($0)) }.notInJSON
    }

    /// Whether a row is final.
    func complete<Row>(_ isComplete: @escaping @Sendable (Row) -> Bool) -> Columns<Row>.Column {
        .boolean(
            "complete", "false where another response may be best, or the search left more open than was asked for",
            isComplete)
    }
}
