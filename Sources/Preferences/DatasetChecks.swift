internal import GameModel

extension Dataset {
    /// Checks that there is something to train on, before anything is written: a file without rows cannot be loaded.
    ///
    /// - Throws: ``PreferenceError`` with the reason why the training file would have no rows.
    /// - Complexity: O(rows up to the first).
    public func check(_ format: DatasetFormat) throws {
        guard try !hasRows(format, test: false) else { return }
        throw PreferenceError("the training file would have no rows: \(reason(format))")
    }

    /// Checks that there are rows at all.
    func checkRows(_ format: DatasetFormat) throws {
        guard try !hasRows(format, test: false), try format.rows.file(test: true) == nil || !hasRows(format, test: true)
        else { return }
        throw PreferenceError("there would be no rows: \(reason(format))")
    }

    private func hasRows(_ format: DatasetFormat, test: Bool) throws -> Bool {
        struct Found: Error {}
        do {
            try format.rows.visit(self, test: test) { _ in throw Found() }
            return false
        } catch is Found { return true }
    }

    private func reason(_ format: DatasetFormat) -> String {
        let prompts = pairs.table.prompts
        guard !prompts.isEmpty else {
            guard let placeholders = pairs.table.placeholders, placeholders > 0 else { return "there are no prompts" }
            return "\(placeholders) answers are placeholders in square brackets, and no prompt has two others; "
                + "--keep-placeholders keeps them"
        }
        if format.rows.file(test: true) != nil, prompts.allSatisfy(pairs.isTest) {
            return
                "all \(prompts.count) prompts fall into the test split; give --test-share 0, more prompts or another --seed"
        }
        let answers = format.rows.answersLeftOut(self)
        if !answers.isEmpty {
            return "of the answers that would be called good \(answers.phrase)"
                + (answers.overLimit > 0 ? "; --keep-over-limit keeps those" : "")
        }
        if let reason = format.rows.reasonForNoRows { return reason }
        guard format.isPaired else { return "the reference gives none of the answers" }
        guard prompts.contains(where: { $0.completions.count { $0.reference > 0 } > 1 }) else {
            return "the reference gives a single answer to every prompt, and pairs compare answers that it gives "
                + "(objective.reference)"
        }
        return noPairs
    }

    /// Why no pair has a row, where there are pairs.
    private var noPairs: String {
        let reasons = pairs.omissions.occurring.map { "\($0.count) \($0.reason.phrase)" }.joined(separator: ", ")
        var parts = [
            "of \(pairs.compared) pairs \(pairs.ties) tie and \(pairs.nearTies) nearly tie, and \(pairs.leftOut) are left out"
                + (reasons.isEmpty ? "" : " (\(reasons))")
        ]
        if pairs.omissions[.exceedsLimit] + pairs.omissions[.bothExceedLimit] > 0 {
            parts.append("--keep-over-limit keeps pairs whose better answer exceeds a limit")
        }
        if pairs.omissions[.nearTie] > 0 {
            parts.append(
                "a smaller --tau makes more of the same differences, and --tie-band 0 keeps those that are nearly ties")
        }
        if pairs.settings.mode == .hard { parts.append("hard labels need answers of different worth") }
        if pairs.settings.margin > 0 { parts.append("the margin is \(pairs.settings.margin)") }
        if pairs.settings.dropsTies { parts.append("--drop-ties leaves out near ties too") }
        return parts.joined(separator: "; ")
    }

    /// What somebody has to know about the rows that were written before training on them.
    public func notes(_ format: DatasetFormat, _ statistics: DatasetStatistics) -> [String] {
        var notes: [String] = []
        if format.rows.file(test: true) != nil, statistics.rows.test == 0, pairs.settings.testShare > 0 {
            notes.append("no prompt falls into the test split; more prompts or another --seed would fill it")
        }
        if format == .kto {
            let (yes, no) = statistics.trainingLabels
            if yes == 0 || no == 0 {
                notes.append(
                    "all \(yes + no) training rows are \(yes > 0 ? "desirable" : "undesirable"); KTO trainers weigh the "
                        + "classes by their sizes and need both")
            }
        }
        let twice = pairs.table.prompts.count { $0.repeatsSpeaker }
        if twice > 0 {
            notes.append(
                "\(twice) prompts have messages of one speaker in a row; "
                    + (format == .sharegpt
                        ? "LLaMA-Factory leaves such rows out, so these messages are joined with a blank line"
                        : "chat templates that want turns refuse them"))
        }
        return notes
    }
}

extension PromptRecord {
    /// Whether two messages of one speaker stand one after the other.
    var repeatsSpeaker: Bool { zip(messages, messages.dropFirst()).contains { $0.role == $1.role } }
}
