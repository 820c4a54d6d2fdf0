internal import Output

/// Puts a row of any form into the one view that audits look at.
struct RowNormaliser {
    private let row: [String: JSONValue]
    private let form: RowForm.Columns
    private var view = AuditedRow()

    /// - Returns: the views of the row: one, and of nested forms one per turn.
    static func views(_ row: [String: JSONValue], _ form: RowForm.Columns) -> [AuditedRow] {
        guard form == .collabLLMNested else {
            var normaliser = RowNormaliser(row: row, form: form)
            normaliser.read()
            return [normaliser.view]
        }
        let turns = row["turns"]?.arrayValue?.compactMap(\.objectValue) ?? []
        return turns.map { turn in
            var normaliser = RowNormaliser(row: turn, form: form)
            normaliser.read()
            return normaliser.view
        }
    }

    private init(row: [String: JSONValue], form: RowForm.Columns) {
        self.row = row
        self.form = form
    }

    private mutating func read() {
        switch form {
        case .preference: pair(prompt: "prompt", "chosen", "rejected")
        case .messagesRanking: pair(prompt: "messages", "chosen", "rejected")
        case .shareGPTRanking: pair(prompt: "conversations", "chosen", "rejected")
        case .alpacaRanking:
            instruction()
            pairOfAnswers("chosen", "rejected")
        case .preferenceImplicitPrompt: implicit()
        case .nemoAligner:
            pair(prompt: "prompt", "chosen_response", "rejected_response")
            // The mark that ends a turn is no part of what is said.
            view.answers = view.answers.map { answer in
                var answer = answer
                answer.messages = answer.messages.map { MessageReader.plain(Self.withoutEnd($0.text)) }
                return answer
            }
        case .openAIPreference:
            prompt("messages", row["input"]?["messages"], shown: "input.messages")
            pairOfAnswers("preferred_output", "non_preferred_output")
        case .nemoRL:
            prompt("context", row["context"])
            ranked()
        case .twoAxis: twoAxis()
        case .unpaired, .promptCompletion, .collabLLM:
            prompt("prompt", row["prompt"])
            answer("completion", score: form == .collabLLM ? number("score") : nil)
            if form == .unpaired { label("label") }
        case .collabLLMNested: listed("responses", text: "completion", score: "score")
        case .candidates: listed("completions", text: "content", score: "q")
        case .ownCandidates: listed("candidates", text: "content", score: nil)
        case .messages: dialogue("messages")
        case .shareGPT, .shareGPTLabelled:
            dialogue("conversations")
            if form == .shareGPTLabelled { label("kto_tag") }
        case .alpaca, .alpacaLabelled:
            instruction()
            answer("output", score: nil)
            if form == .alpacaLabelled { label("kto_tag") }
        case .text: answer("text", score: nil)
        case .promptOnly: prompt("prompt", row["prompt"])
        case .stepwise: stepwise()
        }
    }

    private static func withoutEnd(_ text: String) -> String {
        let end = "<extra_id_1>"
        return text.hasSuffix(end) ? String(text.dropLast(end.count)) : text
    }

    // MARK: Prompts

    private mutating func prompt(_ name: String, _ value: JSONValue?, shown: String? = nil) {
        view.promptName = shown ?? name
        if let text = value?.stringValue {
            (view.prompt, view.promptIsText) = ([MessageReader.plain(text)], true)
        } else if let messages = MessageReader.messages(value) {
            (view.prompt, view.promptIsText) = (messages, false)
        } else {
            wrongType(shown ?? name, value, "a text or a list of messages")
        }
    }

    private mutating func instruction() {
        view.promptName = "instruction"
        let texts = ["system", "instruction", "input"].compactMap { row[$0]?.stringValue }.filter { !$0.isEmpty }
        let history = (row["history"]?.arrayValue ?? []).flatMap { ($0.arrayValue ?? []).compactMap(\.stringValue) }
        view.prompt = [MessageReader.plain((history + texts).joined(separator: "\n"))]
        view.promptIsText = true
    }

    // MARK: Answers

    private mutating func pair(prompt name: String, _ chosen: String, _ rejected: String) {
        prompt(name, row[name])
        pairOfAnswers(chosen, rejected)
    }

    private mutating func pairOfAnswers(_ chosen: String, _ rejected: String) {
        answer(chosen, score: score(of: chosen))
        answer(rejected, score: score(of: rejected))
        view.isPair = view.answers.count == 2
    }

    private mutating func answer(_ name: String, score: Double?) {
        guard let answer = Self.answer(name, row[name], score: score) else {
            return wrongType(name, row[name], "a text or a list of messages")
        }
        view.answers.append(answer)
    }

    private static func answer(_ name: String, _ value: JSONValue?, score: Double?) -> AuditedAnswer? {
        if let text = value?.stringValue {
            return AuditedAnswer(name: name, messages: [MessageReader.plain(text)], isText: true, score: score)
        }
        if let members = value?.objectValue {
            return AuditedAnswer(name: name, messages: [MessageReader.message(members)], isText: false, score: score)
        }
        guard let messages = MessageReader.messages(value) else { return nil }
        return AuditedAnswer(name: name, messages: messages, isText: false, score: score)
    }

    /// The beginning that both have in common is the prompt.
    private mutating func implicit() {
        pairOfAnswers("chosen", "rejected")
        view.promptName = "what chosen and rejected have in common"
        guard view.isPair else { return }
        let (chosen, rejected) = (view.answers[0], view.answers[1])
        if chosen.isText, rejected.isText {
            sharedText(chosen.text, rejected.text)
        } else if !chosen.isText, !rejected.isText {
            let limit = max(0, min(chosen.messages.count, rejected.messages.count) - 1)
            let shared = zip(chosen.messages, rejected.messages).prefix(limit).prefix { $0 == $1 }.count
            view.prompt = Array(chosen.messages.prefix(shared))
            view.promptIsText = false
            for index in view.answers.indices { view.answers[index].messages.removeFirst(shared) }
        }
    }

