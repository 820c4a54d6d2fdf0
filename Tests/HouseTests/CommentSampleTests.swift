import Testing

/// A fault of each kind in a few lines, and the same lines without it.
@Suite("Comments that do not fit are found")
struct CommentSampleTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let text: String
        /// What the only fault says; nil where there must be none.
        let fault: String?

        init(_ text: String, _ fault: String?) {
            self.text = text
            self.fault = fault
        }

        var testDescription: String { text.split(separator: "\n").joined(separator: " ⏎ ") }
    }

    static let fields = [
        Sample("/// - Parameter onStart: called.\nfunc solve(progress: () -> Void) {}", "has no parameter 'onStart'"),
        Sample("/// - Parameter progress: called.\nfunc solve(progress: () -> Void) {}", nil),
        Sample("/// - Parameters:\n///   - a: one.\n///   - c: none.\ninit(a: Int, _ b: Int) {}", "no parameter 'c'"),
        Sample("/// - Parameters:\n///   - a: one.\n///   - b: two.\ninit(a: Int, _ b: Int) {}", nil),
        Sample("/// - Parameter limit: n.\nfunc f(points limit: Int) {}", nil),
        Sample("/// - Parameter points: n.\nfunc f(points limit: Int) {}", "it is called 'limit'"),
        Sample("/// - Parameter T: any.\nfunc f<T: Sendable>(_ value: T) {}", nil),
        Sample("/// - Parameter x: one.\nstruct Point { var x = 0 }", "struct Point has no parameter 'x'"),
        Sample("/// - Parameter x: one.\nsubscript(x: Int) -> Int { x }", nil),
        Sample("/// - Returns: a number.\nfunc f() {}", "returns nothing"),
        Sample("/// - Returns: a number.\nfunc f() -> Void {}", "returns nothing"),
        Sample("/// - Returns: a number.\nvar number: Int { 1 }", "returns nothing"),
        Sample("/// - Returns: a number.\nfinal class Counter {}", "returns nothing"),
        Sample("/// - Returns: a number.\n@inlinable\npublic static func f(\n    a: Int = 1\n) -> Int { 1 }", nil),
        Sample("/// - Throws: `E`.\nfunc f() -> () throws -> Int { g }", "throws nothing"),
        Sample("/// - Throws: `E`.\nvar a: Int { 1 }", "throws nothing"),
        Sample("/// - Throws: `E`.\nvar a: Int { get throws { 1 } }", nil),
        Sample("/// - Throws: `E`.\nfunc f(_ g: () throws -> Int) rethrows {}", nil),
        Sample("/// - Throws: `GameError`.\nfunc f() throws(SolverError) {}", "and 'Throws' names GameError"),
        Sample("/// - Throws: `GameError`, ``SolverError``.\nfunc f() throws(SolverError) {}", nil),
    ]

    static let places = [
        Sample("/// A number.\n\nlet number = 1", "a blank line follows"),
        Sample("/// A number.\nlet number = 1", nil),
        Sample("/// A number.\n\n/// Another.\nlet number = 1", "a blank line follows"),
        Sample("/// A number.\n// why\n/// Another.\nlet number = 1", "another one follows"),
        Sample("/// A number.\n// swift-format-ignore\nlet number = 1", nil),
        Sample("struct A {\n    let number = 1\n    /// Nothing.\n}", "no declaration follows"),
        Sample("func f() {\n    /// Not a declaration.\n    g()\n}", "no declaration follows"),
        Sample("let number = 1\n/// The end.\n", "nothing follows it"),
        Sample("var a: Int {\n    /// Reads.\n    get { 1 }\n}", nil),
        Sample("enum E {\n    /// One.\n    case one(a: Int)\n    /// Two.\n    indirect case two\n}", nil),
    ]

    static let joined = [
        Sample("/// δ; nil after reporting.\n/// λ, as files give it.\nfunc rationality() {}", "is this the comment"),
        Sample("/// δ in [0, 1]; nil after reporting.\n///\n/// λ, as files give it.\nfunc rationality() {}", nil),
        Sample("/// 1. One.\n/// 2. Two.\nfunc f() {}", nil),
        Sample("/// ```\n/// One.\n/// Two.\n/// ```\nfunc f() {}", nil),
        Sample(
            """
            /// The nodes.
            ///
            /// How users react.
            func users() {
                let only = 1
            }

            /// - Complexity: O(1).
            func nodes() {}
            """, "has it taken that of its neighbour?"),
        Sample(
            """
            /// How users react.
            ///
            /// Nil where nobody does.
            func users() {}

            /// The nodes.
            /// - Complexity: O(1).
            func nodes() {}
            """, nil),
    ]

    @Test("A sample has the fault that it was given and no other", arguments: fields + places + joined)
    func sample(sample: Sample) {
        let found = CommentChecks.faults(in: SourceFile(path: "A.swift", text: sample.text))
        #expect(found.count == (sample.fault == nil ? 0 : 1), "\(found.listed)")
        if let fault = sample.fault { #expect(found.first?.message.contains(fault) == true, "\(found.listed)") }
    }

    @Test("A fault has the line of what is wrong")
    func lines() {
        let text = "import A\n\n/// One.\n///\n/// - Throws: `E`.\nfunc f() {}\n"
        #expect(CommentChecks.faults(in: SourceFile(path: "A.swift", text: text)).map(\.line) == [5])
    }
}
