internal import GameModel
internal import Output

/// Unpaired feedback, as TRL's `KTOTrainer` reads it: a completion is desirable if it is worth more than what the reference
/// does on average at the prompt, and undesirable if it is worth less.
///
/// label(a) = Q(a) > Σ_b π_ref(b) Q(b), over the prompt's completions. One that is worth the same is neither, and has no row: to
/// call it undesirable would teach a model to leave what is as good as all it can do.
struct KTOFormat: RowFormat {
    let name = "kto"
    let requiredLabels: LabelMode? = .hard
    let isPaired = false
    let takesRationale = false

    func expectedRows(_ pairs: PreferencePairs) -> Int { pairs.table.prompts.reduce(0) { $0 + $1.completions.count } }

    let reasonForNoRows: String? =
        "every answer that the reference gives is worth as much as the reference is, so none is desirable or "
        + "undesirable; the reference must give answers of different worth (objective.reference)"

    var columns: [Column] {
        (.origin + [
            .messages("completion"), Column("label", .bool), .messages("prompt"), Column("response", .string),
            Column("row_id", .string), Column("score", .number), Column("score_reference", .number),
            Column("tau", .number),
        ]).sorted()
    }

    func note(_ dataset: Dataset) -> String {
        "`label` is true where the completion's action value (`score`) is above the mean value of the reference at the prompt "
            + "(`score_reference`), and false where it is below. A completion as good as the reference is neither and has "
            + "no row, and one that may not be called good has none either. The label carries no strength, so KTO does not recover the KL-regularised policy."
    }

    func answersLeftOut(_ dataset: Dataset) -> AnswersLeftOut {
        var left = AnswersLeftOut()
        for prompt in dataset.pairs.table.prompts {
            for (index, completion) in prompt.completions.enumerated()
            where completion.reference > 0 && prompt.lead(index) > 0 && !dataset.pairs.rules.mayBeGood(completion) {
                left.add(completion, dataset.pairs.settings)
            }
        }
        return left
    }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        for prompt in dataset.pairs.table.prompts where dataset.pairs.isTest(prompt) == test {
            let mean = prompt.referenceValue
            for (index, completion) in prompt.completions.enumerated() where completion.reference > 0 {
                let lead = prompt.lead(index)
                guard lead != 0 else { continue }
                let isDesirable = lead > 0
                guard !isDesirable || dataset.pairs.rules.mayBeGood(completion) else { continue }
                try body(
                    FormatRow(prompt: prompt, parts: [(index, isDesirable ? .preferred : .dispreferred)]) {
                        var members = dataset.originMembers(prompt)
                        members["completion"] = .answer(completion.content)
                        members["label"] = .bool(isDesirable)
                        members["prompt"] = .messages(prompt.messages)
                        members["response"] = .string(dataset.responses[completion.response])
                        members["row_id"] = .string(prompt.rowID(index, 0))
                        members["score"] = .number(completion.value)
                        members["score_reference"] = .number(mean)
                        members["tau"] = .number(dataset.pairs.temperature)
                        return members
                    })
            }
        }
    }
}

extension PromptRecord {
    /// The id of a row with one answer.
    ///
    /// - Parameter index: which of the rows with this answer it is, from 0.
    func rowID(_ completion: Int, _ index: Int) -> String {
        ContentHash.short("\(id) \(completions[completion].content) \(index)")
    }
}