    /// Texts with turn marks have the prompt up to the last mark of the model that both share; others have no prompt that can be
    /// told from an answer that begins with the same words.
    private mutating func sharedText(_ chosen: String, _ rejected: String) {
        let shared = zip(chosen.utf8, rejected.utf8).prefix { $0 == $1 }.count
        let mark = Array("Assistant:".utf8)
        let bytes = Array(chosen.utf8.prefix(shared))
        guard bytes.count >= mark.count,
            let end = (mark.count...bytes.count).reversed().first(where: {
                bytes[..<$0].suffix(mark.count).elementsEqual(mark)
            })
        else { return }
        view.prompt = [MessageReader.plain(String(decoding: bytes[..<end], as: UTF8.self))]
        view.promptIsText = true
        for index in view.answers.indices {
            let rest = view.answers[index].text.utf8.dropFirst(end)
            view.answers[index].messages = [MessageReader.plain(String(decoding: rest, as: UTF8.self))]
        }
    }

    private mutating func twoAxis() {
        prompt("prompt", row["prompt"])
        for index in 0...1 { answer("response_\(index)", score: number("score_\(index)")) }
        guard view.answers.count == 2, case .integer(let better)? = row["better_response_id"], 0...1 ~= better else {
            return wrongType("better_response_id", row["better_response_id"], "0 or 1")
        }
        if better == 1 { view.answers.swapAt(0, 1) }
        view.isPair = true
    }

    private mutating func ranked() {
        for item in row["completions"]?.arrayValue ?? [] {
            guard var answer = Self.answer("completions", item["completion"], score: item["reward"]?.doubleValue) else {
                wrongType("completions.completion", item["completion"], "a text or a list of messages")
                continue
            }
            answer.rank = item["rank"]?.integerValue
            if answer.rank == nil { wrongType("completions.rank", item["rank"], "a whole number") }
            view.answers.append(answer)
        }
        view.answers = view.answers.enumerated().sorted {
            ($0.element.rank ?? 0, $0.offset) < ($1.element.rank ?? 0, $1.offset)
        }.map(\.element)
        view.isPair = view.answers.count == 2
    }

    private mutating func listed(_ name: String, text: String, score: String?) {
        prompt("prompt", row["prompt"])
        view.isComplete = true
        for item in row[name]?.arrayValue ?? [] {
            let value = item.stringValue == nil ? item[text] : item
            guard let answer = Self.answer(name, value, score: score.flatMap { item[$0]?.doubleValue }) else {
                wrongType("\(name).\(text)", value, "a text")
                continue
            }
            view.answers.append(answer)
        }
    }

    private mutating func stepwise() {
        prompt("prompt", row["prompt"])
        let (steps, labels) = (row["completions"]?.arrayValue ?? [], row["labels"]?.arrayValue ?? [])
        if steps.count != labels.count {
            view.faults.append(
                .error(
                    .labelType, "labels", "\(steps.count) completions and \(labels.count) labels",
                    "every step needs a label of its own"))
        }
        if let wrong = labels.first(where: { $0.boolValue == nil && $0.integerValue == nil }) {
            wrongType("labels", wrong, "a list of true and false")
        }
        view.answers = steps.compactMap { Self.answer("completions", $0, score: nil) }
        view.label = true
    }

    /// A dialogue whose last message is the answer.
    private mutating func dialogue(_ name: String) {
        prompt(name, row[name])
        view.isDialogue = true
        let spoken = view.prompt.last { $0.role != .tool }
        guard let last = view.prompt.last, spoken?.role == .assistant, last.role == .assistant else { return }
        view.prompt.removeLast()
        view.answers = [AuditedAnswer(name: name, messages: [last], isText: false)]
    }

    // MARK: Labels and scores

    private mutating func label(_ name: String) {
        let value = row[name]
        switch value {
        case .bool(let label): view.label = label
        // Trainers take 1 and 0 for true and false.
        case .integer(let whole) where whole == 0 || whole == 1: view.label = whole == 1
        default:
            view.faults.append(
                .error(
                    .labelType, name, "\(name) is \(ColumnType(value ?? .null).name), and must be true or false",
                    value?.stringValue != nil
                        ? "every text counts as true: all rows would be desirable"
                        : "the trainer fails, or drops the row"))
        }
    }

    /// The score of an answer, by the names that data sets give it.
    private func score(of name: String) -> Double? {
        let plain = name.replacing("_response", with: "")
        for key in [
            "score_\(plain)", "\(plain)_score", "\(plain)_reward", "reward_\(plain)", "\(plain)_rating",
            "rating_\(plain)",
            "\(plain)-rating", "\(plain)_avg_rating",
        ] {
            if let score = number(key) { return score }
        }
        return nil
    }

    private func number(_ name: String) -> Double? { row[name]?.doubleValue.flatMap { $0.isFinite ? $0 : nil } }

    private mutating func wrongType(_ name: String, _ value: JSONValue?, _ needed: String) {
        let isNull = value == nil || value == .null
        view.faults.append(
            .error(
                isNull ? .blankText : .columnType, name,
                isNull ? "\(name) is null" : "\(name) is \(ColumnType(value ?? .null).name), and must be \(needed)",
                isNull ? "the row says nothing there" : "trainers that read the form fail"))
    }
}
