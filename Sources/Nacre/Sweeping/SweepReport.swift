package import ExactEvaluation
internal import GameModel
package import Output
internal import Scenarios

/// What a sweep found, as text, JSON, tidy CSV and a picture.
package struct SweepReport: Report {
    package let job: SweepJob
    package let results: [SweepJob.PlaceResult]
    /// What the picture shows.
    package let measure: PolicyMeasure

    /// - Parameter results: of the first places; all, unless the sweep was stopped.
    package init(_ job: SweepJob, _ results: [SweepJob.PlaceResult], measure: PolicyMeasure) {
        self.job = job
        self.results = results
        self.measure = measure
    }

    var game: Game { job.scenario.game }
    var axes: [SweepAxis] { job.grid.axes }

    /// Whether all places were computed.
    package var isFinished: Bool { results.count == job.grid.count }

    /// Whether all places were computed, and every search reached what was asked for.
    package var isComplete: Bool { isFinished && rows.allSatisfy { $0.record?.isComplete == true } }

    /// A policy at a place.
    struct Row {
        let place: SweepPlace
        let policy: String
        let result: Result<SweepRecord, SweepFailure>

        var record: SweepRecord? { try? result.get() }

        var failure: String? {
            guard case .failure(let failure) = result else { return nil }
            return failure.text
        }
    }

    var rows: [Row] {
        results.enumerated().flatMap { index, result in
            let place = job.grid.place(index)
            return zip(job.players, result).map { Row(place: place, policy: $0.label, result: $1) }
        }
    }

    /// What is not finished, a sentence each.
    var unfinished: [String] {
        let rows = rows
        let failed = rows.count { $0.record == nil }
        let infeasible = rows.count { $0.record?.status == "infeasible" }
        let open = rows.count { $0.record?.isComplete == false } - infeasible
        return [
            isFinished
                ? nil : "Not complete: stopped after \(results.count) of \(job.grid.count) points.",
            open > 0
                ? "Not finished: \(open) of \(rows.count) searches; their policies are exact, but better ones may exist."
                : nil,
            infeasible > 0
                ? "At \(infeasible) of \(rows.count) results no policy was found that keeps the limits: what is shown breaks them least."
                : nil,
            failed > 0 ? "Missing: \(failed) of \(rows.count) results; the column failure says why." : nil,
        ].compactMap(\.self)
    }

    // MARK: Columns

    private var run: Columns<Void> {
        [
            .string("run_id", "names the run: the same command gives the same identifier") { runID },
            .string("scenario", "name of the scenario") { job.scenario.name },
        ]
    }

    package var runID: String {
        // What cannot be written as JSON has no hash either; settings are finite numbers and names.
        RunName.make(["sweep", (try? job.settings.text()) ?? "", "\(job.seed)", measure.name, "\(results.count)"])
    }

    /// Where a row is: shared by all tables.
    private var placeColumns: Columns<Row> {
        let axes = axes
        var columns: [Columns<Row>.Column] = [
            .integer("point", "number of the point, from 1: the first axis varies slowest") { $0.place.index + 1 }
        ]
        for (number, letter) in ["x", "y"].enumerated() {
            let path = axes.indices.contains(number) ? axes[number].path : nil
            let value = { @Sendable (row: Row) in
                row.place.values.indices.contains(number) ? row.place.values[number] : nil
            }
            columns += [
                .string("\(letter)_path", "the number on the axis \(letter), by its path; missing without the axis") {
                    _ in path
                }.notInJSON,
                .number(letter, "the value of that number, in its own units", value).notInJSON,
            ]
            if let path { columns.append(.text(path) { row in value(row).map { "\($0)" } ?? "" }) }
        }
        columns += [
            .member("values") { row in
                .object(Dictionary(zip(axes.map(\.path), row.place.values.map { .number($0) })) { first, _ in first })
            }, .string("policy", "the policy, as it was named, or how it was solved for") { $0.policy }.shown(),
        ]
        return Columns(columns)
    }

    private var figureColumns: Columns<Row> {
        let scenario = job.scenario
        let noise = Format.rounding * game.amountScale
        return [
            .string("method", "named, or the method that found the policy; missing where it failed") {
                $0.record?.method
            },
            .string("status", "how the search ended; missing for a named policy") { $0.record?.status },
            .boolean(
                "complete", "whether the row is finished: not so where a search ended early, was infeasible, or failed"
            ) { $0.record?.isComplete ?? false },
            .number("value", "the scenario's goal with its KL term, exact; missing where infinite") {
                $0.record?.value
            }.shown("value") { row in
                guard let record = row.record else { return "failed" }
                guard record.status != "infeasible" else { return "infeasible" }
                guard let value = record.value else { return "infinite" }
                guard let bound = record.bound, !record.isComplete else { return scenario.amount(value) }
                return Format.interval(value, max(value, bound))
            },
            .number("upper", "what no policy can exceed; missing for a named policy") { $0.record?.bound },
            .number("payoff", "expected payoff, exact") { $0.record?.payoff }
                .formatted("payoff") { Format.number($0, noise: noise) },
            .number("safe", "safe share, exact") { $0.record?.safe }.shown("safe", decimals: 4),
            .number("turns", "expected turns, exact") { $0.record?.turns },
            .number("violation", "the largest excess over a limit, at least 0") { $0.record?.violation },
            .boolean("satisfies_constraints", "whether the scenario's constraints are kept; missing without any") {
                row in scenario.objective.constraints.isEmpty ? nil : row.record.map { $0.violation <= 1e-7 }
            },
            .string("failure", "why there are no numbers; missing where there are") { $0.failure },
            .text("", left: true) { row in
                guard let record = row.record else { return Escaped.line(row.failure ?? "") }
                let isBroken = !scenario.objective.constraints.isEmpty && record.violation > 1e-7
                return [record.isComplete ? nil : "not complete", isBroken ? "breaks a limit" : nil]
                    .compactMap(\.self).joined(separator: ", ")
            },
        ]
    }

    private var columns: Columns<Row> { placeColumns.followed(by: figureColumns) }

    private typealias OutcomeRow = (row: Row, user: Int, outcome: Int, probability: Double)
    private typealias OpeningRow = (row: Row, cue: Int, response: Int, probability: Double)

    private var outcomeColumns: Columns<OutcomeRow> {
        let game = game
        let columns: Columns<OutcomeRow> = [
            .string("user", "user type") { game.users[$0.user] },
            .string("outcome", "how the conversation ended") { game.outcomes[$0.outcome].name },
            .boolean("safe", "whether the outcome counts as safe") { game.outcomes[$0.outcome].isSafe },
            .number("probability", "P(outcome | user type, policy), exact") { $0.probability },
        ]
        return placeColumns.of { (row: OutcomeRow) in row.row }.followed(by: columns)
    }

    private var openingColumns: Columns<OpeningRow> {
        let game = game
        let columns: Columns<OpeningRow> = [
            .string("cue", "how the first message reads") { game.cues[$0.cue] },
            .string("response", "name of the response") { game.responses[$0.response].name },
            .number("probability", "probability of the response at the opening") { $0.probability },
        ]
        return placeColumns.of { (row: OpeningRow) in row.row }.followed(by: columns)
    }

    /// `sweep`, `outcomes` and `openings`.
    package var package: DataPackage {
        let rows = rows
        let outcomes = rows.flatMap { row in
            (row.record?.outcomes ?? []).enumerated().flatMap { user, shares in
                shares.enumerated().map { (row, user, $0, $1) }
            }
        }
        let openings = rows.flatMap { row in
            (row.record?.openings ?? []).enumerated().flatMap { cue, strategy in
                strategy.enumerated().map { (row, cue, $0, $1) }
            }
        }
        return DataPackage(
            name: "sweep", title: job.scenario.title,
            tables: [
                columns.table("sweep", title: "Policies over \(over)", rows: rows, within: run),
                outcomeColumns.table(
                    "outcomes", title: "How conversations end, by point and user type", rows: outcomes, within: run),
                openingColumns.table("openings", title: "First responses, by point", rows: openings, within: run),
            ])
    }

    var over: String { axes.map(\.path).joined(separator: " and ") }

    // MARK: Text and JSON

    /// Lines on a terminal: a screen; the rest is for files.
    private static let mostLines = 60

    package func text() -> String {
        let rows = rows
        let head = [
            job.scenario.heading,
            "Exact, at \(Format.count(results.count)) of \(Format.count(job.grid.count)) points over \(Escaped.line(over)).",
        ]
        let rest =
            rows.count > Self.mostLines
            ? "(the first \(Self.mostLines) of \(Format.count(rows.count)) lines; --out FOLDER writes all)\n" : ""
        return (head + unfinished).joined(separator: "\n") + "\n\(job.scenario.assumptionLines)\n"
            + columns.text(rows.prefix(Self.mostLines)) + rest
    }

    package func json() -> JSONValue {
        .object(
            job.scenario.withAssumptions([
                "format": .integer(1), "scenario": .string(job.scenario.name),
                "game_hash": .string(job.scenario.gameHash), "run_id": .string(runID), "how": .string("exact"),
                "over": .array(
                    axes.map { axis in
                        .object([
                            "path": .string(axis.path), "values": .numbers(axis.values),
                            "own": .number(ifPresent: axis.own),
                        ])
                    }), "points": .integer(job.grid.count), "finished": .integer(results.count),
                "complete": .bool(isComplete), "measure": .string(measure.name), "seed": .string("\(job.seed)"),
                "results": columns.json(rows),
            ]))
    }

    /// Writes tables with a dictionary, and the picture, into a folder.
    package func write(to folder: OutputFolder) throws {
        try folder.write("sweep.svg", svg)
        try package.write(to: folder, beside: folder.files)
    }
}
