import Testing

@Suite("A result declares its columns once")
struct ColumnsRuleTests {
    /// What lays out a table by hand: only `Output` does, for `Columns`.
    private static let makers: Set = ["TidyTable", "TextTable"]

    /// The tables that a file makes itself: a maker's name before a parenthesis, in code.
    private static func tables(in file: SourceFile) -> [String] {
        zip(file.tokens, file.tokens.dropFirst()).compactMap { word, next in
            guard word.kind == .word, makers.contains(word.text), next.isPunctuation("(") else { return nil }
            return "\(file.path): \(word.text)("
        }
    }

    @Test("Outside Output no source makes a table by hand")
    func sources() {
        let files = Repository.sources.filter { !$0.path.hasPrefix("Sources/Output/") }
        #expect(files.count > 100)
        let found = files.flatMap(Self.tables)
        #expect(found.isEmpty, "declare Columns instead: \(found.joined(separator: ", "))")
    }

    @Test("Output does, so that the rule sees what it looks for")
    func output() {
        let found = Repository.sources.filter { $0.path.hasPrefix("Sources/Output/") }.flatMap(Self.tables)
        #expect(Set(found.map { $0.split(separator: " ").last }) == ["TidyTable(", "TextTable("])
    }
}
