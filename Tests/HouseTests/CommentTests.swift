import Testing

@Suite("Documentation comments stand on what they describe")
struct CommentTests {
    private let files = Repository.sources + Repository.tests + Repository.others

    @Test("In the repository")
    func repository() {
        let faults = files.flatMap { CommentChecks.faults(in: $0) }
        #expect(faults.isEmpty, "\(faults.listed)")
    }

    @Test("The reader follows every file to its end, and sees comments")
    func reading() {
        let lost = files.filter { !$0.isBalanced }.map(\.path)
        #expect(lost.isEmpty, "\(lost.joined(separator: ", "))")
        let silent = Set(
            Repository.sources.filter { file in
                file.tokens.contains { $0.kind == .documentation } && !file.declarations.contains { $0.comment != nil }
            }.map(\.path))
        #expect(silent.isEmpty, "\(silent.sorted().joined(separator: ", "))")
    }
}
