/// Divides Swift text into tokens. It knows comments, strings with interpolations, raw strings and regex literals; lines of
/// conditional compilation it leaves out, so that both branches are read.
struct Lexer {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var lineStart = 0
    private var tokens: [Token] = []

    static func tokens(of text: String) -> [Token] {
        var lexer = Lexer(text)
        lexer.read()
        return lexer.tokens
    }

    private init(_ text: String) { scalars = Array(text.unicodeScalars) }

    private mutating func read() {
        var isAdjacent = false
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar.properties.isWhitespace {
                advance()
                isAdjacent = false
                continue
            }
            if scalar == "#", isDirective {
                while index < scalars.count, scalars[index] != "\n" { index += 1 }
                continue
            }
            readToken(scalar, isAdjacent: isAdjacent)
            isAdjacent = true
        }
    }

    private mutating func readToken(_ scalar: Unicode.Scalar, isAdjacent: Bool) {
        let start = index
        let (startLine, column) = (line, index - lineStart)
        let (kind, text): (Token.Kind, String)
        if starts("///"), !starts("////") {
            (kind, text) = (.documentation, documentation())
        } else if starts("//") {
            (kind, text) = (.comment, restOfLine())
        } else if starts("/*") {
            (kind, text) = (.comment, blockComment())
        } else if scalar == "\"" || (scalar == "#" && isRawString) {
            (kind, text) = (.string, string())
        } else if let end = regexEnd {
            index = end
            (kind, text) = (.string, slice(start, index))
        } else if scalar == "`" {
            index += 1
            while index < scalars.count, scalars[index] != "`" { advance() }
            (kind, text) = (.word, slice(start + 1, index))
            index += 1
        } else if Self.isWord(scalar) {
            while index < scalars.count, Self.isWord(scalars[index]) || Self.isDigit(scalars[index]) { index += 1 }
            (kind, text) = (.word, slice(start, index))
        } else if Self.isDigit(scalar) {
            (kind, text) = (.number, number())
        } else {
            index += starts("->") ? 2 : 1
            (kind, text) = (.punctuation, slice(start, index))
        }
        tokens.append(
            Token(kind: kind, text: text, line: startLine, endLine: line, column: column, isAdjacent: isAdjacent))
    }

    /// Lines that follow one another; ends before the line break of the last.
    private mutating func documentation() -> String {
        var lines: [String] = []
        while true {
            index += 3
            if index < scalars.count, scalars[index] == " " { index += 1 }
            lines.append(restOfLine())
            var next = index
            if next < scalars.count { next += 1 }
            while next < scalars.count, scalars[next] == " " || scalars[next] == "\t" { next += 1 }
            guard starts("///", at: next), !starts("////", at: next) else { break }
            while index < next { advance() }
        }
        return lines.joined(separator: "\n")
    }

    private mutating func blockComment() -> String {
        let start = index
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                index += 2
            } else if starts("*/") {
                depth -= 1
                index += 2
            } else {
                advance()
            }
        } while depth > 0 && index < scalars.count
        return slice(start, index)
    }

    /// A string of any kind, from its first quote or number sign.
    private mutating func string() -> String {
        let hashes = countHashes(from: index)
        index += hashes
        // `#""""#` is two quotes on one line, not the beginning of several.
        let quotes = starts("\"\"\"") && (hashes == 0 || starts("\n", at: index + 3)) ? 3 : 1
        index += quotes
        let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: hashes)
        let escape = "\\" + String(repeating: "#", count: hashes)
        let start = index
        while index < scalars.count, !starts(end) {
            if starts(escape) {
                index += escape.unicodeScalars.count
                if index < scalars.count, scalars[index] == "(" { skipInterpolation() } else { advance() }
            } else {
                advance()
            }
        }
        let text = slice(start, index)
        index = min(index + end.unicodeScalars.count, scalars.count)
        return text
    }

    private mutating func skipInterpolation() {
        var depth = 0
        repeat {
            let scalar = scalars[index]
            if scalar == "\"" || (scalar == "#" && isRawString) {
                _ = string()
                continue
            }
            if scalar == "(" { depth += 1 }
            if scalar == ")" { depth -= 1 }
            advance()
        } while depth > 0 && index < scalars.count
    }

    private mutating func number() -> String {
        let start = index
        while index < scalars.count {
            let isPoint =
                scalars[index] == "." && index + 1 < scalars.count && Self.isDigit(scalars[index + 1])
            guard Self.isWord(scalars[index]) || Self.isDigit(scalars[index]) || isPoint else { break }
            index += 1
        }
        return slice(start, index)
    }

    private mutating func restOfLine() -> String {
        let start = index
        while index < scalars.count, scalars[index] != "\n" { index += 1 }
        return slice(start, index)
    }

    private mutating func advance() {
        if scalars[index] == "\n" {
            line += 1
            lineStart = index + 1
        }
        index += 1
    }
}

extension Lexer {
    private var isRawString: Bool {
        let end = index + countHashes(from: index)
        return end < scalars.count && scalars[end] == "\""
    }

    /// Where a regex literal ends that begins here; nil where none does. Without number signs it must stand where a value may
    /// begin, and end on its line.
    private var regexEnd: Int? {
        let hashes = countHashes(from: index)
        guard starts("/", at: index + hashes) else { return nil }
        if hashes == 0 {
            guard let last = tokens.last, last.kind == .punctuation, "(,=:[{!?".contains(last.text),
                index + 1 < scalars.count, !scalars[index + 1].properties.isWhitespace
            else { return nil }
        }
        let end = "/" + String(repeating: "#", count: hashes)
        var position = index + hashes + 1
        while position < scalars.count, hashes > 0 || scalars[position] != "\n" {
            if starts(end, at: position) { return position + hashes + 1 }
            position += scalars[position] == "\\" ? 2 : 1
        }
        return nil
    }

    private var isDirective: Bool { ["#if ", "#elseif ", "#else", "#endif"].contains { starts($0) } }

    private func countHashes(from start: Int) -> Int {
        scalars[start...].prefix { $0 == "#" }.count
    }

    private func starts(_ text: String, at position: Int? = nil) -> Bool {
        var position = position ?? index
        for scalar in text.unicodeScalars {
            guard position < scalars.count, scalars[position] == scalar else { return false }
            position += 1
        }
        return true
    }

    private func slice(_ from: Int, _ to: Int) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[from..<min(to, scalars.count)])
        return String(text)
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "$" || scalar.properties.isXIDStart
    }

    /// Digits, and marks that may stand inside a name.
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? ("0"..."9").contains(scalar) : scalar.properties.isXIDContinue
    }
}
