internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// The columns of a sensitivity analysis: numbers one at a time, Sobol indices, and what to measure first.
extension SensitivityReport {
    /// What every row of a file says.
    private var run: Columns<Void> {
        [
            .string("run_id", "names the run: the same command gives the same identifier") { runID },
            .string("scenario", "name of the scenario") { scenario.name },
            .string("policy", "the policy that is held") { policy },
        ]
    }

    private func path<Row>(_ range: @escaping @Sendable (Row) -> Sensitivity.Range) -> Columns<Row>.Column {
        .string("path", "the number") { range($0).parameter.path }.shown("number") { "\(range($0).parameter)" }
    }

    private func measurable<Row>(_ range: @escaping @Sendable (Row) -> Sensitivity.Range) -> Columns<Row>.Column {
        .boolean(
            "measurable", "whether the number says how users are; others are choices, which nobody can measure"
        ) { range($0).parameter.isMeasurable }
    }

    // MARK: One at a time

    /// Where a bar comes from.
    private var sources: Columns<Sensitivity.Bar> {
        [
            path { $0.range },
            .string("mark", "what the file says of the number: assumption, source, mixed or none") {
                word(marks[$0.range.parameter.path])
            },
            .string(
                "range_from",
                "standard_error: two of them either way; share: a share of the number's size, an assumption"
            ) { hasError($0.range) ? "standard_error" : "share" },
        ]
    }

    /// A bar a row, with both ends of its range.
    var columns: Columns<Sensitivity.Bar> {
        let format = { @Sendable (value: Double) in Format.number(value, 3) }
        func change(
            _ heading: String, _ end: @escaping @Sendable (Sensitivity.Bar) -> Double, _ now: Double,
            _ text: @escaping @Sendable (Double) -> String
        ) -> Columns<Sensitivity.Bar>.Column {
            .text(heading) { text(end($0) - now) }
        }
        return sources.followed(by: [
            .number("value", "what the number is") { $0.range.value }.formatted("now", format),
            .number("lower", "where its range begins") { $0.range.lower }.formatted("from", format),
            .number("upper", "where its range ends") { $0.range.upper }.formatted("to", format),
            .text("range", left: true) { hasError($0.range) ? "± 2 s.e." : "± \(share)" },
            change("payoff", \.atLower.payoff, base.payoff) { scenario.amount($0) },
            change("", \.atUpper.payoff, base.payoff) { scenario.amount($0) },
            change("safe", \.atLower.safe, base.safe) { Format.fixed($0, 4) },
            change("", \.atUpper.safe, base.safe) { Format.fixed($0, 4) },
            .text("decision", left: true) { flips($0) ? "switches" : "" }, measurable { $0.range },
            .member("at_lower") { measures($0.atLower) }, .member("at_upper") { measures($0.atUpper) },
        ])
    }

    func measures(_ item: Sensitivity.Measures) -> JSONValue {
        .object([
            "payoff": .number(item.payoff), "safe": .number(item.safe),
            "decisions": .array(item.decisions.map { $0.map { .string(game.responses[$0].name) } ?? .null }),
        ])
    }

    /// An end of a bar a row of the file.
    private struct End {
        let bar: Sensitivity.Bar
        let name: String
        let value: Double
        let found: Sensitivity.Measures
        let keepsDecisions: Bool
    }

    private var ends: Columns<End> {
        sources.of { $0.bar }.followed(by: [
            .number("value", "what the number is set to") { $0.value },
            .string("end", "which end of the range: lower or upper") { $0.name },
            .number("payoff", "expected payoff there, exact") { $0.found.payoff },
            .number("safe", "safe share there, exact") { $0.found.safe },
            .boolean("decisions_kept", "whether every opening's best response is one of those of the scenario") {
                $0.keepsDecisions
            },
            measurable { $0.bar.range },
        ])
    }

    var tornado: TidyTable {
        ends.table(
            "tornado", title: "One number at a time, at the ends of its range",
            rows: ranked.flatMap { bar in
                [
                    End(
                        bar: bar, name: "lower", value: bar.range.lower, found: bar.atLower,
                        keepsDecisions: bar.keepsAtLower),
                    End(
                        bar: bar, name: "upper", value: bar.range.upper, found: bar.atUpper,
                        keepsDecisions: bar.keepsAtUpper),
                ]
            }, within: run)
    }

