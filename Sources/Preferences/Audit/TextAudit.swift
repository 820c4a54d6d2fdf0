/// What can be wrong with the texts of a row, whoever says them.
struct TextAudit {
    let form: RowForm.Columns
    /// Whether the manifest says that there are no placeholders.
    var isWithoutPlaceholders = false

    /// - Complexity: O(length of the row's texts).
    func faults(_ row: AuditedRow) -> [AuditFault] {
        [identical(row), repeated(row), special(row), placeholder(row), styles(row)].compactMap { $0 }
    }

    private func identical(_ row: AuditedRow) -> AuditFault? {
        guard row.answers.count >= 2, row.isPair || row.isComplete else { return nil }
        let answers = row.answers
        let shown =
            row.isPair && answers[0].name != answers[1].name
            ? "\(answers[0].name) and \(answers[1].name)" : "two of \(answers[0].name)"
        var nearest: TextShape.Likeness?
        for (index, first) in answers.enumerated() {
            for second in answers[(index + 1)...] {
                guard let likeness = TextShape.likeness(first.whole, second.whole) else { continue }
                nearest = max(nearest ?? likeness, likeness)
            }
        }
        switch nearest {
        case .same:
            return .error(.identical, "", "\(shown) are the same", "the row has no gradient and dilutes the others")
        case .spaces:
            return .warning(
                .nearlyIdentical, "spaces", "\(shown) differ in white space only", "what is trained is white space")
        case .spelling where row.isPair:
            return .warning(
                .nearlyIdentical, "", "\(shown) differ in capitals or punctuation only", "what is trained is spelling")
        default: return nil
        }
    }

    /// A text that begins with the prompt which it answers.
    private func repeated(_ row: AuditedRow) -> AuditFault? {
        guard !row.isDialogue, form != .preferenceImplicitPrompt, let asked = row.prompt.last?.text else { return nil }
        let prompt = row.promptIsText == true ? row.prompt.map(\.text).joined(separator: "\n") : asked
        // A single word may well begin its answer.
        let words = prompt.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard words.count >= 2, prompt.utf8.count >= 8 else { return nil }
        guard
            let answer = row.answers.first(where: { answer in
                answer.messages.count == 1 && TextShape.begins(answer.text, with: prompt)
            })
        else { return nil }
        return .warning(
            .promptRepeated, "words", "\(answer.name) begins with the words of the prompt",
            "the trainer joins the two, and the model learns to repeat the question")
    }

    private func special(_ row: AuditedRow) -> AuditFault? {
        let said =
            row.prompt.map { (row.promptName, $0.text) }
            + row.answers.flatMap { answer in answer.messages.map { (answer.name, $0.text) } }
        for (name, text) in said {
            guard let token = SpecialTokens.first(in: text, ignoring: form == .nemoAligner ? "<extra_id_" : nil)
            else { continue }
            return .warning(
                .specialToken, "", "\(name) holds \(token)",
                "it may be read as a mark of the chat template, and not as text")
        }
        return nil
    }

    private func placeholder(_ row: AuditedRow) -> AuditFault? {
        guard row.hasExample, let first = row.answers.first else { return nil }
        let isWhole = Placeholder.isOne(first.text)
        guard isWhole || Self.rule.isPlaceholder(first.text) && !Self.isList(first.text) else { return nil }
        return AuditFault(
            severity: isWithoutPlaceholders ? .error : .warning, kind: .placeholder, subject: "",
            message: isWhole
                ? "\(first.name) is a placeholder (\(first.text.prefix(40)))"
                : "\(first.name) holds a placeholder (\(first.text.prefix(40)))",
            consequence: "the model is trained to say it"
                + (isWithoutPlaceholders ? ", and the manifest says that placeholders were left out" : ""))
    }

    private static let rule = PlaceholderRule()

    /// Whether a text is wholly in brackets and may be a list or a citation: in files of others that is no placeholder.
    private static func isList(_ text: String) -> Bool {
        let trimmed = TextShape.collapsed(text)
        return trimmed.first == "[" && trimmed.last == "]"
    }

    private func styles(_ row: AuditedRow) -> AuditFault? {
        guard form.hasTwoStyles, let first = row.answers.first else { return nil }
        if let other = row.answers.first(where: { $0.isText != first.isText }) {
            return .error(
                .mixedForms, "answers",
                "\(first.name) is \(first.isText ? "a text" : "messages") and \(other.name) \(other.isText ? "a text" : "messages")",
                "trainers take both in one way, and fail at the other")
        }
        guard let isText = row.promptIsText, isText != first.isText, first.messages.count == 1 else { return nil }
        return .warning(
            .mixedForms, "row",
            "the prompt is \(isText ? "a text" : "messages") and \(first.name) \(first.isText ? "a text" : "messages")",
            "whether the chat template is applied depends on the column that a trainer looks at")
    }
}

/// Texts without what does not matter for their sense.
enum TextShape {
    /// How alike two texts are.
    enum Likeness: Int, Comparable {
        case spelling, spaces, same

        static func < (a: Likeness, b: Likeness) -> Bool { a.rawValue < b.rawValue }
    }

    /// - Complexity: O(length up to the first difference that matters).
    static func likeness(_ a: String, _ b: String) -> Likeness? {
        let (first, second) = (a.utf8.lazy.filter(isBare).map(small), b.utf8.lazy.filter(isBare).map(small))
        guard first.elementsEqual(second) else { return nil }
        if a.utf8.elementsEqual(b.utf8) { return .same }
        if a.utf8.lazy.filter(isInk).elementsEqual(b.utf8.lazy.filter(isInk)) { return .spaces }
        // Answers of punctuation alone, such as 3.5 and 35 or + and -, differ in what matters.
        return a.utf8.contains(where: isLetter) && !a.utf8.contains(where: isDigit) ? .spelling : nil
    }

