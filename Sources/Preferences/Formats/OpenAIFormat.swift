internal import GameModel
internal import Output

/// OpenAI's preference fine-tuning: exactly three members, since its check of uploaded files refuses others.
struct OpenAIFormat: RowFormat {
    let name = "openai"
    let takesRationale = false
    let carriesSource = false

    var columns: [Column] {
        [
            Column("input", .object([.messages("messages")])), .messages("non_preferred_output"),
            .messages("preferred_output"),
        ]
    }

    func note(_ dataset: Dataset) -> String {
        "Rows carry no provenance, which the service would refuse; `manifest.json` has it. " + dataset.pairs.labelNote
    }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        try dataset.pairs.visit(test: test) { pair in
            try body(
                FormatRow(pair) {
                    [
                        "input": .object(["messages": .messages(pair.prompt.messages)]),
                        "preferred_output": .answer(pair.chosenCompletion.content),
                        "non_preferred_output": .answer(pair.rejectedCompletion.content),
                    ]
                })
        }
    }
}