    private func hasError(_ range: Sensitivity.Range) -> Bool { standardErrors[range.parameter.path] != nil }

    private func word(_ mark: SourceAnnotation) -> String {
        switch mark {
        case .assumption: "assumption"
        case .source: "source"
        case .mixed: "mixed"
        case .none: "none"
        }
    }

    // MARK: Sobol indices

    var index: Columns<SobolIndices.Index> {
        [
            .number("value", "share of the variance") { $0.value },
            .number("ci_low", "lower end of the 95 % interval") { $0.lower },
            .number("ci_high", "upper end of the 95 % interval") { $0.upper },
        ]
    }

    /// A number a line, by its place: what indices of one order say of it.
    func indices(_ heading: String, _ order: @escaping @Sendable (SobolIndices) -> [SobolIndices.Index]) -> Columns<Int>
    {
        let groups = [("payoff", global.payoff), ("safe", global.safe), ("decisions", decision)]
        return Columns(
            [.text(heading, left: true) { "\(global.ranges[$0].parameter)" }]
                + groups.flatMap { name, group -> [Columns<Int>.Column] in
                    let list = order(group)
                    return [
                        .text(name) { Format.fixed(list[$0].value, 3) },
                        .text("") { "\(Format.fixed(list[$0].lower, 3))–\(Format.fixed(list[$0].upper, 3))" },
                    ]
                })
    }

    /// An index of one order, of one quantity and one number: a row of the file.
    private struct IndexRow {
        let quantity: String
        let order: String
        let range: Sensitivity.Range
        let index: SobolIndices.Index
    }

    private var indexRows: [IndexRow] {
        let quantities =
            [("payoff", global.payoff), ("safe", global.safe), ("decisions", decision)]
            + zip(game.cues, global.kept).map { ("decision:\($0)", $1) }
        return quantities.flatMap { quantity, indices in
            [
                ("first", indices.first), ("total", indices.total), ("first_own", indices.ownFirst),
                ("total_joint", indices.jointTotal),
            ].flatMap { order, list in
                global.ranges.indices.filter { order == "first" || order == "total" || isCorrelated($0) }.map {
                    IndexRow(quantity: quantity, order: order, range: global.ranges[$0], index: list[$0])
                }
            }
        }
    }

    var sobol: TidyTable {
        let columns: Columns<IndexRow> = [
            path { $0.range },
            .string("quantity", "payoff, safe, decisions, or decision: and an opening cue") { $0.quantity },
            .string(
                "order",
                "first (alone, with what goes with it) or total (with all others, only what is its own); of correlated numbers also first_own (alone, only what is its own) and total_joint (with all others and what goes with it)"
            ) { $0.order },
        ]
        return columns.followed(by: index.of { $0.index }).followed(by: [measurable { $0.range }]).table(
            "sobol", title: "Sobol indices over uniform ranges, and joint normal ones of correlated numbers",
            rows: indexRows, within: run)
    }

    // MARK: What to measure first

    /// What might be measured first, for each question.
    func measureFirst() throws -> TidyTable {
        typealias Row = (question: String, lead: SobolLead, rank: Int, index: Int)
        let columns: Columns<Row> = [
            path { global.ranges[$0.index] },
            .string("quantity", "payoff, safe share or decisions") { $0.question },
            .integer("rank", "1 for the largest index; several rows where samples do not tell numbers apart") {
                $0.rank
            },
            .boolean("told_apart", "whether it leads all others by more than the noise") { $0.lead.isToldApart },
            .integer(
                "points_needed",
                "about how many points a copy would tell them apart; missing where none are needed or within reach"
            ) { $0.lead.pointsNeeded },
        ]
        let rows = try answers().flatMap { answer -> [Row] in
            guard let lead = answer.lead else { return [] }
            return ([lead.leader] + lead.rivals).enumerated().map { (answer.question, lead, $0 + 1, $1) }
        }
        return columns.table("measure_first", title: "Which number of users to measure first", rows: rows, within: run)
    }
}
