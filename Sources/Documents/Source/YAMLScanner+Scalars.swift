extension YAMLScanner {
    /// Remembers the text of a scalar that may be a key.
    private mutating func setCandidateText(_ range: Range<Int>, startLine: Int) {
        guard startLine == line, candidates[candidates.count - 1]?.line == startLine else { return }
        guard candidates[candidates.count - 1]?.text == nil else { return }
        candidates[candidates.count - 1]?.text = range
    }

    /// A scalar without quotes: to a comment, a colon and blank, a flow indicator, or a line that is indented less.
    mutating func plainScalar() {
        let start = index
        let startLine = line
        var end = index
        var isFolded = false
        var followsBreak = false
        while index < bytes.count, !startsDocumentMark(), byte() != UInt8(ascii: "#") {
            while !isBlankOrEnd(), !endsPlainScalar() {
                advance()
                advanceWord()
                end = index
                followsBreak = false
            }
            guard isBlank() || isBreak() else { break }
            while isBlank() || isBreak() {
                if isBlank() {
                    advance()
                } else {
                    if !isFolded { setCandidateText(start..<end, startLine: startLine) }
                    advanceLine()
                    isFolded = true
                    followsBreak = true
                }
            }
            if flows.isEmpty && column < indent + 1 { break }
        }
        if !isFolded { setCandidateText(start..<end, startLine: startLine) }
        if followsBreak { keyAllowed = true }
    }

    private func endsPlainScalar() -> Bool {
        let inFlow = !flows.isEmpty
        switch byte() {
        case UInt8(ascii: ":"): return isBlankOrEnd(1)
        case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
            return inFlow
        default: return false
        }
    }

    /// A scalar in single or double quotes.
    mutating func quotedScalar(quote: UInt8) {
        let startLine = line
        advance()
        let start = index
        var isVerbatim = true
        while index < bytes.count {
            if startsDocumentMark() { break }
            if byte() == quote {
                if quote == UInt8(ascii: "'"), byte(1) == quote {
                    isVerbatim = false
                    advance()
                } else {
                    break
                }
            }
            if quote == UInt8(ascii: "\""), byte() == UInt8(ascii: "\\") {
                isVerbatim = false
                advance()
                guard index < bytes.count else { break }
            }
            if isBreak() { advanceLine() } else { advance() }
            advanceWord()
        }
        guard byte() == quote else {
            isStopped = true
            return
        }
        if isVerbatim, index > start { setCandidateText(start..<index, startLine: startLine) }
        advance()
    }

    /// A literal (`|`) or folded (`>`) scalar: to the first line that is indented less than its text.
    mutating func blockScalar() {
        advance()
        var increment = 0
        for _ in 0..<2 {
            if byte() == UInt8(ascii: "+") || byte() == UInt8(ascii: "-") {
                advance()
            } else if increment == 0, 0x31...0x39 ~= byte() {
                increment = Int(byte()) - 0x30
                advance()
            }
        }
        while isBlank() { advance() }
        if byte() == UInt8(ascii: "#") {
            advanceToLineEnd()
        }
        guard isBreakOrEnd() else {
            isStopped = true
            return
        }
        if isBreak() { advanceLine() }
        var textIndent = increment == 0 ? 0 : max(indent, 0) + increment
        skipBlockScalarBreaks(&textIndent)
        while column == textIndent, index < bytes.count {
            advanceToLineEnd()
            guard isBreak() else { return }
            advanceLine()
            skipBlockScalarBreaks(&textIndent)
        }
    }

    /// Skips indentation and empty lines, and finds the text's indentation if it is not yet known (0).
    private mutating func skipBlockScalarBreaks(_ textIndent: inout Int) {
        var widest = 0
        while true {
            while (textIndent == 0 || column < textIndent) && byte() == UInt8(ascii: " ") { advance() }
            widest = max(widest, column)
            guard isBreak() else { break }
            advanceLine()
        }
        if textIndent == 0 { textIndent = max(widest, indent + 1, 1) }
    }
}
