internal import ExactEvaluation
internal import GameModel
internal import Output
internal import Scenarios
internal import Solver

/// A trade-off curve as a table, a picture, a text and JSON.
package struct FrontierReport {
    package let scenario: Scenario
    package let frontier: Frontier
    /// Policies that are marked beside the curve.
    package let marked: [(label: String, evaluation: Evaluation)]
    package let memory: MemoryKind
    package let runID: String

    package init(
        scenario: Scenario, frontier: Frontier, marked: [(label: String, evaluation: Evaluation)], memory: MemoryKind,
        runID: String
    ) {
        self.scenario = scenario
        self.frontier = frontier
        self.marked = marked
        self.memory = memory
        self.runID = runID
    }

    /// What became of the scenario's constraints.
    package enum Constraints: String {
        case none, kept
        case leftOut = "left_out"
    }

    package var constraints: Constraints {
        if scenario.objective.constraints.isEmpty { return .none }
        return frontier.constraints.isEmpty ? .leftOut : .kept
    }

    /// The same for people; nil where there are none.
    private var constraintLine: String? {
        let limits = scenario.objective.constraints.map { limit in
            "P(\(scenario.game.outcomes[limit.outcome].name) | \(scenario.game.users[limit.user])) ≤ \(limit.atMost)"
        }.joined(separator: ", ")
        return switch constraints {
        case .none: nil
        case .kept: "constraints kept by every point: \(limits)"
        case .leftOut: "constraints left out: \(limits)"
        }
    }

    /// Whether a policy satisfies the scenario's constraints; nil where it has none.
    private func satisfies(_ evaluation: Evaluation) -> Bool? {
        switch scenario.verdict(evaluation) {
        case .satisfied: true
        case .violated: false
        case .none, .open: nil
        }
    }

    /// A point of the curve, or a policy beside it.
    private struct Row {
        let name: String
        let evaluation: Evaluation
        /// The number along the curve, from 1, and the point; nil for a marked policy.
        let efficient: (number: Int, point: FrontierPoint)?
    }

    private var points: [Row] {
        frontier.points.enumerated().map { index, point in
            Row(name: "point \(index + 1)", evaluation: point.evaluation, efficient: (index + 1, point))
        }
    }

    private var others: [Row] {
        marked.map { Row(name: $0.label, evaluation: $0.evaluation, efficient: nil) }
    }

    private var run: Columns<Void> {
        [
            .string("run_id", "names the run: the same command gives the same identifier") { runID },
            .string("scenario", "name of the scenario") { scenario.name },
        ]
    }

    private var columns: Columns<Row> {
        let (x, y) = (frontier.x, frontier.y)
        let noise = Format.rounding * max(1, scenario.game.amountScale)
        let format = { @Sendable (value: Double) in Format.number(value, 6, noise: noise) }
        return [
            .string("kind", "efficient (a point of the curve) or marked (a policy for comparison)") {
                $0.efficient == nil ? "marked" : "efficient"
            }.notInJSON.shown("") { $0.name },
            .integer("point", "number of the point along the curve, from 1; missing where marked") {
                $0.efficient?.number
            }.notInJSON,
            .string("policy", "the marked policy, as it was named; missing for points of the curve") {
                $0.efficient == nil ? $0.name : nil
            }.inJSON { $0.efficient == nil },
            .string("x_measure", "what x is") { _ in x.name }.notInJSON,
            .number("x", "the first measure, exact") { x.value($0.evaluation) }.formatted(x.name, format),
            .string("y_measure", "what y is") { _ in y.name }.notInJSON,
            .number("y", "the second measure, exact") { y.value($0.evaluation) }.formatted(y.name, format),
            .number("payoff", "expected payoff, exact") { $0.evaluation.payoff }.inJSON { $0.efficient != nil }
                .formatted("payoff", format),
            .number("safe", "safe share, exact") { $0.evaluation.safe }.inJSON { $0.efficient != nil }
                .formatted("safe", format),
            .boolean("converged", "whether the search for the point converged; missing where marked") {
                $0.efficient?.point.isConverged
            }.inJSON { $0.efficient != nil },
            .number("residual", "how much more of y could be had to first order; missing where marked") {
                $0.efficient?.point.residual
            }.inJSON { $0.efficient != nil },
            .string(
                "constraints",
                "the scenario's constraints: kept (by every point of the curve), left_out, or none"
            ) { _ in constraints.rawValue }.notInJSON,
            .boolean(
                "satisfies_constraints",
                "whether this policy satisfies the scenario's constraints; missing where it has none"
            ) { satisfies($0.evaluation) }.shown("", left: true, notes),
            .boolean("complete", "whether the search for the point was finished; missing where marked") { row in
                row.efficient.map { $0.point.isConverged && !frontier.wasStopped }
            }.inJSON { $0.efficient != nil },
        ]
    }

    /// What a reader of the lines must know of one.
    private func notes(_ row: Row) -> String {
        [
            row.efficient?.point.isConverged == false ? "not converged" : nil,
            satisfies(row.evaluation) == false ? "breaks a limit" : nil,
        ].compactMap(\.self).joined(separator: ", ")
    }

    package var table: TidyTable {
        columns.table(
            "frontier", title: "Trade-off of \(frontier.y.name) against \(frontier.x.name)", rows: points + others,
            within: run)
    }

    package var plot: SVGPlot {
        let curve = frontier.points.map { ($0.x, $0.y) }
        let others = marked.map { (frontier.x.value($0.evaluation), frontier.y.value($0.evaluation)) }
        var plot = SVGPlot(
            title: scenario.title + pictureNote, x: PlotAxis(axis(frontier.x), fitting: (curve + others).map(\.0)),
            y: PlotAxis(axis(frontier.y), fitting: (curve + others).map(\.1)), width: 860)
        if let changes = scenario.changesText { plot.note(changes) }
        if let constraintLine { plot.note(constraintLine.prefix(1).uppercased() + constraintLine.dropFirst() + ".") }
        plot.enlarge(curve)
        plot.line(curve, colour: .blue)
        plot.points(
            curve, marker: .circle, colour: .blue, size: 6, label: curve.isEmpty ? nil : "efficient (\(memory))")
        let open = frontier.points.filter { !$0.isConverged }.map { ($0.x, $0.y) }
        if !open.isEmpty {
            plot.points(open, marker: .ring, colour: .vermillion, size: 12, label: "not converged")
        }
        if frontier.wasStopped {
            plot.note("Not complete: the search was stopped; the curve may go on, and better points may be near.")
        } else if !frontier.isConverged, !open.isEmpty {
            plot.note("Not converged everywhere: better points may be near those with a ring.")
        }
        let markers: [PlotMarker] = [.square, .triangle, .diamond, .cross]
        for (index, (entry, place)) in zip(marked, others).enumerated() {
            plot.points(
                [place], marker: markers[index % markers.count], colour: .number(index + 1), size: 9,
                label: (satisfies(entry.evaluation) == false ? "breaks a limit: " : "") + entry.label)
        }
        return plot
    }

    /// What the picture's title says of the constraints.
    private var pictureNote: String {
        if frontier.leastViolation != nil { return " (infeasible: no policy keeps the limits)" }
        return switch constraints {
        case .none: ""
        case .kept: " (limits kept)"
        case .leftOut: " (without the limits)"
        }
    }

    private func axis(_ measure: PolicyMeasure) -> String {
        let unit = measure.quantity == .payoff ? "payoff units" : "probability"
        return "\(measure.name) (\(unit), \(measure.isMaximised ? "more" : "less") is better)"
    }

    package var text: String {
        let head =
            "\(scenario.heading)\n\(scenario.assumptionLines)"
            + [state, constraintLine].compactMap(\.self).joined(separator: "\n")
        let count =
            "\(frontier.points.count) efficient policies; \(frontier.dominated) more were equalled or beaten, "
            + "\(frontier.infeasible) limits on \(frontier.x.name) without a policy"
        return "\(head)\n\(count)\n\n" + columns.text(points + others)
    }

    private var state: String {
        if let least = frontier.leastViolation {
            return
                "infeasible: no policy of this class (\(memory)) was found that keeps the constraints; the least excess found is "
                + "\(Format.fixed(least, 6)); loosen at_most, or give --without-constraints"
        }
        return frontier.isConverged
            ? "converged: every point is a local optimum of its controller class (\(memory))"
            : (frontier.wasStopped ? "NOT COMPLETE: stopped; " : "")
                + "not converged everywhere: points are exact, but better ones may be near"
    }

    package func json(folder: String) -> JSONValue {
        .object(
            scenario.withAssumptions([
                "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
                "run_id": .string(runID), "out": .string(folder), "controller": .string(memory.description),
                "x": .string(frontier.x.name), "y": .string(frontier.y.name), "converged": .bool(frontier.isConverged),
                "complete": .bool(!frontier.wasStopped && frontier.isConverged),
                "dominated": .integer(frontier.dominated), "infeasible": .integer(frontier.infeasible),
                "constraints": .string(constraints.rawValue),
                "least_violation": .number(ifPresent: frontier.leastViolation),
                "settings": frontier.settings.json,
                "points": columns.json(points), "marked": columns.json(others),
            ]))
    }

    /// The policy file of a point.
    package func policy(_ point: FrontierPoint) -> JSONValue {
        PolicyFile.json(
            point.controller,
            solution: .object(
                scenario.withAssumptions([
                    "method": .string("frontier"), "status": .string(point.isConverged ? "converged" : "limit_reached"),
                    "x": .object(["measure": .string(frontier.x.name), "value": .number(point.x)]),
                    "y": .object(["measure": .string(frontier.y.name), "value": .number(point.y)]),
                    "payoff": .number(point.evaluation.payoff), "safe": .number(point.evaluation.safe),
                    "residual": .number(point.residual), "multipliers": .array([]), "settings": frontier.settings.json,
                ])), scenario: scenario.name, gameHash: scenario.gameHash, fileHash: scenario.fileHash,
            game: scenario.game)
    }
}
