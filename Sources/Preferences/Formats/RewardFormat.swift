internal import GameModel
internal import Output

/// The better and the worse completion of each pair, once: what a reward model is trained on.
struct RewardFormat: RowFormat {
    let name = "reward"
    let requiredLabels: LabelMode? = .hard
    /// Whether `margin`, Q(chosen) − Q(rejected), is written: TRL's `RewardTrainer` subtracts it inside its loss.
    let marginColumn: Bool
    let limitColumns = LimitColumns.pair

    var columns: [Column] {
        (.origin + [
            .messages("chosen"), Column("chosen_response", .string), Column("pair_id", .string), .messages("prompt"),
            .messages("rejected"), Column("rejected_response", .string), Column("row_id", .string),
            Column("score_chosen", .number), Column("score_rejected", .number), Column("tau", .number),
        ] + (marginColumn ? [Column("margin", .number)] : [])).sorted()
    }

    func note(_ dataset: Dataset) -> String {
        "Each pair of completions stands once, the better one chosen; ties are left out. "
            + (marginColumn
                ? "`margin` is score_chosen − score_rejected; a reward trainer that knows the column uses it in its loss."
                : "There is no column `margin`, which some trainers would use unasked; `--margin-column` adds it.")
    }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        try dataset.pairs.visit(test: test) { pair in
            try body(
                FormatRow(pair) {
                    var members = DPOFormat.members(pair, dataset)
                    for name in ["beta", "label_mode", "p_chosen"] { members[name] = nil }
                    if marginColumn {
                        members["margin"] = .number(pair.chosenCompletion.value - pair.rejectedCompletion.value)
                    }
                    return members
                })
        }
    }
}
