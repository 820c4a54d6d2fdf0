import Documents
import Scenarios
import Testing
import Yams

/// The scanner agrees with the YAML parser on what it must not miss.
@Suite struct ScannerTests {
    private func scan(_ text: String) -> YAMLScanner {
        var scanner = YAMLScanner(Array(text.utf8))
        scanner.scan()
        return scanner
    }

    @Test(arguments: [
        "a: it's *not* an alias & no anchor", "a: \"*b &c !d\"", "a: '*b'", "# *a\nb: 1", "a: |\n  *b\n  &c\n",
        "a: >-\n  *b\n",
        "a: b *c", "a: x\n  *y\n  z", "- |2\n    *a\n  *b\n", "a: [b *c, d & e]", "a: 1 # *b", "a: 'it''s *b'",
        "a: \"\\\"*b\"",
        "a:\n- |\n *b\n- c", "a: b?c", "a: {b: c*d}", "a: -b", "a: http://x/*y",
    ])
    func textIsNotTakenForAliases(text: String) throws {
        #expect(scan(text).findings.isEmpty)
        _ = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot()
    }

    @Test(arguments: [
        ("*a", 1, 1), ("a: *b", 1, 4), ("- *a", 1, 3), ("[a, *b]", 1, 5), ("{a: *b}", 1, 5), ("{a: b,*c : d}", 1, 7),
        ("a: |\n  b\n*c", 3, 1), ("a: |1\n  b\n *c\n*d", 4, 1), ("a: 'b' \n*c : d", 2, 1), ("\u{FEFF}*a", 1, 2),
        ("--- *a", 1, 5),
        ("a:\n  b: |\n   c\n  d: *e", 4, 6), ("a: >\n\n\n*b", 4, 1), ("\"a\": [\"b\", *c]", 1, 12), ("é: *b", 1, 4),
    ])
    func aliasesAreFound(text: String, line: Int, column: Int) {
        let position = SourcePosition(line: line, column: column)
        #expect(scan(text).findings.map(\.span.position) == [position])
    }

    @Test func repeatedKeysAreFound() {
        func duplicates(_ text: String) -> [SourcePosition] { scan(text).duplicates.map(\.position) }
        #expect(duplicates("a: 1\nb: 2\na: 3") == [SourcePosition(line: 3, column: 1)])
        #expect(duplicates("a: {b: 1, \"b\": 2}") == [SourcePosition(line: 1, column: 11)])
        #expect(duplicates("a:\n  b: 1\nc:\n  b: 1") == [])
        #expect(duplicates("- a: 1\n- a: 1") == [])
        #expect(duplicates("k:\n- a: 1\n- a: 1\nk: 2") == [SourcePosition(line: 4, column: 1)])
        #expect(duplicates("a: |\n  a: 1\n  a: 2\n") == [])
    }

    /// Wherever the scanner sees nothing fatal, the parser's tree holds what the scanner promises.
    @Test func whatPassesIsShallowAndFree() throws {
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let pieces = [
            "a", "b:", ": ", "- ", "\n", "\n  ", " ", "[", "]", "{", "}", ", ", "'", "\"", "|\n", ">\n ", "#", "*a",
            "&a ", "?",
            "? ", "!t ", "\t", "é", "---\n", "\n...\n", "%", "x y", "\u{FEFF}", "|2\n", "\\", "''",
        ]
        var composed = 0
        for _ in 0..<30_000 {
            let text = (0..<(1 + next(14))).map { _ in pieces[next(pieces.count)] }.joined()
            let scanner = scan(text)
            guard !scanner.findings.contains(where: \.isFatal) else { continue }
            guard let (isFree, hasPlainKeys) = Self.compose(text) else { continue }
            composed += 1
            #expect(isFree, "\(text.debugDescription)")
            #expect(hasPlainKeys, "\(text.debugDescription)")
        }
        #expect(composed > 1000)
        // The check would notice an alias.
        #expect(try #require(Self.compose("a: &x [b]\nc: *x")).isFree == false)
        #expect(try #require(Self.compose("a: &x b\nc: *x")).isFree == false)
    }

    /// What the parser makes of a text; nil if it is not YAML. Anchors live as long as the parser does.
    private static func compose(_ text: String) -> (isFree: Bool, hasPlainKeys: Bool)? {
        guard let parser = try? Parser(yaml: text, resolver: .basic, encoding: .utf8) else { return nil }
        return withExtendedLifetime(parser) {
            guard let root = try? parser.singleRoot() else { return nil }
            return (!holdsAlias(root), keysArePlain(root))
        }
    }

    /// An alias stands for an anchored node a second time, at the same mark.
    private static func holdsAlias(_ root: Node) -> Bool {
        var marks: Set<String> = []
        func visit(_ node: Node) -> Bool {
            if node.anchor != nil, let mark = node.mark, !marks.insert("\(mark)").inserted { return true }
            switch node {
            case .sequence(let sequence): return sequence.contains { visit($0) }
            case .mapping(let mapping): return mapping.contains { visit($0.key) || visit($0.value) }
            default: return false
            }
        }
        return visit(root)
    }

    /// Keys that are collections pass only where they are short: in block style, on one line.
    private static func keysArePlain(_ node: Node) -> Bool {
        switch node {
        case .sequence(let sequence): return sequence.allSatisfy { keysArePlain($0) }
        case .mapping(let mapping):
            return mapping.allSatisfy { pair in
                (pair.key.scalar != nil || (pair.key.sequence?.count ?? 0) + (pair.key.mapping?.count ?? 0) < 64)
                    && keysArePlain(pair.value)
            }
        default: return true
        }
    }
}
