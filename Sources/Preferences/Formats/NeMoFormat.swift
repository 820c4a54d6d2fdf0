internal import GameModel
internal import Output

/// NeMo-Aligner's DPO and RPO: plain texts with the turn marks already in them, and the values as rewards.
///
/// The prompt ends where the assistant begins to speak, and a response ends with the next turn mark, as NeMo-Aligner joins
/// the two before it makes tokens. Source: `DPOModelDataset` in NVIDIA/NeMo-Aligner, `nemo_aligner/data/nlp/datasets.py`.
struct NeMoAlignerFormat: RowFormat {
    let name = "nemo-aligner"

    var columns: [Column] {
        [
            Column("chosen_response", .string), Column("chosen_reward", .number), Column("pair_id", .string),
            Column("prompt", .string), Column("rejected_response", .string), Column("rejected_reward", .number),
            Column("row_id", .string),
        ]
    }

    func note(_ dataset: Dataset) -> String {
        "Prompts carry NeMo-Aligner's turn marks (`<extra_id_0>`, `<extra_id_1>`). The rewards are action values in the "
            + "goal's units. " + dataset.pairs.labelNote
    }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        try dataset.pairs.visit(test: test) { pair in
            let (chosen, rejected) = (pair.chosenCompletion, pair.rejectedCompletion)
            try body(
                FormatRow(pair) {
                    [
                        "chosen_response": .string(chosen.content + Self.end),
                        "chosen_reward": .number(chosen.value),
                        "pair_id": .string(pair.pairID),
                        "prompt": .string(Self.prompt(pair.prompt.messages)),
                        "rejected_response": .string(rejected.content + Self.end),
                        "rejected_reward": .number(rejected.value),
                        "row_id": .string(pair.rowID),
                    ]
                })
        }
    }

    private static let end = "\n<extra_id_1>"

    private static func prompt(_ messages: [Message]) -> String {
        let system = messages.filter { $0.role == .system }.map(\.content).joined(separator: "\n")
        let turns = messages.filter { $0.role != .system }.map { message in
            "<extra_id_1>\(message.role == .user ? "User" : "Assistant")\n\(message.content)\n"
        }
        return "<extra_id_0>System\n\(system)\n" + turns.joined() + "<extra_id_1>Assistant\n"
    }
}

/// NeMo RL's ranked form: the context as messages, and two completions of which the lower rank is preferred.
///
/// Source: `PreferenceDataset` and `preference_preprocessor` in NVIDIA-NeMo/RL, which read `context`, `completions`, `rank` and
/// `completion`, refuse other counts than two, and ignore what else stands in a row.
struct NeMoRLFormat: RowFormat {
    let name = "nemo-rl"

    var columns: [Column] {
        [
            Column(
                "completions",
                .list([.messages("completion"), Column("rank", .integer), Column("reward", .number)])),
            .messages("context"), Column("pair_id", .string), Column("row_id", .string),
        ]
    }

    func note(_ dataset: Dataset) -> String {
        "For NeMo RL's `PreferenceDataset`: `data_path` is the file of a split. `reward` is the action value in the goal's "
            + "units; NeMo RL does not read it. Its `reference_policy_kl_penalty` is this β. " + dataset.pairs.labelNote
    }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        try dataset.pairs.visit(test: test) { pair in
            try body(
                FormatRow(pair) {
                    [
                        "completions": .array([
                            Self.ranked(0, pair.chosenCompletion), Self.ranked(1, pair.rejectedCompletion),
                        ]),
                        "context": .messages(pair.prompt.messages),
                        "pair_id": .string(pair.pairID), "row_id": .string(pair.rowID),
                    ]
                })
        }
    }

    private static func ranked(_ rank: Int, _ completion: PromptRecord.Completion) -> JSONValue {
        .object([
            "completion": .answer(completion.content), "rank": .integer(rank), "reward": .number(completion.value),
        ])
    }
}
