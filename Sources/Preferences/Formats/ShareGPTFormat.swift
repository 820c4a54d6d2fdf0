internal import GameModel
internal import Output

/// LLaMA-Factory's ranking form: messages with `from` and `value`; `chosen` and `rejected` are objects, not lists.
struct ShareGPTFormat: RowFormat {
    let name = "sharegpt"

    var columns: [Column] {
        let message = [Column("from", .string), Column("value", .string)]
        return [
            Column("chosen", .object(message)), Column("conversations", .list(message)), Column("pair_id", .string),
            Column("rejected", .object(message)), Column("row_id", .string),
        ]
    }

    func note(_ dataset: Dataset) -> String {
        "Put the folder where LLaMA-Factory keeps its data, or name it with `dataset_dir`; `dataset_info.json` describes the "
            + "files. "
            + (dataset.pairs.table.prompts.contains { $0.repeatsSpeaker }
                ? "Messages of one speaker in a row are joined with a blank line. " : "") + dataset.pairs.labelNote
    }

    func visit(_ dataset: Dataset, test: Bool, _ body: (FormatRow) throws -> Void) throws {
        try dataset.pairs.visit(test: test) { pair in
            try body(
                FormatRow(pair) {
                    [
                        "chosen": Self.turn("gpt", pair.chosenCompletion.content),
                        "conversations": .array(
                            Self.joined(pair.prompt.messages).map { Self.turn(Self.speaker($0.role), $0.content) }),
                        "pair_id": .string(pair.pairID),
                        "rejected": Self.turn("gpt", pair.rejectedCompletion.content),
                        "row_id": .string(pair.rowID),
                    ]
                })
        }
    }

    func sidecars(_ dataset: Dataset) throws -> [(name: String, text: String)] {
        var entries: [String: JSONValue] = [:]
        for test in [false, true] {
            entries["\(dataset.origin.scenario)\(test ? "_test" : "")"] = .object([
                "file_name": .string("data/\(test ? "test" : "train").jsonl"),
                "formatting": .string("sharegpt"), "ranking": .bool(true),
                "columns": .object([
                    "messages": .string("conversations"), "chosen": .string("chosen"), "rejected": .string("rejected"),
                ]),
            ])
        }
        return [("dataset_info.json", try JSONValue.object(entries).text(.indented) + "\n")]
    }

    /// Messages of one speaker in a row as one: LLaMA-Factory leaves out a row whose speakers do not take turns.
    private static func joined(_ messages: [Message]) -> [Message] {
        messages.reduce(into: []) { joined, message in
            guard let last = joined.last, last.role == message.role else { return joined.append(message) }
            joined[joined.count - 1] = Message(role: last.role, content: "\(last.content)\n\n\(message.content)")
        }
    }

    private static func turn(_ speaker: String, _ text: String) -> JSONValue {
        .object(["from": .string(speaker), "value": .string(text)])
    }

    private static func speaker(_ role: Message.Role) -> String {
        switch role {
        case .system: "system"
        case .user: "human"
        case .assistant: "gpt"
        }
    }
}
