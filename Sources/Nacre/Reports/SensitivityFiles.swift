internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// The tables and the picture of a sensitivity analysis.
extension SensitivityReport {
    package func write(to path: String, replaces: Bool, _ console: any Console) throws {
        try console.writeFolder(path, replaces: replaces) { folder in
            try folder.write("tornado.svg", plot.svg)
            try DataPackage(name: scenario.name, title: scenario.title, tables: [tornado, sobol, try measureFirst()])
                .write(to: folder, beside: folder.files)
        }
    }

    private static let key: [TidyTable.Column] = [
        .init("run_id", .string, "names the run: the same command gives the same identifier"),
        .init("scenario", .string, "name of the scenario"), .init("policy", .string, "the policy that is held"),
        .init("path", .string, "the number"),
    ]

    private static let measurable = TidyTable.Column(
        "measurable", .boolean, "whether the number says how users are; others are choices, which nobody can measure")

    /// What might be measured first, for each question.
    private func measureFirst() throws -> TidyTable {
        var table = TidyTable(
            name: "measure_first", title: "Which number of users to measure first",
            columns: Self.key + [
                .init("quantity", .string, "payoff, safe share or decisions"),
                .init(
                    "rank", .integer, "1 for the largest index; several rows where samples do not tell numbers apart"),
                .init("told_apart", .boolean, "whether it leads all others by more than the noise"),
                .init(
                    "points_needed", .integer,
                    "about how many points a copy would tell them apart; missing where none are needed or within reach"),
            ])
        for answer in try answers() {
            guard let lead = answer.lead else { continue }
            for (rank, index) in ([lead.leader] + lead.rivals).enumerated() {
                table.append(
                    key(path(index)) + [
                        .string(answer.question), .integer(rank + 1), .boolean(lead.isToldApart),
                        .integer(ifPresent: lead.pointsNeeded),
                    ])
            }
        }
        return table
    }

    private func key(_ path: String) -> [TidyTable.Cell] {
        [.string(runID), .string(scenario.name), .string(policy), .string(path)]
    }

    private var tornado: TidyTable {
        var table = TidyTable(
            name: "tornado", title: "One number at a time, at the ends of its range",
            columns: Self.key + [
                .init("mark", .string, "what the file says of the number: assumption, source, mixed or none"),
                .init(
                    "range_from", .string,
                    "standard_error: two of them either way; share: a share of the number's size, an assumption"),
                .init("value", .number, "what the number is set to"),
                .init("end", .string, "which end of the range: lower or upper"),
                .init("payoff", .number, "expected payoff there, exact"),
                .init("safe", .number, "safe share there, exact"),
                .init(
                    "decisions_kept", .boolean, "whether every opening's best response is one of those of the scenario"),
                Self.measurable,
            ])
        for bar in ranked {
            for (end, value, found, keeps) in [
                ("lower", bar.range.lower, bar.atLower, bar.keepsAtLower),
                ("upper", bar.range.upper, bar.atUpper, bar.keepsAtUpper),
            ] {
                table.append(
                    key(bar.range.parameter.path) + [
                        .string(word(marks[bar.range.parameter.path])), .string(origin(bar.range)), .number(value),
                        .string(end),
                        .number(found.payoff), .number(found.safe), .boolean(keeps),
                        .boolean(bar.range.parameter.isMeasurable),
                    ])
            }
        }
        return table
    }

    private var sobol: TidyTable {
        var table = TidyTable(
            name: "sobol", title: "Sobol indices over uniform ranges, and joint normal ones of correlated numbers",
            columns: Self.key + [
                .init("quantity", .string, "payoff, safe, decisions, or decision: and an opening cue"),
                .init(
                    "order", .string,
                    "first (alone, with what goes with it) or total (with all others, only what is its own); of correlated numbers also first_own (alone, only what is its own) and total_joint (with all others and what goes with it)"
                ),
                .init("value", .number, "share of the variance"),
                .init("ci_low", .number, "lower end of the 95 % interval"),
                .init("ci_high", .number, "upper end of the 95 % interval"), Self.measurable,
            ])
        let quantities =
            [("payoff", global.payoff), ("safe", global.safe), ("decisions", decision)]
            + zip(game.cues, global.kept).map { ("decision:\($0)", $1) }
        for (quantity, indices) in quantities {
            for (order, list) in [
                ("first", indices.first), ("total", indices.total), ("first_own", indices.ownFirst),
                ("total_joint", indices.jointTotal),
            ] {
                for (index, (range, item)) in zip(global.ranges, list).enumerated() {
                    guard order == "first" || order == "total" || isCorrelated(index) else { continue }
                    table.append(
                        key(range.parameter.path) + [
                            .string(quantity), .string(order), .number(item.value), .number(item.lower),
                            .number(item.upper), .boolean(range.parameter.isMeasurable),
                        ])
                }
            }
        }
        return table
    }

    private var plot: SVGPlot {
        let shown = Array(ranked.prefix(15))
        let ends = shown.flatMap { [$0.atLower.payoff, $0.atUpper.payoff] } + [base.payoff]
        var plot = SVGPlot(
            title: "\(scenario.title): payoff, one number at a time",
            x: PlotAxis("payoff", fitting: ends),
            y: PlotAxis("number", from: 0, to: Double(shown.count)).withoutNumbers, width: 900,
            height: 120 + 28 * Double(shown.count))
        for (row, bar) in shown.enumerated() {
            let (bottom, top) = (Double(shown.count - row) - 0.95, Double(shown.count - row) - 0.55)
            for (found, colour, label) in [
                (bar.atLower.payoff, PlotColour.blue, "number at its lower end"),
                (bar.atUpper.payoff, .orange, "number at its upper end"),
            ] {
                plot.region(
                    [(base.payoff, bottom), (found, bottom), (found, top), (base.payoff, top)], colour: colour,
                    opacity: 0.7, label: row == 0 ? label : nil)
            }
            plot.text(
                "\(bar.range.parameter)\(flips(bar) ? " (decision switches)" : "")",
                x: plot.x.lower + 0.01 * (plot.x.upper - plot.x.lower), y: top + 0.08)
        }
        plot.line([(base.payoff, 0), (base.payoff, Double(shown.count))], colour: .grey, dashed: true)
        return plot
    }
}
