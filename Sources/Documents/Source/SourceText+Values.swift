package import Yams

extension SourceText {
    /// How far a value is measured, in columns; more would not be shown.
    private static let measured = 256

    /// How many columns of its line a value covers, or nil if it has no line of its own to point at: an empty value, or a
    /// collection in block style.
    package func valueLength(at position: SourcePosition, node: Node) -> Int? {
        let rest = Array(scalars(at: position, limit: Self.measured))
        guard let first = rest.first else { return nil }
        switch node {
        case .scalar(let scalar):
            switch scalar.style {
            case .singleQuoted, .doubleQuoted: return Self.quotedLength(rest, quote: first)
            case .literal, .folded: return 1
            default:
                guard !scalar.string.isEmpty else { return nil }
                let text = Array(scalar.string.unicodeScalars.prefix(Self.measured))
                return rest.starts(with: text) ? text.count : Self.trimmedLength(rest)
            }
        case .mapping, .sequence:
            guard first == "{" || first == "[" else { return nil }
            return Self.bracketedLength(rest)
        case .alias:
            return 1
        }
    }

    private static func trimmedLength(_ line: [Unicode.Scalar]) -> Int {
        line.count - line.reversed().prefix { $0 == " " || $0 == "\t" }.count
    }

    /// Up to the closing quote, or to the end of the line.
    private static func quotedLength(_ line: [Unicode.Scalar], quote: Unicode.Scalar) -> Int {
        var index = 1
        while index < line.count {
            if quote == "\"", line[index] == "\\" {
                index += 2
            } else if line[index] == quote {
                if quote == "'", index + 1 < line.count, line[index + 1] == "'" {
                    index += 2
                } else {
                    return index + 1
                }
            } else {
                index += 1
            }
        }
        return trimmedLength(line)
    }

    /// Up to the matching bracket, or to the end of the line.
    private static func bracketedLength(_ line: [Unicode.Scalar]) -> Int {
        var depth = 0
        var index = 0
        while index < line.count {
            switch line[index] {
            case "[", "{": depth += 1
            case "]", "}":
                depth -= 1
                if depth == 0 { return index + 1 }
            case "\"", "'":
                // Quotes open a scalar only where one may start; an apostrophe inside a word is text.
                if index == 0 || " [{,:".unicodeScalars.contains(line[index - 1]) {
                    index += quotedLength(Array(line[index...]), quote: line[index]) - 1
                }
            default: break
            }
            index += 1
        }
        return trimmedLength(line)
    }
}
