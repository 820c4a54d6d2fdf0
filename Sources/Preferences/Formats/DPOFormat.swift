internal import GameModel
internal import Output

/// The canonical row: conversational, with an explicit prompt, read as it is by TRL, OpenRLHF and axolotl.
struct DPOFormat: RowFormat {
    let name = "dpo"
    let carriesProbability = true
    let limitColumns = LimitColumns.pair

    var columns: [Column] {
        (.origin + [
            Column("beta", .number), .messages("chosen"), Column("chosen_response", .string),
            Column("label_mode", .string), Column("p_chosen", .number), Column("pair_id", .string),
            .messages("prompt"), .messages("rejected"), Column("rejected_response", .string), Column("row_id", .string),
            Column("score_chosen", .number), Column("score_rejected", .number), Column("tau", .number),
        ]).sorted()
    }

    func note(_ dataset: Dataset) -> String { dataset.pairs.labelNote }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        try dataset.pairs.visit(test: test) { pair in
            try body(FormatRow(pair) { Self.members(pair, dataset) })
        }
    }

    /// The members of a row; other forms add theirs.
    static func members(_ pair: PreferencePair, _ dataset: Dataset) -> [String: JSONValue] {
        let (chosen, rejected) = (pair.chosenCompletion, pair.rejectedCompletion)
        var members = dataset.originMembers(pair.prompt).merging(dataset.limitMembers(pair)) { own, _ in own }
        members["beta"] = .number(dataset.pairs.beta)
        members["chosen"] = .answer(chosen.content)
        members["chosen_response"] = .string(dataset.responses[chosen.response])
        members["label_mode"] = .string(dataset.pairs.settings.mode.rawValue)
        members["p_chosen"] = .number(pair.probability)
        members["pair_id"] = .string(pair.pairID)
        members["prompt"] = .messages(pair.prompt.messages)
        members["rejected"] = .answer(rejected.content)
        members["rejected_response"] = .string(dataset.responses[rejected.response])
        members["row_id"] = .string(pair.rowID)
        members["score_chosen"] = .number(chosen.value)
        members["score_rejected"] = .number(rejected.value)
        members["tau"] = .number(dataset.pairs.temperature)
        return members
    }
}

extension PreferencePairs {
    /// What the labels mean, for the card.
    var labelNote: String {
        let probability = "P(a ≻ b) = σ((β/τ)·(Q(a) − Q(b)))"
        let target = "the policy π*(a) ∝ π_ref(a)·exp(Q(a)/τ)"
        return switch settings.mode {
        case .hard:
            "Hard labels say which answer is better, not by how much. Trained on them, DPO does **not** recover the "
                + "KL-regularised policy."
        case .soft:
            "Each pair stands once, its better answer chosen. `p_chosen` is P(chosen ≻ rejected), with \(probability), "
                + "averaged over the draws where it is uncertain what an answer is. A DPO loss that weighs both orientations "
                + "by it, with this β, has \(target) as its optimum. Stock trainers ignore the column: they learn which "
                + "answer is better, not by how much; `--labels quota` is for them."
        case .quota:
            "Each pair stands in \(settings.rowsPerPair) rows, in both orientations in proportion to \(probability); none "
                + "against p where that is below 1/\(2 * settings.rowsPerPair). Standard DPO with this β then has "
                + "\(target) as its optimum, up to rounding."
        case .sampled:
            "Each pair stands in \(settings.rowsPerPair) rows whose orientation was drawn with \(probability)."
        }
    }
}