    /// Whether a text begins with another one, white space aside.
    static func begins(_ text: String, with start: String) -> Bool {
        text.utf8.lazy.filter(isInk).starts(with: start.utf8.lazy.filter(isInk))
    }

    /// Small letters and digits with single spaces.
    static func bare(_ text: String) -> String {
        let bytes = text.utf8
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return bareUnicode(text) }
        var bare: [UInt8] = []
        bare.reserveCapacity(bytes.count)
        for byte in bytes {
            if isBare(byte) {
                bare.append(small(byte))
            } else if bare.last != 0x20, !bare.isEmpty {
                bare.append(0x20)
            }
        }
        if bare.last == 0x20 { bare.removeLast() }
        return String(decoding: bare, as: UTF8.self)
    }

    private static func bareUnicode(_ text: String) -> String {
        text.lowercased().split { character in
            guard let byte = character.asciiValue else { return character.isWhitespace || character.isPunctuation }
            return !isBare(byte)
        }.joined(separator: " ")
    }

    /// White space in one space each, and none at the ends.
    static func collapsed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func isInk(_ byte: UInt8) -> Bool { byte > 0x20 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte >= 0x80
    }
    /// Whether a byte is more than punctuation: in C++ and 2 - 2 the signs are what is asked about.
    private static func isBare(_ byte: UInt8) -> Bool { byte > 0x20 && !punctuation.contains(byte) }
    private static let punctuation = Set(".,;:!?'\"`()[]{}_".utf8)
    private static func small(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}

/// Marks of chat templates and tokenizers that mean something else than text.
enum SpecialTokens {
    private static let fixed = [
        "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "</s>", "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>",
        "<extra_id_", "<image>", "<unk>", "<pad>", "[SYSTEM_PROMPT]", "[TOOL_CALLS]", "[AVAILABLE_TOOLS]",
        "<|im_start", "<｜",
    ]

    /// The first one in a text, or nil.
    ///
    /// - Complexity: O(length).
    static func first(in text: String, ignoring ignored: String?) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "[") }) else { return nil }
        for (position, byte) in bytes.enumerated() where byte == UInt8(ascii: "<") || byte == UInt8(ascii: "[") {
            let rest = bytes[position...]
            if let token = fixed.first(where: { $0 != ignored && rest.starts(with: $0.utf8) }) { return token }
            if let token = barred(rest) { return token }
        }
        return nil
    }

    /// `<|name|>`, as most tokenizers write theirs.
    private static func barred(_ rest: ArraySlice<UInt8>) -> String? {
        guard rest.starts(with: "<|".utf8) else { return nil }
        let name = rest.dropFirst(2).prefix(40).prefix { byte in
            byte == UInt8(ascii: "_") || Character(Unicode.Scalar(byte)).isLetter
                || Character(Unicode.Scalar(byte)).isNumber
        }
        guard !name.isEmpty, rest.dropFirst(2 + name.count).starts(with: "|>".utf8) else { return nil }
        return "<|" + String(decoding: name, as: UTF8.self) + "|>"
    }
}

/// Texts that stand for an answer and are none.
enum Placeholder {
    /// Whether the first letters allow it, which costs little to ask.
    private static func mayBe(_ text: String) -> Bool {
        guard let first = text.utf8.first(where: { $0 > 0x20 }) else { return false }
        return "[<{tTnNlL".utf8.contains(first) || first >= 0x80
    }

    private static let words = [
        "answer", "blank", "censored", "completion", "content", "deleted", "empty", "filtered", "insert", "omitted",
        "placeholder", "redacted", "removed", "response", "text", "todo", "tbd", "withheld",
    ]

    /// Whether the whole text is in brackets, and is no list and no citation.
    static func isOne(_ text: String) -> Bool {
        guard text.utf8.count <= 1000, mayBe(text) else { return false }
        let trimmed = TextShape.collapsed(text)
        if ["todo", "tbd", "n/a", "lorem ipsum"].contains(trimmed.lowercased()) { return true }
        let brackets: [(Character, Character)] = [("[", "]"), ("<", ">"), ("{", "}"), ("⟨", "⟩")]
        guard let first = trimmed.first, let last = trimmed.last, trimmed.count > 2,
            brackets.contains(where: { $0 == (first, last) })
        else { return false }
        let inner = trimmed.dropFirst().dropLast()
        guard !inner.contains(where: { "[]<>{}⟨⟩\"=".contains($0) }) else { return false }
        // "[redacted: steps 1/2]" is one, "<text/>", "{text: 1}" and "['text']" are not.
        let isPlain = !inner.contains(where: { "':;/".contains($0) })
        guard isPlain || first == "[" && inner.first != "'" else { return false }
        let named = inner.lowercased().split { !$0.isLetter }
        if named.contains(where: { words.contains(String($0)) }) { return true }
        // "[steps that work on any phone]" is one; "[1, 2]", "[apple, pear]" and "<br>" are not.
        guard first == "[", isPlain else { return false }
        let spoken = inner.split(separator: ",", maxSplits: 1)[0].split(separator: " ").filter {
            $0.contains(where: \.isLetter)
        }
        return spoken.count >= 3
    }
}
