internal import GameModel
package import Output
package import Preferences

/// What an export says when it is done.
package struct PreferenceReport: Report {
    let dataset: Dataset
    let format: DatasetFormat
    let statistics: DatasetStatistics
    let out: String

    package init(dataset: Dataset, format: DatasetFormat, statistics: DatasetStatistics, out: String) {
        self.dataset = dataset
        self.format = format
        self.statistics = statistics
        self.out = out
    }

    /// Warnings and advice that go with the result.
    package var notes: [String] {
        var notes = dataset.notes(format, statistics).map { "warning: \($0)" }
        if let own = dataset.own {
            notes += own.notes.map { "warning: \($0)" }
            if own.isPartial { notes.append("left out: \(own.reasonsText); \(out)/rejects.jsonl says why, one by one") }
        }
        return notes
    }

    package func json() -> JSONValue {
        let pairs = dataset.pairs
        var members: [String: JSONValue] = [
            "format": .integer(1), "out": .string(out), "prompts": .integer(statistics.prompts),
            "rows": .object(["train": .integer(statistics.rows.train), "test": .integer(statistics.rows.test)]),
            "tau": .number(pairs.temperature), "merged_histories": .integer(pairs.table.mergedHistories),
            "identical_texts": .integer(pairs.table.identicalTexts),
        ]
        members["warnings"] = .strings(dataset.notes(format, statistics))
        if !pairs.table.coverage.isEmpty { members["coverage_by_turn"] = .numbers(pairs.table.coverage) }
        members.merge(dataset.origin.assumptions) { own, _ in own }
        if let rejects = dataset.rejects { members["rejects"] = .integer(rejects.count) }
        if let own = dataset.own { members["own_prompts"] = own.json }
        members["placeholders"] = pairs.table.placeholders.map { .integer($0) } ?? .null
        guard format.isPaired else {
            let left = dataset.answersLeftOut(format)
            members["answers_left_out"] = .object([
                "exceeds_limit": .integer(left.overLimit), "never_chosen": .integer(left.neverChosen),
            ])
            return .object(members)
        }
        members["beta"] = .number(pairs.beta)
        members["left_out_by_reason"] = pairs.omissions.json
        members["rows_left_out"] = .integer(pairs.rowsLeftOut)
        members["total_variation"] = .object([
            "stock_trainer": pairs.stockRecovery?.json ?? .null,
            "p_chosen_trainer": (format.carriesProbability ? pairs.weighedRecovery?.json : nil) ?? .null,
        ])
        if let recovery = pairs.recovery { members["predicted_total_variation"] = recovery.json }
        members["label_mode"] = .string(pairs.settings.mode.rawValue)
        members["ties"] = .integer(pairs.ties)
        members["near_ties"] = .integer(pairs.nearTies)
        members["left_out"] = .integer(pairs.leftOut)
        members["not_strongly_connected"] = .integer(statistics.notStronglyConnected)
        members["both_unsafe"] = .integer(statistics.bothUnsafe)
        members["repeated_rows"] = .integer(statistics.repeatedRows)
        return .object(members)
    }

    package func text() -> String {
        let pairs = dataset.pairs
        var lines = [
            "\(out): \(Format.count(statistics.rows.train)) train and \(Format.count(statistics.rows.test)) test rows "
                + "from \(Format.count(statistics.prompts)) prompts"
        ]
        if let text = dataset.origin.assumptionText { lines.append(text) }
        if format.isPaired {
            lines.append(
                "labels \(pairs.settings.mode.rawValue), β \(pairs.beta), τ \(pairs.temperature); \(pairs.ties) ties, "
                    + "\(pairs.nearTies) near ties, \(pairs.leftOut) pairs left out; "
                    + "\(statistics.notStronglyConnected) prompts whose win graph is not strongly connected")
        }
        lines += leftOut
        if format.isPaired { lines += distances }
        if !pairs.table.coverage.isEmpty {
            let coverage = pairs.table.coverage.map { Format.fixed($0, 3) }.joined(separator: " ")
            lines.append("share of each turn's conversations covered: \(coverage)")
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// What was left out and why, where something was.
    private var leftOut: [String] {
        let pairs = dataset.pairs
        var parts: [String] = []
        if let placeholders = pairs.table.placeholders, placeholders > 0 {
            parts.append("\(Format.count(placeholders)) answers that are placeholders")
        }
        if format.isPaired {
            let reasons = pairs.omissions.occurring.map { "\(Format.count($0.count)) \($0.reason.phrase)" }
            if !reasons.isEmpty { parts.append("pairs: \(reasons.joined(separator: ", "))") }
            if pairs.rowsLeftOut > 0 {
                parts.append("\(Format.count(pairs.rowsLeftOut)) rows that would choose what is not to be chosen")
            }
        } else {
            let answers = dataset.answersLeftOut(format)
            if !answers.phrase.isEmpty { parts.append("answers \(answers.phrase)") }
        }
        return parts.isEmpty ? [] : ["left out: \(parts.joined(separator: "; "))"]
    }

    /// What a trainer makes of the labels, in the limit.
    private var distances: [String] {
        let pairs = dataset.pairs
        guard let stock = pairs.stockRecovery, format.requiredLabels == nil else { return [] }
        if pairs.settings.mode == .quota || pairs.settings.mode == .sampled {
            return [
                "total variation between the target and DPO's optimum on these rows: "
                    + "\(Format.fixed(stock.mean, 4)) on average over prompts"
            ]
        }
        let weighed = format.carriesProbability ? pairs.weighedRecovery : nil
        return [
            "one row a pair, the better answer chosen; total variation between the target and DPO's optimum:"
        ]
            + (weighed.map { ["  \(Format.fixed($0.mean, 4)) for a trainer that reads p_chosen"] } ?? [])
            + [
                "  \(Format.fixed(stock.mean, 4)) for a stock trainer, which learns what is better, not by how much "
                    + "(--labels quota)"
            ]
    }
}
