/// Reads the tokens of a YAML text without building anything, so that what could cost much is found before it is composed.
///
/// It follows the token rules of libyaml (the parser inside Yams) and finds what a scenario may not contain: anchors,
/// aliases and tags, keys that are not plain names, deep nesting and too many nodes. Aliases are refused outright: they save
/// little in a scenario, give two places to one value, and let a small file grow to any size. On the way it notes keys that a
/// mapping has twice, because Yams would stop at the first.
///
/// The scanner holds no more than one entry per open collection and key. Where the text is not YAML it may stop early: the
/// parser will stop at the same place and say why.
///
/// Source: YAML 1.1, chapter 4 and 9; libyaml 0.2.5, `scanner.c`.
/// - Complexity: O(number of bytes).
package struct YAMLScanner {
    /// What the scanner objects to.
    package struct Finding {
        package var span: SourceSpan
        package var message: String
        /// Whether composing the text could be costly or misleading.
        package var isFatal: Bool
    }

    /// A key that its mapping already has.
    package struct DuplicateKey {
        /// The bytes of the key's text, without quotes.
        package var range: Range<Int>
        package var position: SourcePosition
        package var firstLine: Int
    }

    let bytes: [UInt8]
    var index = 0
    var line = 1
    /// From 0, in Unicode scalars.
    var column = 0
    var scalarCount = 0
    /// Column of the innermost block collection; −1 outside all.
    var indent = -1
    var blocks: [Block] = []
    var flows: [Flow] = []
    /// Whether a key may start here without a `?`.
    var keyAllowed = true
    /// What may turn out to be a key, per flow level.
    var candidates: [KeyCandidate?] = [nil]
    var isStopped = false

    package private(set) var findings: [Finding] = []
    package var duplicates: [DuplicateKey] = []
    package private(set) var nodes = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// An open block collection.
    struct Block {
        var outerIndent: Int
        var keys: [String: Int] = [:]
    }

    /// An open flow collection.
    struct Flow {
        var isMapping: Bool
        var expectsKey: Bool
        var keys: [String: Int] = [:]
    }

    /// Where something starts that a following `:` would make a key.
    struct KeyCandidate {
        var line: Int
        var column: Int
        var scalarCount: Int
        /// The bytes of its text, if it is a scalar whose text can be read off.
        var text: Range<Int>?
    }

    /// Reads to the end of the text, or to where it stops being YAML.
    package mutating func scan() {
        while !isStopped {
            skipToToken()
            unrollIndent(to: column)
            guard index < bytes.count else { return }
            dropStaleCandidate()
            scanToken()
            if nodes > DocumentLimits.nodes {
                report("has more than \(DocumentLimits.nodes) keys, values and list entries", isFatal: true)
                isStopped = true
            }
        }
    }

    mutating func countNode() { nodes += 1 }

    mutating func report(_ message: String, length: Int = 1, isFatal: Bool) {
        let position = SourcePosition(line: line, column: column + 1)
        findings.append(
            Finding(span: SourceSpan(position: position, length: length), message: message, isFatal: isFatal))
        if findings.count > DocumentLimits.diagnostics { isStopped = true }
    }

    /// Refuses collections inside too many others.
    mutating func checkDepth() {
        guard blocks.count + flows.count > DocumentLimits.depth else { return }
        report("is nested more than \(DocumentLimits.depth) deep", isFatal: true)
        isStopped = true
    }

    // MARK: Characters

    /// The byte at an offset from the current one; 0 past the end.
    func byte(_ offset: Int = 0) -> UInt8 {
        index + offset < bytes.count ? bytes[index + offset] : 0
    }

    func isBlank(_ offset: Int = 0) -> Bool { byte(offset) == UInt8(ascii: " ") || byte(offset) == UInt8(ascii: "\t") }

    func isBreak(_ offset: Int = 0) -> Bool {
        let byte = byte(offset)
        guard byte < 0x20 || byte > 0x7E else { return false }
        return index + offset < bytes.count && SourceText.lineBreak(in: bytes, at: index + offset) > 0
    }

    func isBlankOrEnd(_ offset: Int = 0) -> Bool {
        let byte = byte(offset)
        guard byte <= 0x20 || byte > 0x7E else { return false }
        return index + offset >= bytes.count || isBlank(offset) || isBreak(offset) || byte == 0
    }

    func isBreakOrEnd() -> Bool { index >= bytes.count || isBreak() || byte() == 0 }

    /// Steps over one character that is no line break.
    mutating func advance() {
        index += 1
        while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
        column += 1
        scalarCount += 1
    }

    /// Steps over letters and digits, of which most texts consist and which mean nothing inside a scalar.
    mutating func advanceWord() {
        var end = index
        while end < bytes.count {
            switch bytes[end] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: end += 1
            default:
                column += end - index
                scalarCount += end - index
                index = end
                return
            }
        }
        column += end - index
        scalarCount += end - index
        index = end
    }

    /// Steps to the end of the line.
    mutating func advanceToLineEnd() {
        while !isBreakOrEnd() {
            advance()
            advanceWord()
        }
    }

    /// Steps over a line break.
    mutating func advanceLine() {
        index += max(1, SourceText.lineBreak(in: bytes, at: index))
        line += 1
        column = 0
        scalarCount += 1
    }

    func startsDocumentMark() -> Bool {
        guard column == 0 else { return false }
        let mark = byte()
        guard mark == UInt8(ascii: "-") || mark == UInt8(ascii: ".") else { return false }
        return byte(1) == mark && byte(2) == mark && isBlankOrEnd(3)
    }

    /// Skips blanks, comments and line breaks.
    mutating func skipToToken() {
        while index < bytes.count {
            if column == 0, byte() == 0xEF, byte(1) == 0xBB, byte(2) == 0xBF { advance() }
            while byte() == UInt8(ascii: " ") || (byte() == UInt8(ascii: "\t") && (!flows.isEmpty || !keyAllowed)) {
                advance()
            }
            if byte() == UInt8(ascii: "#") {
                advanceToLineEnd()
            }
            guard isBreak() else { return }
            advanceLine()
            if flows.isEmpty { keyAllowed = true }
        }
    }
}
