extension YAMLScanner {
    /// Reads one token; the text is at its first character.
    mutating func scanToken() {
        let inFlow = !flows.isEmpty
        switch byte() {
        case UInt8(ascii: "%") where column == 0:
            unrollIndent(to: -1)
            advanceToLineEnd()
        case _ where startsDocumentMark():
            unrollIndent(to: -1)
            setCandidate(nil)
            keyAllowed = false
            for _ in 0..<3 { advance() }
        case UInt8(ascii: "["): openFlow(isMapping: false)
        case UInt8(ascii: "{"): openFlow(isMapping: true)
        case UInt8(ascii: "]"), UInt8(ascii: "}"): closeFlow()
        case UInt8(ascii: ","):
            setCandidate(nil)
            keyAllowed = true
            if inFlow { flows[flows.count - 1].expectsKey = true }
            advance()
        case UInt8(ascii: "-") where isBlankOrEnd(1): blockEntry()
        case UInt8(ascii: "?") where inFlow || isBlankOrEnd(1):
            report("marks a key with '?'; a key must be a plain name", isFatal: true)
            isStopped = true
        case UInt8(ascii: ":") where inFlow || isBlankOrEnd(1): mappingValue()
        case UInt8(ascii: "*"): property("an alias", "write the value out", isFatal: true)
        case UInt8(ascii: "&"): property("an anchor", "remove it", isFatal: false)
        case UInt8(ascii: "!"): property("a tag", "remove it", isFatal: false)
        case UInt8(ascii: "|") where !inFlow, UInt8(ascii: ">") where !inFlow:
            countNode()
            setCandidate(nil)
            keyAllowed = true
            blockScalar()
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            beginScalar()
            quotedScalar(quote: byte())
        case UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"),
            UInt8(ascii: "\t"), 0:
            isStopped = true
        default:
            beginScalar()
            plainScalar()
        }
    }

    /// Notes that a scalar starts here and may be a key.
    private mutating func beginScalar() {
        countNode()
        if keyAllowed {
            setCandidate(KeyCandidate(line: line, column: column, scalarCount: scalarCount))
        }
        if !flows.isEmpty { flows[flows.count - 1].expectsKey = false }
        keyAllowed = false
    }

    mutating func setCandidate(_ candidate: KeyCandidate?) {
        candidates[candidates.count - 1] = candidate
    }

    /// A key must be on one line and, up to its colon, at most 1024 characters long.
    mutating func dropStaleCandidate() {
        guard let candidate = candidates[candidates.count - 1] else { return }
        if candidate.line < line || candidate.scalarCount + 1024 < scalarCount { setCandidate(nil) }
    }

    private mutating func openFlow(isMapping: Bool) {
        countNode()
        if let flow = flows.last, flow.isMapping, flow.expectsKey {
            report("starts a key that is a collection; a key must be a plain name", isFatal: true)
            isStopped = true
        }
        if keyAllowed { setCandidate(KeyCandidate(line: line, column: column, scalarCount: scalarCount)) }
        flows.append(Flow(isMapping: isMapping, expectsKey: true))
        candidates.append(nil)
        keyAllowed = true
        checkDepth()
        advance()
    }

    private mutating func closeFlow() {
        if flows.popLast() != nil { candidates.removeLast() } else { setCandidate(nil) }
        keyAllowed = false
        advance()
    }

    private mutating func blockEntry() {
        if flows.isEmpty {
            guard keyAllowed else {
                isStopped = true
                return
            }
            rollIndent(to: column)
        }
        countNode()
        setCandidate(nil)
        keyAllowed = true
        advance()
    }

    /// The colon between a key and its value.
    private mutating func mappingValue() {
        if let key = candidates[candidates.count - 1] {
            if flows.isEmpty { rollIndent(to: key.column) }
            note(key)
            setCandidate(nil)
            keyAllowed = false
        } else {
            if flows.isEmpty {
                guard keyAllowed else {
                    isStopped = true
                    return
                }
                rollIndent(to: column)
            }
            keyAllowed = flows.isEmpty
        }
        if let flow = flows.last, flow.isMapping { flows[flows.count - 1].expectsKey = false }
        advance()
    }

    /// Remembers a key of the innermost mapping, or notes that it has the key already.
    private mutating func note(_ key: KeyCandidate) {
        guard let range = key.text else { return }
        let name = String(decoding: bytes[range], as: UTF8.self)
        let first: Int?
        // No copy of the collection may live here: its keys would be copied with each one that is added.
        if let top = flows.indices.last {
            guard flows[top].isMapping else { return }
            first = flows[top].keys[name]
            if first == nil { flows[top].keys[name] = key.line }
        } else {
            guard !blocks.isEmpty else { return }
            first = blocks[blocks.count - 1].keys[name]
            if first == nil { blocks[blocks.count - 1].keys[name] = key.line }
        }
        guard let first else { return }
        let position = SourcePosition(line: key.line, column: key.column + 1)
        duplicates.append(DuplicateKey(range: range, position: position, firstLine: first))
    }

    /// An alias, an anchor or a tag.
    private mutating func property(_ what: String, _ advice: String, isFatal: Bool) {
        var end = index + 1
        while end < bytes.count, end < index + 40, bytes[end] > 0x20, !",[]{}".utf8.contains(bytes[end]) { end += 1 }
        let text = String(decoding: bytes[index..<end], as: UTF8.self)
        report(
            "'\(text)' is \(what), and scenarios have none; \(advice), or put the text in quotes",
            length: text.unicodeScalars.count, isFatal: isFatal)
        if keyAllowed { setCandidate(KeyCandidate(line: line, column: column, scalarCount: scalarCount)) }
        keyAllowed = false
        advance()
        while !isBlankOrEnd(), !(!flows.isEmpty && ",[]{}".utf8.contains(byte())) { advance() }
    }

    // MARK: Indentation

    private mutating func rollIndent(to column: Int) {
        guard flows.isEmpty, indent < column else { return }
        blocks.append(Block(outerIndent: indent))
        indent = column
        countNode()
        checkDepth()
    }

    mutating func unrollIndent(to column: Int) {
        guard flows.isEmpty else { return }
        while indent > column, let block = blocks.popLast() { indent = block.outerIndent }
    }
}
