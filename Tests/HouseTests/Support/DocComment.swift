/// A documentation comment: its lines, and the fields among them.
struct DocComment: Sendable {
    let line: Int
    /// Where the slashes begin, from 0.
    let column: Int
    let lines: [String]

    init(_ token: Token) {
        line = token.line
        column = token.column
        lines = token.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// A line that begins with a hyphen and a capital word, such as `- Returns: …`.
    struct Field: Sendable, Equatable {
        let name: String
        /// What stands between the name and the colon.
        let argument: String
        var text: String
        let line: Int
    }

    /// The fields, with each of a list of parameters as one of its own.
    var fields: [Field] {
        var fields: [Field] = []
        var isList = false
        for (offset, text) in prose {
            let indent = text.prefix { $0 == " " }.count
            let trimmed = text.dropFirst(indent)
            guard !trimmed.isEmpty else { continue }
            if trimmed.hasPrefix("- "), let colon = trimmed.firstIndex(of: ":") {
                let head = trimmed[..<colon].dropFirst(2).split(separator: " ").map(String.init)
                let rest = String(trimmed[trimmed.index(after: colon)...])
                if indent == 0, let name = head.first, Self.names.contains(name), head.count <= 2 {
                    isList = name == "Parameters"
                    let argument = head.dropFirst().joined(separator: " ")
                    fields.append(Field(name: name, argument: argument, text: rest, line: line + offset))
                    continue
                }
                if isList, indent > 0, head.count == 1 {
                    fields.append(Field(name: "Parameter", argument: head[0], text: rest, line: line + offset))
                    continue
                }
            }
            if indent == 0 {
                isList = false
            } else if let last = fields.indices.last {
                fields[last].text += " " + trimmed
            }
        }
        return fields
    }

    /// The paragraphs before the first field.
    var paragraphs: [String] {
        var paragraphs: [[String]] = [[]]
        for text in lines {
            if Self.names.contains(where: { text.hasPrefix("- \($0)") }) { break }
            if text.allSatisfy({ $0 == " " }) {
                paragraphs.append([])
            } else {
                paragraphs[paragraphs.endIndex - 1].append(text)
            }
        }
        return paragraphs.map { $0.joined(separator: " ") }.filter { !$0.isEmpty }
    }

    /// The lines outside code blocks, with their offsets.
    var prose: [(offset: Int, text: String)] { Markdown.prose(lines) }

    static let names: Set = ["Parameter", "Parameters", "Returns", "Throws", "Complexity"]
}

/// What is code in a text with backticks.
enum Markdown {
    /// The lines outside code blocks, with their offsets.
    static func prose(_ lines: [String]) -> [(offset: Int, text: String)] {
        var isCode = false
        var prose: [(Int, String)] = []
        for (offset, text) in lines.enumerated() {
            if text.drop(while: { $0 == " " }).hasPrefix("```") {
                isCode.toggle()
            } else if !isCode {
                prose.append((offset, text))
            }
        }
        return prose
    }

    /// Spans between as many backticks as were asked for.
    static func spans(_ text: String, ticks: Int) -> [String] {
        var spans: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "`") {
            let run = rest[start...].prefix { $0 == "`" }
            let body = rest[run.endIndex...]
            guard let end = body.firstRange(of: run) else { break }
            if run.count == ticks { spans.append(String(body[..<end.lowerBound])) }
            rest = body[end.upperBound...]
        }
        return spans
    }

    /// The pages in `<doc:Page>`, without headings.
    static func pages(_ text: String) -> [String] {
        text.split(separator: "<doc:", omittingEmptySubsequences: false).dropFirst().map { part in
            String(part.prefix { $0 != ">" && $0 != "#" })
        }
    }
}
