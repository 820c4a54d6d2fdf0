import Output
import Preferences

/// A form of rows, made from a prompt, a good answer and a bad one.
struct CorpusForm: Sendable {
    /// What a row is made of.
    struct Parts {
        var prompt: [JSONValue]
        var good: String
        var bad: String
        var isGood = true
        var more: [String: JSONValue] = [:]
    }

    let name: String
    let columns: RowForm.Columns
    let isPaired: Bool
    let row: @Sendable (Parts) -> [String: JSONValue]

    static func message(_ role: String, _ text: String) -> JSONValue {
        .object(["role": .string(role), "content": .string(text)])
    }

    static func turn(_ message: JSONValue) -> JSONValue {
        let role = message["role"]?.stringValue ?? ""
        var turn: [String: JSONValue] = ["value": message["content"] ?? .null]
        if message["role"] != nil { turn["from"] = .string(["user": "human", "assistant": "gpt"][role] ?? role) }
        return .object(turn)
    }

    private static func says(_ text: String) -> JSONValue { .array([message("assistant", text)]) }

    private static func words(_ prompt: [JSONValue]) -> JSONValue {
        .string(prompt.map { $0["content"]?.stringValue ?? "" }.joined(separator: "\n"))
    }

    /// Human and Assistant marks, as HH-RLHF has them.
    private static func marked(_ prompt: [JSONValue]) -> String {
        prompt.map { message in
            (message["role"]?.stringValue == "assistant" ? "\n\nAssistant: " : "\n\nHuman: ")
                + (message["content"]?.stringValue ?? "")
        }.joined() + "\n\nAssistant:"
    }

    static let all: [CorpusForm] = [
        CorpusForm(name: "preference", columns: .preference, isPaired: true) {
            ["prompt": .array($0.prompt), "chosen": says($0.good), "rejected": says($0.bad)]
        },
        CorpusForm(name: "preference plain", columns: .preference, isPaired: true) {
            ["prompt": words($0.prompt), "chosen": .string($0.good), "rejected": .string($0.bad)]
        },
        CorpusForm(name: "implicit", columns: .preferenceImplicitPrompt, isPaired: true) {
            [
                "chosen": .array($0.prompt + [message("assistant", $0.good)]),
                "rejected": .array($0.prompt + [message("assistant", $0.bad)]),
            ]
        },
        CorpusForm(name: "implicit plain", columns: .preferenceImplicitPrompt, isPaired: true) {
            [
                "chosen": .string("\(marked($0.prompt)) \($0.good)"),
                "rejected": .string("\(marked($0.prompt)) \($0.bad)"),
            ]
        },
        CorpusForm(name: "unpaired", columns: .unpaired, isPaired: false) {
            [
                "prompt": .array($0.prompt), "completion": says($0.isGood ? $0.good : $0.bad),
                "label": .bool($0.isGood),
            ]
        },
        CorpusForm(name: "messages", columns: .messages, isPaired: false) {
            ["messages": .array($0.prompt + [message("assistant", $0.good)])]
        },
        CorpusForm(name: "sharegpt", columns: .shareGPT, isPaired: false) {
            ["conversations": .array(($0.prompt + [message("assistant", $0.good)]).map(turn))]
        },
        CorpusForm(name: "sharegpt kto", columns: .shareGPTLabelled, isPaired: false) {
            [
                "conversations": .array(
                    ($0.prompt + [message("assistant", $0.isGood ? $0.good : $0.bad)]).map(turn)),
                "kto_tag": .bool($0.isGood),
            ]
        },
        CorpusForm(name: "sharegpt ranking", columns: .shareGPTRanking, isPaired: true) {
            [
                "conversations": .array($0.prompt.map(turn)), "chosen": turn(message("assistant", $0.good)),
                "rejected": turn(message("assistant", $0.bad)),
            ]
        },
        CorpusForm(name: "openai", columns: .openAIPreference, isPaired: true) {
            [
                "input": .object(["messages": .array($0.prompt)]), "preferred_output": says($0.good),
                "non_preferred_output": says($0.bad),
            ]
        },
        CorpusForm(name: "nemo rl", columns: .nemoRL, isPaired: true) {
            [
                "context": .array($0.prompt),
                "completions": .array([
                    .object(["rank": .integer(1), "completion": says($0.bad)]),
                    .object(["rank": .integer(0), "completion": says($0.good)]),
                ]),
            ]
        },
        CorpusForm(name: "nemo aligner", columns: .nemoAligner, isPaired: true) {
            [
                "prompt": words($0.prompt), "chosen_response": .string($0.good), "rejected_response": .string($0.bad),
                "chosen_reward": .number(1), "rejected_reward": .number(0),
            ]
        },
        CorpusForm(name: "collabllm", columns: .collabLLM, isPaired: false) {
            [
                "prompt": .array($0.prompt), "completion": .string($0.good), "conv_id": .integer(3),
                "score": .number(0.5), "single_turn_prompt": .string("x"), "single_turn_completion": .string("y"),
                "single_turn_metadata": .object([:]),
            ]
        },
        CorpusForm(name: "candidates", columns: .candidates, isPaired: false) {
            [
                "prompt": .array($0.prompt),
                "completions": .array([
                    .object(["content": .string($0.good), "q": .number(0.5)]),
                    .object(["content": .string($0.bad), "q": .number(0.25)]),
                ]),
            ]
        },
        CorpusForm(name: "two-axis", columns: .twoAxis, isPaired: true) {
            [
                "prompt": .array($0.prompt), "response_0": .string($0.bad), "response_1": .string($0.good),
                "better_response_id": .integer(1), "safer_response_id": .integer(1),
            ]
        },
        CorpusForm(name: "prompt and completion", columns: .promptCompletion, isPaired: false) {
            ["prompt": .array($0.prompt), "completion": says($0.good)]
        },
    ]

    /// Whether texts of the prompt stand in messages with roles.
    var hasRoles: Bool { !["preference plain", "implicit plain", "nemo aligner"].contains(name) }
}

/// Texts that have nothing wrong with them.
enum CorpusTexts {
    private static let places = [
        "Oslo", "Lagos", "Lima", "Kyoto", "Quito", "Turin", "Perth", "Cairo", "Delhi", "Porto", "Boston", "Riga",
    ]
    private static let questions = [
        "Where do I renew a passport in", "Which museum should I see first in", "How late do trams run in",
        "Who repairs old cameras in", "What do people eat for breakfast in",
    ]

    static func question(_ index: Int) -> String {
        "\(questions[index % questions.count]) \(places[(index / questions.count) % places.count])?"
    }

    static func good(_ index: Int) -> String {
        "Try the office by the harbour, door \(index + 2); it opens at \(7 + index % 3)."
    }

    static func bad(_ index: Int) -> String { "Nobody knows; there are \(index + 3) doors and none has a sign on it." }

    static func parts(_ index: Int) -> CorpusForm.Parts {
        CorpusForm.Parts(
            prompt: [CorpusForm.message("user", question(index))], good: good(index), bad: bad(index),
            isGood: index % 2 == 0)
    }
}

extension CorpusForm {
    /// Rows as a JSON-lines text.
    func text(_ count: Int = 24, _ change: (Int, inout Parts) -> Void = { _, _ in }) throws -> String {
        try (0..<count).map { index in
            var parts = CorpusTexts.parts(index)
            change(index, &parts)
            return try JSONValue.object(row(parts).merging(parts.more) { $1 }).text() + "\n"
        }.joined()
    }
}
