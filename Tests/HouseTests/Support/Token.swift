/// A piece of a Swift file, as far as these checks tell pieces apart.
struct Token: Sendable, Equatable {
    enum Kind: Sendable {
        /// Identifiers and keywords, without backticks.
        case word
        /// One character, or `->`.
        case punctuation
        case number
        /// The text between the quotes, with escapes and interpolations as they stand.
        case string
        /// A comment that documents nothing.
        case comment
        /// Lines with three slashes that follow one another, without the slashes and the space behind them.
        case documentation
    }

    let kind: Kind
    let text: String
    /// From 1.
    let line: Int
    let endLine: Int
    /// From 0, in Unicode scalars.
    let column: Int
    /// Whether there is no space before it.
    let isAdjacent: Bool

    func isPunctuation(_ text: String) -> Bool { kind == .punctuation && self.text == text }
    func isWord(_ text: String) -> Bool { kind == .word && self.text == text }
}

extension [Token] {
    /// The index of what closes the bracket at `index`, or the end where nothing does.
    func closing(_ index: Int) -> Int {
        let pairs = ["(": ")", "[": "]", "{": "}", "<": ">"]
        let open = self[index].text
        guard let close = pairs[open] else { return endIndex }
        var depth = 0
        for position in index..<endIndex where self[position].kind == .punctuation {
            if self[position].text == open { depth += 1 }
            if self[position].text == close { depth -= 1 }
            if depth == 0 { return position }
        }
        return endIndex
    }

    /// The parts between commas that stand in no brackets of their own.
    func dividedAtCommas() -> [[Token]] {
        var parts: [[Token]] = [[]]
        var depth = 0
        for token in self where token.kind != .comment {
            if token.kind == .punctuation {
                if ["(", "[", "{", "<"].contains(token.text) { depth += 1 }
                if [")", "]", "}", ">"].contains(token.text) { depth -= 1 }
                if depth == 0, token.text == "," {
                    parts.append([])
                    continue
                }
            }
            parts[parts.endIndex - 1].append(token)
        }
        return parts.filter { !$0.isEmpty }
    }
}
