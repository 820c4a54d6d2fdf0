internal import NumericalMethods
package import Output
package import RunStore

/// Several runs of a store: only what differs, and by how much from the first.
package struct RunComparison: Report {
    let runs: [ComparedRun]
    let fields: [RunDifference]
    let results: [ComparedResult]
    /// Nil where policies cannot be compared: they are of different games, or of another version.
    let openings: [ComparedOpening]?

    /// - Throws: `StoreError` if a run does not exist, or is damaged.
    /// - Complexity: O(figures), and O(episodes) for each run that keeps the episodes which the first one met.
    package init(_ runs: [RunID], in store: Store) throws {
        let compared = try runs.map { try ComparedRun($0, in: store) }
        let paired = try compared.indices.map { index in
            index == 0 ? nil : try PairedEpisodes(compared[index], minus: compared[0], in: store)
        }
        self.runs = compared
        fields = try store.compare(runs)
        results = ComparedResult.all(compared, paired: paired)
        openings = ComparedOpening.all(compared)
    }

    // MARK: Text

    /// What is shown as a table: figures have a table of their own, and command lines a line each.
    private var shownFields: [RunDifference] {
        fields.filter { difference in
            difference.field != "command_line"
                && !["metrics.", "outcomes."].contains { difference.field.hasPrefix($0) }
        }
    }

    package func text() -> String {
        guard !(fields.isEmpty && results.isEmpty) else { return "no differences\n" }
        var parts = [runColumns.text(runs.indices)]
        if !shownFields.isEmpty { parts.append(fieldColumns.text(shownFields)) }
        if let openings, !openings.isEmpty { parts.append(openingColumns.text(openings)) }
        if !results.isEmpty { parts.append(resultColumns.text(results) + pairingText) }
        return parts.joined(separator: "\n")
    }

    private var runColumns: Columns<Int> {
        [
            .text("run", left: true) { "\(runs[$0].id)" },
            .text("policy", left: true) { runs[$0].details.summary.policy ?? "none" },
            .text("tags", left: true) { runs[$0].overview.tags.joined(separator: ",") },
            .text("command", left: true) { runs[$0].details.commandLine },
        ]
    }

    private func perRun<Row>(_ value: @escaping @Sendable (Row, Int) -> String) -> [Columns<Row>.Column] {
        runs.indices.map { index in .text(heading(index), left: true) { value($0, index) } }
    }

    /// Runs by number and label; the same run twice is the same heading twice.
    private func heading(_ index: Int) -> String { "\(runs[index].name) (\(Self.short(runs[index].label, 24)))" }

    private var fieldColumns: Columns<RunDifference> {
        Columns(
            [.text("differs", left: true) { $0.field }]
                + perRun { difference, index in
                    let text = difference.values[index] ?? ""
                    return Self.short(text, difference.field.hasSuffix("_hash") ? 12 : 40)
                })
    }

    private static func short(_ text: String, _ most: Int) -> String {
        text.count <= most ? text : text.prefix(most - 1) + "…"
    }

    private var openingColumns: Columns<ComparedOpening> {
        Columns(
            [.text("opening", left: true) { $0.cue }, .text("first response", left: true) { $0.response }]
                + perRun { row, index in row.probabilities[index].map { Format.fixed($0, 4) } ?? "" })
    }

    private var resultColumns: Columns<ComparedResult> {
        var columns: [Columns<ComparedResult>.Column] = [.text("result", left: true) { $0.name }]
        for index in runs.indices {
            columns.append(.text(heading(index)) { $0.values[index].map { Format.quantity($0) } ?? "" })
            guard index > 0 else { continue }
            columns.append(
                .text("\(runs[index].id) − \(runs[0].id)") { row in
                    row.differences[index].map { Self.signed($0.value) } ?? ""
                })
        }
        return Columns(columns)
    }

    private static func signed(_ difference: Estimate) -> String {
        (difference.value > 0 ? "+" : "") + Format.quantity(difference)
    }

    /// What the errors of differences are of, a line a run.
    private var pairingText: String {
        let lines = runs.indices.dropFirst().compactMap { index -> String? in
            let found = results.compactMap { $0.differences[index] }
            guard let first = found.first else { return nil }
            let pair = "\(runs[index].id) − \(runs[0].id)"
            let paired = found.count { $0.pairing == .paired }
            if paired > 0 {
                let rest =
                    paired < found.count ? " (\(found.count - paired) of \(found.count) figures as if independent)" : ""
                return "\(pair): paired by episode, \(Format.count(first.value.count ?? 0)) of them\(rest)\n"
            }
            guard found.contains(where: { $0.pairing == .independent }) else { return "\(pair): exact\n" }
            if let exact = [runs[0], runs[index]].first(where: { $0.results.allSatisfy(\.value.isExact) }) {
                return "\(pair): the error is that of the other run; \(exact.name) is exact\n"
            }
            let shared =
                sharesSeed(index)
                ? "; the runs share a seed, and with --trajectories they could be compared episode by episode" : ""
            return "\(pair): errors as of independent runs\(shared)\n"
        }
        return "± is one standard error.\n" + lines.joined()
    }

    /// Whether two simulations met the same users, which their figures alone do not tell apart.
    private func sharesSeed(_ index: Int) -> Bool {
        let (first, other) = (runs[0].details.summary, runs[index].details.summary)
        return first.kind == .simulate && other.kind == .simulate && first.seed == other.seed
            && runs[0].stream == runs[index].stream
    }

    // MARK: JSON

    package func json() -> JSONValue {
        .object([
            "format": .integer(1),
            "runs": .array(
                runs.map { run in
                    .object(
                        RunOverview.columns.members(run.overview).merging([
                            "label": .string(run.label), "command_line": .string(run.details.commandLine),
                        ]) { first, _ in first })
                }),
            "differences": .array(
                fields.map { difference in
                    .object([
                        "field": .string(difference.field), "values": .array(difference.values.map(Self.text)),
                        "first": Self.text(difference.values[0]), "second": Self.text(difference.values[1]),
                    ])
                }),
            "openings": openings.map { openings in openingRows(openings) } ?? .null,
            "results": longColumns.json(longResults),
        ])
    }

    private static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

    private func openingRows(_ openings: [ComparedOpening]) -> JSONValue { longOpenings.json(long(openings)) }

    // MARK: Files

    /// A run of a row that all runs share.
    private typealias Cell<Row> = (row: Row, index: Int)

    private func long<Row>(_ rows: [Row]) -> [Cell<Row>] { rows.flatMap { row in runs.indices.map { (row, $0) } } }

    private func run<Row>() -> Columns<Cell<Row>> {
        [
            .integer("run", "number of the run in its store") { Int(runs[$0.index].id.number) },
            .string("label", "label of the run's policy, or its scenario") { runs[$0.index].label },
        ]
    }

    private var longFields: Columns<Cell<RunDifference>> {
        Columns<Cell<RunDifference>>([.string("field", "what differs") { $0.row.field }]).followed(by: run())
            .followed(by: [
                .string("value", "what the run has; missing where it does not have the field") {
                    $0.row.values[$0.index]
                }
            ])
    }

    private var longOpenings: Columns<Cell<ComparedOpening>> {
        Columns<Cell<ComparedOpening>>([
            .string("opening", "cue of the opening") { $0.row.cue },
            .string("response", "first response") { $0.row.response },
        ]).followed(by: run()).followed(by: [
            .number("probability", "how often the policy gives it; missing where there is no policy") {
                $0.row.probabilities[$0.index]
            }
        ])
    }

    private var longResults: [Cell<ComparedResult>] { long(results) }

    private var longColumns: Columns<Cell<ComparedResult>> {
        Columns<Cell<ComparedResult>>([
            .string("user", "user type; missing for totals") { $0.row.user },
            .string("quantity", "outcome (a probability given the user type), payoff, safe or turns") {
                $0.row.quantity
            },
        ]).followed(by: run()).followed(by: [
            .number("value", "the run's figure; missing where it has none") { $0.row.values[$0.index]?.value },
            .number("standard_error", "its standard error; missing where exact") {
                $0.row.values[$0.index]?.standardError
            },
            .integer("n", "its sample size in episodes; missing where exact") { $0.row.values[$0.index]?.count },
            .number("difference", "from the first run; missing for the first") { difference($0)?.value.value },
            .number("difference_standard_error", "standard error of the difference; missing where exact") {
                difference($0)?.value.standardError
            },
            .number("difference_ci_low", "lower end of its 95 % interval; missing where exact") {
                difference($0)?.value.interval?.lowerBound
            },
            .number("difference_ci_high", "upper end of its 95 % interval; missing where exact") {
                difference($0)?.value.interval?.upperBound
            },
            .string("pairing", "exact, paired (by episode) or independent") { difference($0)?.pairing.rawValue },
        ])
    }

    private func difference(_ cell: Cell<ComparedResult>) -> ComparedResult.Difference? {
        cell.row.differences[cell.index]
    }

    /// The comparison as tidy tables, a row a run.
    package var package: DataPackage {
        DataPackage(
            name: "comparison", title: "Comparison of \(runs.map(\.name).joined(separator: ", "))",
            tables: [
                longFields.table("fields", title: "What differs", rows: long(fields)),
                longOpenings.table("openings", title: "First responses that differ", rows: long(openings ?? [])),
                longColumns.table("results", title: "Figures that differ", rows: longResults),
            ])
    }
}
