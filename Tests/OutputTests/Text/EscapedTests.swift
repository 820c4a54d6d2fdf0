import Output
import Testing

@Suite("Texts from elsewhere")
struct EscapedTests {
    /// What acts on a reader instead of being seen.
    static let hidden: [Unicode.Scalar] = [
        "\u{0}", "\u{7}", "\u{8}", "\t", "\n", "\r", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{9D}", "\u{AD}",
        "\u{34F}",
        "\u{61C}", "\u{115F}", "\u{180E}", "\u{200B}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}",
        "\u{202A}",
        "\u{202E}", "\u{2060}", "\u{2066}", "\u{2069}", "\u{FEFF}", "\u{FFF9}", "\u{FFFE}", "\u{FFFF}", "\u{1D173}",
        "\u{1FFFE}", "\u{E0001}", "\u{E007F}",
    ]
    /// Texts that would act in some language.
    static let hostile = [
        "<script>alert(1)</script>", "]]>", "& \" '", "`code` ``two``", "a|b", "*strong* _em_ ~~no~~",
        "[link](http://x)",
        "![picture](x)", "https://example.org", "www.example.org", "@someone", "# heading", "- item", "---", "$x$",
        "\\", "\\N",
        "\"; rm -rf /", "$(reboot)", "`reboot`", "it's", "-rf", "%1", "=ls", "", " ", "a b", "ümläut 漢字 🙂", "&lt;",
    ]

    @Test("What cannot be seen is shown by its number, and nothing else is touched", arguments: hidden)
    func shown(scalar: Unicode.Scalar) {
        let number = String(scalar.value, radix: 16, uppercase: true)
        #expect(Escaped.line("a\(scalar)b") == "a\\u{\(number)}b")
        #expect(Escaped.isHidden(scalar))
        #expect(Escaped.lines("a\(scalar)b") == (scalar == "\n" ? "a\nb" : "a\\u{\(number)}b"))
        #expect(
            Escaped.field("a\(scalar)b") == (["\n", "\r", "\t"].contains(scalar) ? "a\(scalar)b" : "a\\u{\(number)}b"))
    }

    @Test("A line feed after a carriage return is one character and two scalars: both are shown")
    func carriageReturn() {
        #expect(Escaped.line("a\r\nb") == "a\\u{D}\\u{A}b")
        #expect(Escaped.lines("a\r\nb") == "a\\u{D}\nb")
    }

    @Test(
        "Letters of all scripts, signs and pictures stay as they are",
        arguments: ["é", "e\u{301}", "漢字", "🙂", "❤\u{FE0F}", "ر", "→ ± β", "a\\u{1B}"])
    func kept(text: String) { #expect(Escaped.line(text) == text) }

    private func undone(_ text: String, _ pairs: [(String, String)]) -> String {
        pairs.reduce(text) { $0.split(separator: $1.0, omittingEmptySubsequences: false).joined(separator: $1.1) }
    }

    @Test("XML has no markup of theirs, and says the text", arguments: hostile)
    func xml(text: String) {
        let escaped = Escaped.xml(text)
        #expect(!escaped.contains { "<>\"'".contains($0) })
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        #expect(undone(escaped, entities) == text)
    }

    @Test(
        "Markdown has no markup, HTML, link or mention of theirs",
        arguments: [
            ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"), ("a|b", "a\\|b"), ("*a* `b`", "\\*a\\* \\`b\\`"),
            ("[a](b)", "\\[a\\]\\(b)"), ("https://x.org", "https&#58;//x.org"), ("www.x.org", "www&#46;x.org"),
            ("@a", "&#64;a"), ("owner_route", "owner_route"), ("_a_", "\\_a\\_"), ("- a", "\\- a"),
            ("a - b.", "a - b."),
            ("a\nb", "a\\\\u\\{A\\}b"), ("What happens?", "What happens?"), ("C# & 5 \\", "C\\# &amp; 5 \\\\"),
        ])
    func markdown(text: String, expected: String) {
        // The number that stands for a control is a text like any other, and its marks are escaped too.
        #expect(Escaped.markdown(text) == expected)
    }

    @Test("A code span cannot be left, also in a table", arguments: hostile)
    func code(text: String) {
        let span = Escaped.markdownCode(text)
        let fence = span.prefix { $0 == "`" }
        #expect(span.hasSuffix(fence) && !fence.isEmpty)
        let inner = span.dropFirst(fence.count).dropLast(fence.count)
        var (longest, run) = (0, 0)
        for character in inner {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        #expect(longest < fence.count)
        #expect(!inner.isEmpty)
        for (index, character) in zip(inner.indices, inner) where character == "|" {
            #expect(index > inner.startIndex && inner[inner.index(before: index)] == "\\")
        }
    }

    @Test("A block ends where we end it")
    func block() {
        #expect(Escaped.markdownBlock("a\nb\n") == "```\na\nb\n```")
        #expect(Escaped.markdownBlock("```\n\u{1B}\n") == "````\n```\n\\u{1B}\n````")
    }

    @Test("A string of Graphviz's is closed by its own mark only, and its labels show the text", arguments: hostile)
    func dot(text: String) {
        let quoted = Escaped.dot(text)
        #expect(quoted.hasPrefix("\"") && quoted.hasSuffix("\""))
        let inner = String(quoted.dropFirst().dropLast())
        #expect(!inner.contains { "<>\n".contains($0) })
        var isEscape = false
        for character in inner {
            if isEscape {
                #expect(character == "\\" || character == "\"")
                isEscape = false
            } else {
                #expect(character != "\"")
                isEscape = character == "\\"
            }
        }
        #expect(!isEscape)
        let read = undone(inner, [("\\\"", "\""), ("\\\\", "\\"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")])
        #expect(read == text)
        #expect(Escaped.dotLabel(["a\nb", "c"]) == "a\\\\u{A}b\\nc")
    }

    @Test("A JSON document keeps its value where a terminal is spared")
    func json() {
        let document = "{\n  \"a\": \"\u{9B}31m \u{202E} \u{E0001} \u{7F} ü\"\n}"
        #expect(Escaped.json(document) == "{\n  \"a\": \"\\u009b31m \\u202e \\udb40\\udc01 \\u007f ü\"\n}")
        #expect(Escaped.json("{\"a\": 1}") == "{\"a\": 1}")
    }
}
