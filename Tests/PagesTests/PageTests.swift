import Foundation
import Output
import Pages
import Testing

@Suite("Pages let nothing run or load but what stands in them")
struct PageTests {
    private let page = Page(
        title: "A </title><script>b</script>", styles: ["p { color: red }\n"], scripts: ["var a = 1 < 2;"],
        body: Markup("<p>body</p>\n"))

    @Test("The policy names the very bytes of styles and scripts")
    func hashes() throws {
        #expect(page.policy.contains("style-src 'sha256-\(ContentHash.base64("p { color: red }\n"))'"))
        #expect(page.policy.contains("script-src 'sha256-\(ContentHash.base64("var a = 1 < 2;"))'"))
        #expect(page.html.contains("<style>p { color: red }\n</style>"))
        #expect(page.html.contains("<script>var a = 1 < 2;</script>"))
        #expect(Page(title: "", styles: [], body: Markup("")).policy.contains("style-src 'none'; script-src 'none'"))
    }

    /// Source: FIPS 180-4, the digest of the empty message, in base 64.
    @Test("Hashes are SHA-256 in base 64")
    func digest() {
        #expect(ContentHash.base64("") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    }

    @Test("The title is a text")
    func title() {
        #expect(page.html.contains("<title>A &lt;/title&gt;&lt;script&gt;b&lt;/script&gt;</title>"))
    }

    static let hostile = [
        "<script>alert(1)</script>", "\" onload=\"x", "'><img src=x>", "{{x}} {{{x}}} {{#x}}{{/x}}",
        "\"\u{301} onclick=\"",
        "<\u{301}b>", "\u{1B}[31mred", "\u{202E}back", "&lt;", "a\u{2028}b", "\u{0}",
    ]

    @Test("Whatever a text holds, it stays a text", arguments: hostile)
    func escaping(text: String) throws {
        let templates = try PageTemplates(["a": "{{x}}|{{>b}}", "b": "<i title=\"{{x}}\"></i>"])
        let written = templates.render("a", ["x": .text(text)]).description
        let own = written.replacing("<i title=\"", with: "").replacing("\"></i>", with: "")
        #expect(!own.unicodeScalars.contains { "<>\"'".unicodeScalars.contains($0) })
        #expect(!written.unicodeScalars.contains { Escaped.isHidden($0) })
        if !text.unicodeScalars.contains(where: Escaped.isHidden) {
            // By code unit: a mark behind a reference combines with its last letter.
            let references = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            let back = references.reduce(own) {
                $0.replacingOccurrences(of: $1.0, with: $1.1, options: .literal)
            }
            #expect(back == "\(text)|\(text)")
        }
    }

    @Test("Data cannot end their element")
    func data() throws {
        let text = "</script><!-- & {{x}} <\u{301}"
        let markup = try Markup(data: .string(text)).description
        #expect(!markup.unicodeScalars.contains { "<>&".unicodeScalars.contains($0) })
        #expect(try JSONValue(parsing: markup) == .string(text))
    }

    @Test("Pictures of one page have names of their own")
    func pictures() {
        let svg = "<?xml version=\"1.0\"?>\n<svg><clipPath id=\"field\"/><g clip-path=\"url(#field)\"/></svg>\n"
        #expect(
            Markup(svg: svg, named: "p1").description
                == "<svg><clipPath id=\"p1-field\"/><g clip-path=\"url(#p1-field)\"/></svg>\n")
    }
}
