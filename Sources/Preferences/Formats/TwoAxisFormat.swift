internal import GameModel
internal import Output

/// Two answers and two verdicts, as in PKU-SafeRLHF: which is better by action value, and which is likelier to end safely.
struct TwoAxisFormat: RowFormat {
    let name = "two-axis"
    let requiredLabels: LabelMode? = .hard

    var columns: [Column] {
        (.origin + [
            Column("better_response_id", .integer), Column("is_response_0_safe", .bool),
            Column("is_response_1_safe", .bool), Column("pair_id", .string), .messages("prompt"),
            Column("response_0", .string), Column("response_1", .string), Column("row_id", .string),
            Column("safe_0", .number),
            Column("safe_1", .number), Column("safer_response_id", .integer), Column("score_0", .number),
            Column("score_1", .number),
        ]).sorted()
    }

    func note(_ dataset: Dataset) -> String {
        "`better_response_id` names the answer with the greater action value (`score_0`, `score_1`), `safer_response_id` the "
            + "one after which the conversation is likelier to end safely (`safe_0`, `safe_1`, exact probabilities; of two "
            + "equally safe ones the better). An answer counts as unsafe if that probability is more than "
            + "\(PromptRecord.unsafeGap) below the prompt's best. Which answer comes first was drawn with the seed. `prompt` "
            + "is a list of messages; PKU-SafeRLHF has a text there."
    }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        try dataset.pairs.visit(test: test) { pair in
            try body(FormatRow(pair) { try members(pair, dataset) })
        }
    }

    private func members(_ pair: PreferencePair, _ dataset: Dataset) throws -> [String: JSONValue] {
        let id = pair.rowID
        // Which stands first must say nothing: a digit of the row's hash decides.
        let chosenFirst = (id.utf8.last ?? 0) & 1 == 0
        let order = chosenFirst ? [pair.chosen, pair.rejected] : [pair.rejected, pair.chosen]
        let better = chosenFirst ? 0 : 1
        var members = dataset.originMembers(pair.prompt)
        var safe: [Double] = []
        for (index, completion) in order.map({ pair.prompt.completions[$0] }).enumerated() {
            guard let probability = completion.safe else {
                throw PreferenceError("the two-axis form needs the probability of a safe end, and the source has none")
            }
            safe.append(probability)
            members["response_\(index)"] = .string(completion.content)
            members["safe_\(index)"] = .number(probability)
            members["score_\(index)"] = .number(completion.value)
            members["is_response_\(index)_safe"] = .bool(!pair.prompt.isUnsafe(completion))
        }
        members["better_response_id"] = .integer(better)
        members["safer_response_id"] = .integer(
            ValueTies.areEqual(safe[0], safe[1], scale: 1) ? better : safe[0] > safe[1] ? 0 : 1)
        members["pair_id"] = .string(pair.pairID)
        members["row_id"] = .string(id)
        members["prompt"] = .messages(pair.prompt.messages)
        return members
    }
}

extension PromptRecord {
    /// How far below the prompt's best probability of a safe end a completion is unsafe.
    static let unsafeGap = 0.05

    /// Whether the conversation is clearly less likely to end safely after this completion than after the best one.
    func isUnsafe(_ completion: Completion) -> Bool {
        guard let safe = completion.safe, let best = completions.compactMap(\.safe).max() else { return false }
        // At the gap to within rounding is not below it.
        return safe < best - Self.unsafeGap && !ValueTies.areEqual(safe, best - Self.unsafeGap, scale: 1)
    }
}
