internal import CanonicalJSON

/// What can be wrong with one row of preference data.
struct RowAudit {
    /// Names of user types that no row may tell; empty where they aren't known.
    let users: [String]

    /// A fault without its place.
    struct Fault {
        let severity: Finding.Severity
        let message: String
        let consequence: String

        static func error(_ message: String, _ consequence: String) -> Fault {
            Fault(severity: .error, message: message, consequence: consequence)
        }

        static func warning(_ message: String, _ consequence: String) -> Fault {
            Fault(severity: .warning, message: message, consequence: consequence)
        }
    }

    /// Columns that mean something else to a trainer of preference pairs.
    private static let reserved = [
        "chat_template_kwargs", "completion", "images", "label", "messages", "tools",
    ]
    /// Columns that tell the hidden type by their name.
    private static let telling = ["hidden_state", "hidden_type", "theta", "user_type"]

    func faults(_ row: [String: JSONValue]) -> [Fault] {
        columns(row) + numbers(row) + strengths(row) + texts(row) + turns(row) + leaks(row)
    }

    private func columns(_ row: [String: JSONValue]) -> [Fault] {
        guard row["chosen"] != nil, row["rejected"] != nil else { return [] }
        var faults = Self.reserved.filter { row[$0] != nil }.map {
            Fault.error("a column named \($0) in preference pairs", "trainers take it for something else, or fail")
        }
        if row["margin"] != nil {
            faults.append(
                .warning("a column named margin", "reward trainers subtract it inside their loss, asked or not"))
        }
        return faults
    }

    private func numbers(_ row: [String: JSONValue]) -> [Fault] {
        row.sorted { $0.key < $1.key }.compactMap { name, value in
            guard case .number(let number) = value, number.rounded() == number, abs(number) > 0x1p53 else { return nil }
            return .error("\(name) is \(number), too large for an exact number", "readers round it; write it as a text")
        }
    }

    /// p_chosen against the values and the temperature that stand beside it.
    private func strengths(_ row: [String: JSONValue]) -> [Fault] {
        guard let stated = row["p_chosen"]?.doubleValue, let chosen = row["score_chosen"]?.doubleValue,
            let rejected = row["score_rejected"]?.doubleValue, let beta = row["beta"]?.doubleValue,
            let tau = row["tau"]?.doubleValue, tau > 0
        else { return [] }
        let expected = logistic(beta / tau * (chosen - rejected))
        guard !(abs(stated - expected) <= 1e-9) else { return [] }
        return [
            .error(
                "p_chosen is \(stated), and σ((beta/tau)(score_chosen − score_rejected)) is \(expected)",
                "labels and scores teach different policies")
        ]
    }

    /// Whether user and model take turns.
    private func turns(_ row: [String: JSONValue]) -> [Fault] {
        for (name, severity) in [("conversations", Finding.Severity.error), ("prompt", .warning)] {
            let roles = (row[name]?.arrayValue ?? []).compactMap { role($0) }
            let speakers = roles.first == "system" ? roles.dropFirst() : roles[...]
            guard let index = zip(speakers, speakers.dropFirst()).enumerated().first(where: { $1.0 == $1.1 })?.offset
            else { continue }
            let position = index + 2 + (roles.count - speakers.count)
            return [
                Fault(
                    severity: severity,
                    message: "message \(position) of \(name) is of \(roles[position - 1]), as the one before",
                    consequence: severity == .error
                        ? "LLaMA-Factory leaves such a row out" : "chat templates that want turns refuse the row")
            ]
        }
        return []
    }

    private func texts(_ row: [String: JSONValue]) -> [Fault] {
        let prompt = row["prompt"]?.arrayValue ?? row["conversations"]?.arrayValue ?? []
        var faults: [Fault] = []
        if role(prompt.last) == "assistant" {
            faults.append(
                .error("the prompt ends in a message of the assistant", "chat templates continue that message"))
        }
        if role(prompt.first { role($0) != "system" }) == "assistant" {
            faults.append(.error("the prompt begins with the assistant", "most chat templates refuse that"))
        }
        for name in ["chosen", "rejected", "completion"] {
            guard let value = row[name] else { continue }
            faults += answer(value, name: name, prompt: prompt)
        }
        if let chosen = row["chosen"], chosen == row["rejected"] {
            faults.append(.error("chosen and rejected are the same", "the row has no gradient and dilutes the others"))
        }
        return faults
    }

    private func answer(_ value: JSONValue, name: String, prompt: [JSONValue]) -> [Fault] {
        let messages = value.arrayValue ?? [value]
        if !prompt.isEmpty, messages.count > prompt.count, Array(messages.prefix(prompt.count)) == prompt {
            return [.error("\(name) repeats the prompt", "the trainer joins the two, and the model sees it twice")]
        }
        if messages.count > 1 {
            return [.error("\(name) has \(messages.count) messages", "the user's words are trained as if the model's")]
        }
        let text = messages.first.flatMap { $0.stringValue ?? ($0["content"] ?? $0["value"])?.stringValue }
        if text?.isEmpty ?? true {
            return [.error("\(name) is empty", "the loss is taken over nothing but the end mark")]
        }
        if let role = role(messages.first), role != "assistant" {
            return [.error("\(name) is a message of \(role)", "the model is trained to speak for somebody else")]
        }
        return []
    }

    private func role(_ message: JSONValue?) -> String? {
        let name = (message?["role"] ?? message?["from"])?.stringValue
        return name == "gpt" ? "assistant" : name == "human" ? "user" : name
    }

    private func leaks(_ row: [String: JSONValue]) -> [Fault] {
        row.sorted { $0.key < $1.key }.compactMap { name, value in
            let text = value.stringValue ?? ""
            guard Self.telling.contains(name) || users.contains(name) || users.contains(text) else { return nil }
            return .error("the column \(name) tells the hidden user type", "what is trained on it is not known in use")
        }
    }

    /// What a reader that guesses types makes of a value; messages by the names of their members.
    static func kind(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .integer: "whole number"
        case .number: "number"
        case .string: "text"
        case .array(let values): "list of " + Set(values.map(kind)).sorted().joined(separator: " or ")
        case .object(let members):
            "{" + members.sorted { $0.key < $1.key }.map { "\($0.key): \(kind($0.value))" }.joined(separator: ", ")
                + "}"
        }
    }
}
