internal import Analysis
internal import GameModel
internal import Output
internal import Scenarios

/// What `sensitivity` found, as text, JSON, tidy CSV and a picture.
package struct SensitivityReport: Report {
    package let scenario: Scenario
    package let policy: String
    package let base: Sensitivity.Measures
    package let bars: [Sensitivity.Bar]
    package let global: Sensitivity.Global
    package let share: Double
    /// By path; numbers with one vary by two of them either way, others by ``share``.
    package let standardErrors: [String: Double]
    package let marks: SourceAnnotations
    /// Numbers that cannot vary: there is nothing on either side of them.
    package let skipped: Int
    /// How many numbers the work was to end before: nil where it came to its end. There are no indices then.
    package let missing: Int?
    package let runID: String

    package init(
        scenario: Scenario, policy: String, base: Sensitivity.Measures, bars: [Sensitivity.Bar],
        global: Sensitivity.Global, share: Double, standardErrors: [String: Double], marks: SourceAnnotations,
        skipped: Int, missing: Int? = nil, runID: String
    ) {
        self.missing = missing
        self.scenario = scenario
        self.policy = policy
        self.base = base
        self.bars = bars
        self.global = global
        self.share = share
        self.standardErrors = standardErrors
        self.marks = marks
        self.skipped = skipped
        self.runID = runID
    }

    package var game: Game { scenario.game }

    package func largest(_ bar: Sensitivity.Bar, _ value: (Sensitivity.Measures) -> Double) -> Double {
        max(abs(value(bar.atLower) - value(base)), abs(value(bar.atUpper) - value(base)))
    }

    package func flips(_ bar: Sensitivity.Bar) -> Bool { !bar.keepsAtLower || !bar.keepsAtUpper }

    /// The numbers by their largest change of payoff.
    package var ranked: [Sensitivity.Bar] {
        bars.enumerated().sorted {
            (-largest($0.element, \.payoff), $0.offset) < (-largest($1.element, \.payoff), $1.offset)
        }.map(\.element)
    }

    /// Total indices of "all decisions are kept".
    package var decision: SobolIndices { global.kept[global.kept.count - 1] }

    package func isCorrelated(_ index: Int) -> Bool { global.dependence.groups.contains { $0.contains(index) } }

    /// A question, and the number to measure for it as far as the samples tell.
    package struct Answer {
        package let question: String
        package let lead: SobolLead?

        package init(question: String, lead: SobolLead?) {
            self.question = question
            self.lead = lead
        }
    }

    /// Numbers of users: the others are choices, which nobody can measure.
    private var measurable: [Int] { global.ranges.indices.filter { global.ranges[$0].parameter.isMeasurable } }

    package func path(_ index: Int) -> String { global.ranges[index].parameter.path }

    package func answers() throws -> [Answer] {
        guard missing == nil else { return [] }
        let correlated = Set(global.ranges.indices.filter(isCorrelated))
        return try [("payoff", global.payoff), ("safe share", global.safe), ("decisions", decision)].map {
            Answer(
                question: $0,
                lead: try $1.lead(among: measurable, correlated: correlated, settings: global.settings))
        }
    }

    private func words(_ answer: Answer) -> String {
        guard !measurable.isEmpty else {
            return
                "for \(answer.question), none of these \(global.ranges.count) numbers can be measured; more take part with --top"
        }
        guard let lead = answer.lead else { return "for \(answer.question), nothing: no number of users moves it" }
        guard !lead.isToldApart else { return "for \(answer.question), \(path(lead.leader))" }
        let names = ([lead.leader] + lead.rivals).map(path)
        let shown = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
        let needed = lead.pointsNeeded.map { "; about --points \(Format.count($0)) would" } ?? ""
        return "for \(answer.question), not known: the samples do not tell apart \(shown)\(needed)"
    }

    /// Numbers that change neither payoff nor safe share nor a decision at either end of their range.
    private var idle: [String] {
        bars.filter { largest($0, \.payoff) == 0 && largest($0, \.safe) == 0 && !flips($0) }.map(\.range.parameter.path)
    }

    private var idleText: String {
        guard !idle.isEmpty else { return "" }
        let more = idle.count > 6 ? " and \(idle.count - 6) more" : ""
        return "No effect on anything: \(idle.prefix(6).joined(separator: ", "))\(more)\n"
    }

    package func text() throws -> String {
        let known = bars.count { standardErrors[$0.range.parameter.path] != nil }
        var out =
            "\(scenario.heading)\n\(scenario.assumptionLines)Policy \(Escaped.line(policy)), held; \(bars.count) numbers: "
        out += "\(known) ± 2 standard errors, \(bars.count - known) ± \(share) of their size (an assumption)"
        out += skipped > 0 ? "; \(skipped) more cannot vary\n" : "\n"
        out +=
            "payoff \(scenario.amount(base.payoff)), safe \(Format.fixed(base.safe, 4))\n\nOne at a time, the largest:\n"
        out += columns.text(ranked.prefix(15), indent: "  ") + idleText
        if let missing {
            return out + "\nNOT COMPLETE: stopped"
                + (missing > 0 ? " before \(missing) more numbers were moved" : "") + "; there are no Sobol indices\n"
        }
        out += "\nTogether, the \(global.ranges.count) that mattered most: total Sobol indices (95 % intervals)\n"
        out += indices("number", \.total).text(global.ranges.indices, indent: "  ") + correlatedText
        out += "P(all decisions stay what they are) = \(Format.fixed(decision.mean, 4))\n\nMeasure first"
        out += " (numbers of users only; payoffs, costs, discount, limits and features of responses are choices):\n"
        return out + (try answers().map { "  \(words($0))\n" }.joined())
    }

    /// First-order indices of correlated numbers, which total indices say too little of; empty where there are none.
    private var correlatedText: String {
        guard !global.dependence.groups.isEmpty else { return "" }
        let table = indices("correlated number", \.first)
            .text(global.ranges.indices.filter(isCorrelated), indent: "  ")
        return
            "A correlated number's total index counts what is its own. With what goes with it, alone (first-order indices):\n"
            + table
    }

    package func json() throws -> JSONValue {
        func indices(_ item: SobolIndices) -> JSONValue {
            .object([
                "first": index.json(item.first), "total": index.json(item.total),
                "first_own": index.json(item.ownFirst), "total_joint": index.json(item.jointTotal),
                "mean": .number(item.mean),
                "variance": .number(item.variance),
            ])
        }
        let answers = try answers()
        let members: [String: JSONValue] = [
            "format": .integer(1), "scenario": .string(scenario.name), "game_hash": .string(scenario.gameHash),
            "run_id": .string(runID), "policy": .string(policy), "range": .number(share),
            "cues": .strings(game.cues), "base": measures(base),
            "tornado": columns.json(ranked), "complete": .bool(missing == nil),
            "sobol": missing != nil
                ? .null
                : .object([
                    "paths": .strings(global.ranges.map(\.parameter.path)), "points": .integer(global.settings.points),
                    "copies": .integer(global.settings.copies),
                    "correlated": .array(
                        global.dependence.groups.map { group in
                            .strings(group.map { global.ranges[$0].parameter.path })
                        }), "seed": .string("\(global.settings.seed)"),
                    "payoff": indices(global.payoff), "safe": indices(global.safe),
                    "decisions_by_cue": .array(global.kept.dropLast().map(indices)), "decisions": indices(decision),
                ]),
            "measure_first": .object(
                Dictionary(
                    uniqueKeysWithValues: answers.map { answer in
                        (
                            answer.question,
                            answer.lead.flatMap { $0.isToldApart ? .string(path($0.leader)) : nil } ?? .null
                        )
                    })),
            "measure_first_candidates": .object(
                Dictionary(uniqueKeysWithValues: answers.map { ($0.question, candidates($0)) })),
        ]
        return .object(scenario.withAssumptions(members))
    }

    /// What might be measured first, the largest index first; more than one where the samples do not tell them apart.
    private func candidates(_ answer: Answer) -> JSONValue {
        .object([
            "paths": .strings((answer.lead.map { [$0.leader] + $0.rivals } ?? []).map(path)),
            "told_apart": .bool(answer.lead?.isToldApart ?? false),
            "points_needed": answer.lead?.pointsNeeded.map { .integer($0) } ?? .null,
        ])
    }
}
