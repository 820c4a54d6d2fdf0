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

    private static let columns: [TidyTable.Column] = [
        .init("run_id", .string, "names the run: the same command gives the same identifier"),
        .init("scenario", .string, "name of the scenario"),
        .init("kind", .string, "efficient (a point of the curve) or marked (a policy for comparison)"),
        .init("point", .integer, "number of the point along the curve, from 1; missing where marked"),
        .init("policy", .string, "the marked policy, as it was named; missing for points of the curve"),
        .init("x_measure", .string, "what x is"), .init("x", .number, "the first measure, exact"),
        .init("y_measure", .string, "what y is"), .init("y", .number, "the second measure, exact"),
        .init("payoff", .number, "expected payoff, exact"), .init("safe", .number, "safe share, exact"),
        .init("converged", .boolean, "whether the search for the point converged; missing where marked"),
        .init("residual", .number, "how much more of y could be had to first order; missing where marked"),
        .init(
            "constraints", .string, "the scenario's constraints: kept (by every point of the curve), left_out, or none"),
        .init(
            "satisfies_constraints", .boolean,
            "whether this policy satisfies the scenario's constraints; missing where it has none"),
    ]

    package var table: TidyTable {
        var table = TidyTable(
            name: "frontier", title: "Trade-off of \(frontier.y.name) against \(frontier.x.name)", columns: Self.columns
        )
        let key: [TidyTable.Cell] = [.string(runID), .string(scenario.name)]
        func values(_ evaluation: Evaluation) -> [TidyTable.Cell] {
            [
                .string(frontier.x.name), .number(frontier.x.value(evaluation)), .string(frontier.y.name),
                .number(frontier.y.value(evaluation)), .number(evaluation.payoff), .number(evaluation.safe),
            ]
        }
        func kept(_ evaluation: Evaluation) -> [TidyTable.Cell] {
            [.string(constraints.rawValue), satisfies(evaluation).map { .boolean($0) } ?? .missing]
        }
        for (index, point) in frontier.points.enumerated() {
            table.append(
                key + [.string("efficient"), .integer(index + 1), .missing] + values(point.evaluation)
                    + [.boolean(point.isConverged), .number(point.residual)] + kept(point.evaluation))
        }
        for entry in marked {
            table.append(
                key + [.string("marked"), .missing, .string(entry.label)] + values(entry.evaluation)
                    + [.missing, .missing] + kept(entry.evaluation))
        }
        return table
    }

    package var plot: SVGPlot {
        let curve = frontier.points.map { ($0.x, $0.y) }
        let others = marked.map { (frontier.x.value($0.evaluation), frontier.y.value($0.evaluation)) }
        var plot = SVGPlot(
            title: scenario.title + pictureNote, x: PlotAxis(axis(frontier.x), fitting: (curve + others).map(\.0)),
            y: PlotAxis(axis(frontier.y), fitting: (curve + others).map(\.1)), width: 860)
        plot.line(curve, colour: .blue)
        plot.points(curve, marker: .circle, colour: .blue, size: 6, label: "efficient (\(memory))")
        let open = frontier.points.filter { !$0.isConverged }.map { ($0.x, $0.y) }
        if !open.isEmpty {
            plot.points(open, marker: .ring, colour: .vermillion, size: 12, label: "not converged")
        }
        if frontier.wasStopped {
            plot.note("Not complete: the search was stopped; the curve may go on, and better points may be near.")
        } else if !frontier.isConverged {
            plot.note("Not converged everywhere: better points may be near those with a ring.")
        }
        let markers: [PlotMarker] = [.square, .triangle, .diamond, .cross, .ring]
        for (index, (entry, place)) in zip(marked, others).enumerated() {
            plot.points(
                [place], marker: markers[index % markers.count], colour: .number(index + 1), size: 9,
                label: (entry.label.count > 30 ? "…" + entry.label.suffix(29) : entry.label)
                    + (satisfies(entry.evaluation) == false ? " (breaks a limit)" : ""))
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
        var table = TextTable(["", frontier.x.name, frontier.y.name, "payoff", "safe", ""], left: [0, 5])
        func row(_ name: String, _ evaluation: Evaluation, _ note: String) -> [String] {
            [name]
                + [
                    frontier.x.value(evaluation), frontier.y.value(evaluation), evaluation.payoff, evaluation.safe,
                ].map { Format.number($0, 6, noise: Format.rounding * max(1, scenario.game.amountScale)) } + [note]
        }
        func broken(_ evaluation: Evaluation) -> String? { satisfies(evaluation) == false ? "breaks a limit" : nil }
        for (index, point) in frontier.points.enumerated() {
            let notes = [point.isConverged ? nil : "not converged", broken(point.evaluation)].compactMap(\.self)
            table.append(row("point \(index + 1)", point.evaluation, notes.joined(separator: ", ")))
        }
        for entry in marked { table.append(row(entry.label, entry.evaluation, broken(entry.evaluation) ?? "")) }
        let head = [scenario.heading, state, constraintLine].compactMap(\.self).joined(separator: "\n")
        let count =
            "\(frontier.points.count) efficient policies; \(frontier.dominated) more were equalled or beaten, "
            + "\(frontier.infeasible) limits on \(frontier.x.name) without a policy"
        return "\(head)\n\(count)\n\n" + table.text
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

    private func satisfied(_ evaluation: Evaluation) -> JSONValue { satisfies(evaluation).map { .bool($0) } ?? .null }

    package func json(folder: String) -> JSONValue {
        .object([
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "run_id": .string(runID), "out": .string(folder), "controller": .string(memory.description),
            "x": .string(frontier.x.name), "y": .string(frontier.y.name), "converged": .bool(frontier.isConverged),
            "complete": .bool(!frontier.wasStopped && frontier.isConverged),
            "dominated": .integer(frontier.dominated), "infeasible": .integer(frontier.infeasible),
            "constraints": .string(constraints.rawValue),
            "least_violation": .number(ifPresent: frontier.leastViolation),
            "settings": frontier.settings.json,
            "points": .array(
                frontier.points.map { point in
                    .object([
                        "x": .number(point.x), "y": .number(point.y), "payoff": .number(point.evaluation.payoff),
                        "safe": .number(point.evaluation.safe), "converged": .bool(point.isConverged),
                        "residual": .number(point.residual),
                        "satisfies_constraints": satisfied(point.evaluation),
                    ])
                }),
            "marked": .array(
                marked.map { entry in
                    .object([
                        "policy": .string(entry.label), "x": .number(frontier.x.value(entry.evaluation)),
                        "y": .number(frontier.y.value(entry.evaluation)),
                        "satisfies_constraints": satisfied(entry.evaluation),
                    ])
                }),
        ])
    }

    /// The policy file of a point.
    package func policy(_ point: FrontierPoint) -> JSONValue {
        PolicyFile.json(
            point.controller,
            solution: .object([
                "method": .string("frontier"), "status": .string(point.isConverged ? "converged" : "limit_reached"),
                "x": .object(["measure": .string(frontier.x.name), "value": .number(point.x)]),
                "y": .object(["measure": .string(frontier.y.name), "value": .number(point.y)]),
                "payoff": .number(point.evaluation.payoff), "safe": .number(point.evaluation.safe),
                "residual": .number(point.residual), "multipliers": .array([]), "settings": frontier.settings.json,
            ]), scenario: scenario.name, gameHash: scenario.gameHash, fileHash: scenario.fileHash, game: scenario.game)
    }
}
