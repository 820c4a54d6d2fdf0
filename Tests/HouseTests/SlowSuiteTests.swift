import Testing

@Suite("The list of slow suites")
struct SlowSuiteTests {
    @Test("Every name is that of a suite or a test")
    func existing() throws {
        let names = SlowSuites.names(try Repository.text(SlowSuites.path))
        let existing = SlowSuites.existing(in: Repository.tests)
        let unknown = names.filter { !existing.contains($0) }
        #expect(!names.isEmpty)
        #expect(unknown.isEmpty, "\(SlowSuites.path): nothing is called \(unknown.joined(separator: ", "))")
        #expect(Set(names).count == names.count, "\(SlowSuites.path) has a name twice")
    }

    @Test("Names are the targets', the suites' and the tests'; what is no test has none")
    func names() {
        let file = SourceFile(
            path: "Tests/SolverTests/GradientTests.swift",
            text: """
                @Suite("Gradients") struct GradientTests {
                    @Suite struct Small { @Test("one", arguments: [1, 2]) func one(number: Int) {} }
                    @Test func two() throws {}
                    func helper() {}
                }
                struct Fixture {}
                """)
        let expected: Set = [
            "SolverTests.GradientTests", "SolverTests.GradientTests/Small", "SolverTests.GradientTests/Small/one",
            "SolverTests.GradientTests/two",
        ]
        #expect(SlowSuites.existing(in: [file]) == expected)
    }

    @Test("Remarks and empty lines are no names")
    func remarks() {
        #expect(SlowSuites.names("# seconds\n\nA.B  # 40\nA.C/d\n") == ["A.B", "A.C/d"])
    }
}
