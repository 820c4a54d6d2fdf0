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
            .number("value", "the objective at the policy, exact") { $0.value }.shown { shown($0, \.value) },
            .number("bound", "no policy that keeps the objective's limit exceeds it; missing where nothing is known") {
                $0.bound.isFinite ? $0.bound : nil
            }.shown(decimals: 4, missing: "-"),
            .number("payoff", "expected payoff of the policy, exact") { $0.measures.payoff }
                .shown { shown($0, \.measures.payoff) },
            .number("satisfaction", "S: satisfaction of the turns held, per turn of the horizon, in [-1, 1], exact") {
                scenario.satisfaction.isEmpty ? nil : $0.measures.satisfaction
            }.shown { scenario.satisfaction.isEmpty ? "-" : shown($0, \.measures.satisfaction) },
            .number("risk", "R: probability of an unsafe outcome, exact") { $0.measures.risk }
                .shown { shown($0, \.measures.risk) },
            .number("excess", "by how much the policy exceeds the objective's own limit") {
                $0.objective.excess($0.measures)
            },
            .boolean("converged", "whether bound - value is as small as was asked for") { $0.isConverged },
            .integer("solved", "how many linear problems were solved") { $0.solved },
        ]
    }

    /// A number of a policy that keeps the objective's limit: those of one that does not are no answer.
    private func shown(_ optimum: ObjectiveOptimum, _ number: KeyPath<ObjectiveOptimum, Double>) -> String {
        optimum.objective.keepsLimit(optimum.measures) ? Format.number(optimum[keyPath: number]) : "-"
    }

    /// Lines below the table: objectives whose policy is not what was asked for.
    private var noteText: String {
        optima.compactMap { optimum in
            note(optimum).map { "\(words(optimum.objective)): \($0)\n" }
        }.joined()
    }

    private func note(_ optimum: ObjectiveOptimum) -> String? {
        if optimum.isConverged { return nil }
        guard !optimum.objective.keepsLimit(optimum.measures) else {
            return "NOT CONVERGED; --time-limit more, or --gap more"
        }
        let risk = Format.number(optimum.measures.risk)
        return optimum.bound == -.infinity
            ? "INFEASIBLE: no policy has so little risk; the safest has \(risk)"
            : "NOT DECIDED: none with so little risk was found, the safest has \(risk);\n  give --time-limit more"
    }

    func words(_ objective: ComparedObjective) -> String {
        switch objective {
        case .payoff: "payoff"
        case .constructive(let alpha, let beta): "\(Format.brief(alpha)) S − \(Format.brief(beta)) R"
        case .product: "H (1 − R)"
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
        out += "S is satisfaction per turn of the horizon, H = (1 + S) / 2, R the probability\n"
        out += "of an unsafe outcome; limits of the scenario are left out.\n"
        let weight = scenario.objective.klWeight
        if weight > 0 {
            out += "So is its KL weight, \(Format.brief(weight)): no policy pays for leaving the reference.\n"
        }
        out += "\n" + optimumColumns.text(optima) + noteText
        out += "\nRegret: what the policy of a row loses under the objective of a column,\nat least – at most\n"
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
                    return column.objective.keepsLimit(row.measures) ? "-" : "R + \(Format.number(cell.excess))"
                }
                return Format.interval(least, most, noise: ComparedObjective.rounding)
            }
        }
        let isBroken = cells.contains { !$0.column.objective.keepsLimit($0.row.measures) }
        return Columns([Column.text("best for", left: true) { words($0.objective) }] + columns).text(
            optima, indent: "  ") + (isBroken ? "  (R + x: breaks the limit on R by x)\n" : "")
    }

    private var partingText: String {
        guard !partings.isEmpty else { return "" }
        return "\nWhere they part first:\n"
            + partings.map { item in
                let names = [item.first, item.second].map { words(optima[$0].objective) }
                guard let parting = item.parting else {
                    return "  \(names[0]) and \(names[1]): nowhere that was found\n"
                }
                return "  \(names[0]) and \(names[1]):\n    after "
                    + "\(Escaped.line(HistoryArgument.text(parting.history, game: scenario.game))) "
                    + "(p \(Format.fixed(parting.probability, 4))): \(Escaped.line(mixed(parting.first))), or "
                    + "\(Escaped.line(mixed(parting.second)))\n"
            }.joined()
    }

    /// A response that is certain, or all that are given with their shares.
    private func mixed(_ strategy: [Double]) -> String {
        let game = scenario.game
        let given = strategy.indices.filter { strategy[$0] >= Self.leastShown }.sorted { strategy[$0] > strategy[$1] }
        guard given.count > 1 else { return given.first.map { game.responses[$0].name } ?? "" }
        return given.map { "\(game.responses[$0].name) \(Format.fixed(strategy[$0], 3))" }.joined(separator: " + ")
    }

    /// Shares of less are shown as 0.
    private static let leastShown = 5e-4
}
