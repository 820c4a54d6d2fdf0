import Testing

@Suite("Swift text is divided into tokens")
struct LexerTests {
    private func words(_ text: String) -> [String] { Lexer.tokens(of: text).map(\.text) }

    @Test("Strings of every kind end where they end")
    func strings() {
        #expect(
            words(#"let a = "x\(f("}", g: "\(1)")) \" y" + b"#) == [
                "let", "a", "=", #"x\(f("}", g: "\(1)")) \" y"#, "+", "b",
            ])
        #expect(words(##"#"a "b" \(c)"# d"##) == [#"a "b" \(c)"#, "d"])
        #expect(words(###"f(#""""#, 1)"###) == ["f", "(", "\"\"", ",", "1", ")"])
        #expect(words("\"\"\"\n  { \"q\" }\n  \"\"\" }") == ["\n  { \"q\" }\n  ", "}"])
    }

    @Test("Regex literals are no code, and divisions are no regex literals")
    func regexes() {
        #expect(words(#"a(/[{"]\/+/)"#) == ["a", "(", #"/[{"]\/+/"#, ")"])
        #expect(words("x = #/\\{a`/#.b") == ["x", "=", "#/\\{a`/#", ".", "b"])
        #expect(words("(a / b / c)/d/2") == ["(", "a", "/", "b", "/", "c", ")", "/", "d", "/", "2"])
    }

    @Test("Comments nest, and only three slashes document")
    func comments() {
        let tokens = Lexer.tokens(of: "/* a /* b */ c */ x // y\n//// z\n/// one\n  ///\n  /// two\nlet λ_θ = 1...2")
        #expect(tokens.map(\.kind).prefix(5) == [.comment, .word, .comment, .comment, .documentation])
        #expect(tokens[4].text == "one\n\ntwo")
        #expect((tokens[4].line, tokens[4].endLine) == (3, 5))
        #expect(tokens.dropFirst(5).map(\.text) == ["let", "λ_θ", "=", "1", ".", ".", ".", "2"])
        #expect(tokens[5].line == 6)
    }

    @Test("Both branches of a condition are read, and backticks are no part of a name")
    func conditions() {
        #expect(
            words("#if canImport(Glibc)\nimport A\n#else\nimport B\n#endif\ncase `default`") == [
                "import", "A", "import", "B", "case", "default",
            ])
    }

    @Test("Declarations of every form, with the types around them")
    func declarations() {
        let text = """
            public struct Outer<Element: Sendable>: Sendable {
                private(set) var a = 0, b = f(1, 2)
                @Option(name: .long, help: "{") var c: [Int: Int] { didSet { let local = 1 } }
                static func == (left: Self, right: Self) -> Bool { true }
                init?(_ x: Int, at y: @escaping () -> Void = {}) { switch x { case 1: break } }
            }
            extension Outer.Inner { class func make() async throws(E) {} }
            actor Store { subscript(i: Int, of j: Int) -> Int { 0 } }
            """
        let found = SourceFile(path: "A.swift", text: text).declarations.filter { !$0.isLocal }
        let titles = found.map { ($0.path + [$0.title]).joined(separator: "/") }
        #expect(
            titles == [
                "struct Outer", "Outer/var a", "Outer/var b", "Outer/var c", "Outer/func ==(left:right:)",
                "Outer/init(_:at:)", "Outer/extension Inner", "Outer/Inner/func make()", "actor Store",
                "Store/subscript(_:of:)",
            ])
        #expect(found.first { $0.name == "make" }?.error == "E")
    }
}
