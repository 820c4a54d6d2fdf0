import Testing

@Suite("Links that lead nowhere are found")
struct LinkSampleTests {
    static let file = SourceFile(
        path: "Sources/Model/Table.swift",
        text: #"""
            public struct Table: Countable {
                public let rows: [Int]
                init(layers: Int) { let hidden = "\(layers) } { \(f("}"))" }
                func draw(_ column: Int, word: UInt64) -> Int { 1 }
                enum Shape { case wide(by: Int), flat }
            }
            protocol Countable { var count: Int { get } }
            func draft(of table: Table) {}
            """#)

    static let checks = LinkChecks(
        links: NameIndex(files: [file], modules: ["Model"], pages: ["Evaluation"]),
        names: NameIndex(files: [file], modules: ["Model", "UserAgents"]), allowed: ["OtherProgram"])

    static let leading = [
        "``Table``", "``Model``", "``Model/Table``", "``Table/rows``", "``Table/draw(_:word:)``",
        "``Table/init(layers:)``", "``Table/Shape/wide(by:)``", "``Shape/flat``", "``Table/count``", "``draft(of:)``",
        "<doc:Evaluation>",
        "<doc:Evaluation#Cost>", "<doc:Table>", "`UserAgents`", "`OtherProgram`", "`Table.Shape`", "`draw(_:word:)`",
        "`Vec`", "`JSON`", "`two words`", "``Table/draw(_:word:)-swift.method``",
    ]
    static let astray = [
        "``Tables``", "``Table/columns``", "``Other/rows``", "``Table/draw(_:)``", "``draw(_:word:)``", "``rows``",
        "``Shape/rows``", "``Table/hidden``", "<doc:Evaluations>", "`DecisionNode`", "`DecisionNode.rows`",
        "`draw(word:)`", "``Table/init(layers:initial:)``",
    ]

    @Test("What leads somewhere has no fault", arguments: leading)
    func good(text: String) {
        #expect(Self.checks.faults(inPage: "See \(text).", path: "A.md").isEmpty)
    }

    @Test("What leads nowhere is a fault, with its line", arguments: astray)
    func bad(text: String) {
        let found = Self.checks.faults(inPage: "Title\n\nSee \(text) and ``Table``.", path: "A.md")
        #expect(found.map(\.line) == [3], "\(found.listed)")
    }

    @Test("In a comment the members of the types around it need no type", arguments: [("rows", 0), ("columns", 1)])
    func scope(name: String, count: Int) {
        let text = "extension Table {\n    /// As ``\(name)``.\n    func f() {}\n}"
        #expect(Self.checks.faults(in: SourceFile(path: "B.swift", text: text)).count == count)
    }

    @Test("Code blocks are no text")
    func code() {
        #expect(Self.checks.faults(inPage: "```\n`DecisionNode` ``Tables``\n```\n", path: "A.md").isEmpty)
        #expect(Self.checks.faults(inPage: "```\n```\n`DecisionNode`", path: "A.md").count == 1)
    }
}
