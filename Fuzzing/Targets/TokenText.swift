/// A text cut into tokens, coarsely enough to hold for YAML, JSON, CSV and command lines alike: what mutators move about as a whole.
struct TokenText {
    enum Kind {
        case number, word, quoted, opener, closer, mark, space, lineBreak
    }

    struct Token {
        let kind: Kind
        let range: Range<Int>
    }

    let bytes: [UInt8]
    private(set) var tokens: [Token] = []

    /// - Complexity: O(bytes).
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var position = 0
        while position < bytes.count {
            let end = Self.end(of: bytes, from: position)
            tokens.append(Token(kind: Self.kind(bytes, position..<end), range: position..<end))
            position = end
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x2B, 0x2D, 0x80...: true
        default: false
        }
    }

    private static func end(of bytes: [UInt8], from start: Int) -> Int {
        var end = start + 1
        switch bytes[start] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            while end < bytes.count, bytes[end] != bytes[start], bytes[end] != 0x0A {
                end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            return min(bytes.count, end + 1)
        case 0x0A, 0x20:
            // A line break goes with the indentation behind it.
            while end < bytes.count, bytes[end] == 0x20 { end += 1 }
            return end
        case let byte where isWord(byte):
            while end < bytes.count, isWord(bytes[end]) { end += 1 }
            return end
        default: return end
        }
    }

    private static func kind(_ bytes: [UInt8], _ range: Range<Int>) -> Kind {
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .quoted
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .opener
        case UInt8(ascii: "}"), UInt8(ascii: "]"): return .closer
        case 0x0A: return .lineBreak
        case 0x20, 0x09, 0x0D: return .space
        case let byte where isWord(byte):
            let digits = bytes[range].drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
            return digits.first.map { (0x30...0x39).contains($0) } == true ? .number : .word
        default: return .mark
        }
    }

    /// The tokens of a kind, by their numbers.
    func indices(_ matches: (Kind) -> Bool) -> [Int] { tokens.indices.filter { matches(tokens[$0].kind) } }

    func isMark(_ index: Int, _ mark: Unicode.Scalar) -> Bool {
        tokens[index].kind == .mark && bytes[tokens[index].range.lowerBound] == UInt8(ascii: mark)
    }

    /// The bytes from an opening bracket to the one that closes it; nil where none does.
    func group(from opener: Int) -> Range<Int>? {
        var depth = 0
        for index in opener..<tokens.count {
            switch tokens[index].kind {
            case .opener: depth += 1
            case .closer:
                depth -= 1
                if depth == 0 { return tokens[opener].range.lowerBound..<tokens[index].range.upperBound }
            default: break
            }
        }
        return nil
    }

    /// The bytes of a key and its value, around a colon: to the comma, bracket or line break that ends the value.
    func member(around colon: Int) -> (key: Range<Int>, value: Range<Int>)? {
        var key = colon - 1
        while key >= 0, tokens[key].kind == .space { key -= 1 }
        guard key >= 0 else { return nil }
        var (end, depth) = (colon + 1, 0)
        scan: while end < tokens.count {
            switch tokens[end].kind {
            case .opener: depth += 1
            case .closer:
                if depth == 0 { break scan }
                depth -= 1
            case .lineBreak where depth == 0: break scan
            case .mark where depth == 0 && isMark(end, ","): break scan
            default: break
            }
            end += 1
        }
        let last = tokens[end - 1].range.upperBound
        return (tokens[key].range, tokens[colon].range.upperBound..<last)
    }

    /// A line with the lines behind it that are indented deeper: a block of YAML.
    static func block(_ bytes: [UInt8], around place: Int) -> Range<Int> {
        var start = min(place, bytes.count)
        while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
        func indentation(_ line: Int) -> Int { bytes[line...].prefix { $0 == 0x20 }.count }
        func next(_ line: Int) -> Int { (bytes[line...].firstIndex(of: 0x0A) ?? bytes.count - 1) + 1 }
        guard start < bytes.count else { return start..<start }
        let own = indentation(start)
        var end = next(start)
        while end < bytes.count, bytes[end] != 0x0A, indentation(end) > own { end = next(end) }
        return start..<end
    }
}
