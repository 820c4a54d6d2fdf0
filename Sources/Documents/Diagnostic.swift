internal import Output

/// A place in a scenario file.
public struct SourcePosition: Sendable, Equatable, Hashable {
    /// Line, from 1.
    public var line: Int
    /// Column, from 1, in Unicode scalars.
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// One problem of a scenario file: where it is, what was found and what was needed.
///
/// ```
/// scenarios/a.yaml:41:14: error: users.benign.initial sums to 0.97; it must sum to 1
///   41 |     initial: {calm: 0.9, strained: 0.07}
///      |              ^~~~~~~~~~~~~~~~~~~~~~~~~~~
/// ```
public struct Diagnostic: Sendable, Equatable {
    /// Whether the file is refused, or only looks wrong.
    public enum Severity: String, Sendable, Equatable {
        case error, warning
    }

    public var severity: Severity
    /// The file's name, as the caller gave it.
    public var file: String
    /// Where the problem stands; nil if it is about the file as a whole.
    public var position: SourcePosition?
    /// The part of the scenario, such as `users.benign.initial`; empty if there is none.
    public var path: String
    /// What was found and what was needed, without file and path: `sums to 0.97; it must sum to 1`.
    public var message: String
    /// The source line, if there is a position.
    public var snippet: String?
    /// How many columns of the source line the problem covers, at least 1.
    public var caretLength: Int
    /// A correction, as a phrase: `did you mean 'calm'?`.
    public var suggestion: String?

    public init(
        severity: Severity,
        file: String,
        position: SourcePosition? = nil,
        path: String = "",
        message: String,
        snippet: String? = nil,
        caretLength: Int = 1,
        suggestion: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.position = position
        self.path = path
        self.message = message
        self.snippet = snippet
        self.caretLength = max(1, caretLength)
        self.suggestion = suggestion
    }

    /// The problem in one line: `scenarios/a.yaml:41:14: error: users.benign.initial sums to 0.97; it must sum to 1`.
    public var summary: String {
        let place = position.map { "\(file):\($0.line):\($0.column)" } ?? file
        let text = path.isEmpty ? message : "\(path) \(message)"
        return Escaped.line("\(place): \(severity.rawValue): \(text)")
    }

    /// The summary, the source line with the problem underlined, and the suggestion; no line break at the end.
    public var rendered: String {
        var lines = [summary]
        let gutter = position.map { String(repeating: " ", count: "\($0.line)".count) } ?? ""
        if let position, let snippet {
            let excerpt = SnippetExcerpt(line: snippet, column: position.column, length: caretLength)
            lines.append("  \(position.line) | \(excerpt.text)")
            lines.append("  \(gutter) | \(excerpt.underline)")
        }
        if let suggestion { lines.append(Escaped.line("  \(gutter) = \(suggestion)")) }
        return lines.joined(separator: "\n")
    }
}
