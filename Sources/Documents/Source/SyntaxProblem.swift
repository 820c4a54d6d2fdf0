package import Yams

/// An error of the YAML parser, in the words and the form of the other diagnostics.
package struct SyntaxProblem {
    package var message: String
    package var mark: Mark?
    package var suggestion: String?

    package init(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            message = Self.sentence(problem, context: context)
            suggestion = Self.suggestion(for: problem)
            self.mark = mark
        case .composer(_, let problem, let mark, _):
            message =
                problem.contains("another document")
                ? "is the start of another document; a scenario file must have one"
                : Self.sentence(problem, context: nil)
            self.mark = mark
        case .reader(let problem, _, let value, _):
            let code = value >= 0 ? " (U+\(String(value, radix: 16, uppercase: true)))" : ""
            message = "is not YAML: \(problem)\(code)"
            mark = nil
        case .duplicatedKeysInMapping(let names, let context):
            message = "has the key '\(names.first ?? "")' twice; keys must be unique"
            mark = context.mark
        default:
            message = "is not YAML: \(error)"
            mark = nil
        }
    }

    private static func sentence(_ problem: String, context: YamlError.Context?) -> String {
        guard let context else { return "is not YAML: \(problem)" }
        return "is not YAML: \(problem) \(context.text) that starts at line \(context.mark.line)"
    }

    /// What usually is behind an error of the parser.
    private static func suggestion(for problem: String) -> String? {
        switch problem {
        case "did not find expected key": "check the indentation of this line and the one before it"
        case "mapping values are not allowed in this context", "found unexpected ':'":
            "a text with a colon must be in quotes"
        case "could not find expected ':'": "a key needs a colon after it, and a text of several lines needs quotes"
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            "a bracket before this place may not be closed, or a comma may be missing"
        case "found character that cannot start any token": "put a text that begins with this character in quotes"
        default: nil
        }
    }

    package func report(to sink: DiagnosticSink) {
        let position = mark.map { SourcePosition(line: max(1, $0.line), column: max(1, $0.column)) }
        sink.error(message, at: position.map { SourceSpan(position: $0, length: 1) }, suggestion: suggestion)
    }
}
