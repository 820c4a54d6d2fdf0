internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// The lists of a report on objectives, and the report for people.
extension ObjectivesReport {
    var run: Columns<Void> {
        [
            .string("run_id", "names the run: the same command gives the same identifier") { runID },
            .string("scenario", "name of the scenario") { scenario.name },
        ]
    }

    var optimumColumns: Columns<ObjectiveOptimum> {
        [
            .string("objective", "what the policy is best for") { $0.objective.name }.shown(left: true) {
                words($0.objective)
            },
            .number("value", "the objective at the policy, exact") { $0.value }.shown(decimals: 4),
            .number("bound", "no policy that keeps the objective's limit exceeds it; missing where nothing is known") {
                $0.bound.isFinite ? $0.bound : nil
            }.shown(decimals: 4, missing: "-"),
            .number("payoff", "expected payoff of the policy, exact") { $0.measures.payoff }.shown(decimals: 4),
            .number("satisfaction", "S: satisfaction of the turns held, per turn of the horizon, in [-1, 1], exact") {
                scenario.satisfaction.isEmpty ? nil : $0.measures.satisfaction
            }.shown(decimals: 4, missing: "-"),
            .number("risk", "R: probability of an unsafe outcome, exact") { $0.measures.risk }.shown(decimals: 4),
            .number("excess", "by how much the policy exceeds the objective's own limit") {
                $0.objective.excess($0.measures)
            },
            .boolean("converged", "whether bound - value is as small as was asked for") { $0.isConverged }
                .shown("", left: true) { note($0) },
            .integer("solved", "how many linear problems were solved") { $0.solved },
        ]
    }

    private func note(_ optimum: ObjectiveOptimum) -> String {
        if optimum.isConverged { return "" }
        guard optimum.objective.excess(optimum.measures) > 0 else { return "NOT CONVERGED" }
        return optimum.bound == -.infinity
            ? "INFEASIBLE: no policy has so little risk; this is the safest"
            : "NOT DECIDED: none with so little risk was found"
    }

    func words(_ objective: ComparedObjective) -> String {
        switch objective {
        case .payoff: "payoff"
        case .constructive(let alpha, let beta): "\(Format.brief(alpha)) S − \(Format.brief(beta)) R"
        case .product: "(1 + S) / 2 · (1 − R)"
        case .limited(let risk): "S under R ≤ \(Format.brief(risk))"
        }
    }

    var cellColumns: Columns<Cell> {
        [
            .string("policy", "the objective that the policy is best for") { $0.row.objective.name },
            .string("objective", "the objective that it is valued under") { $0.column.objective.name },
            .number("value", "the objective at the policy, exact") { $0.value },
            .number("excess", "by how much the policy exceeds the objective's limit") { $0.excess },
            .number(
                "regret_low",
                "what the policy loses at least, against the objective's own policy; missing where it breaks the objective's limit"
            ) { $0.least },
            .number("regret_high", "what it loses at most, against the objective's bound") { cell in
                cell.most.flatMap { $0.isFinite ? $0 : nil }
            },
        ]
    }

    var partingColumns: Columns<Parting> {
        [
            .string("first", "the objective of one policy") { optima[$0.first].objective.name },
            .string("second", "the objective of the other") { optima[$0.second].objective.name },
            .string("history", "the earliest and likeliest history at which they differ; missing where none was found")
            {
                $0.parting.map { HistoryArgument.text($0.history, game: scenario.game) }
            },
            .integer("turn", "the turn of it, from 1") { $0.parting?.history.turn },
            .number("probability", "probability of the history, under either policy") { $0.parting?.probability },
            .string("first_says", "the likeliest response of the first policy there") { parting in
                parting.parting.map { said($0.first) }
            },
            .string("second_says", "the likeliest response of the second policy there") { parting in
                parting.parting.map { said($0.second) }
            },
        ]
    }

    /// The likeliest response, with its share where it is not certain.
    private func said(_ strategy: [Double]) -> String {
        guard let best = strategy.indices.max(by: { strategy[$0] < strategy[$1] }) else { return "" }
        let name = scenario.game.responses[best].name
        return strategy[best] > 1 - 1e-9 ? name : "\(name) (\(Format.fixed(strategy[best], 3)))"
    }

    package func text() throws -> String {
        var out = "\(scenario.heading)\n\(scenario.assumptionLines)"
        out +=
            "S is satisfaction per turn of the horizon, R the probability of an unsafe outcome; limits of the scenario are left out.\n\n"
        out +=
            optimumColumns.text(optima)
            + "\nRegret: what the policy of a row loses under the objective of a column, at least – at most\n"
        out += regretText + partingText
        if !missing.isEmpty {
            out +=
                "\nLeft out, since the scenario says nothing of satisfaction: \(missing.map(words).joined(separator: ", "))\n"
        }
        if unfinished > 0 { out += "\nNOT COMPLETE: stopped before \(unfinished) more objectives\n" }
        return out
    }

    private var regretText: String {
        typealias Column = Columns<ObjectiveOptimum>.Column
        let columns = optima.map { column in
            Column.text(words(column.objective)) { row in
                let cell = Cell(row: row, column: column)
                guard let least = cell.least, let most = cell.most else {
                    return cell.excess > 0 ? "breaks the limit by \(Format.fixed(cell.excess, 4))" : "-"
                }
                return Format.interval(least, most)
            }
        }
        return Columns([Column.text("best for", left: true) { words($0.objective) }] + columns).text(
            optima, indent: "  ")
    }

    private var partingText: String {
        guard !partings.isEmpty else { return "" }
        return "\nWhere they part first:\n"
            + partings.map { item in
                let names = "  \(words(optima[item.first].objective)) and \(words(optima[item.second].objective)): "
                guard let parting = item.parting else { return names + "nowhere that was found\n" }
                return names + "after \(Escaped.line(HistoryArgument.text(parting.history, game: scenario.game))) (p "
                    + "\(Format.fixed(parting.probability, 4))): \(Escaped.line(said(parting.first))) or "
                    + "\(Escaped.line(said(parting.second)))\n"
            }.joined()
    }
}
