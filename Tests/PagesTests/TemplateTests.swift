import Output
import Pages
import Testing

@Suite("Templates are filled in and nothing else")
struct TemplateTests {
    @Test("A name that a record gives nothing is not looked for around it")
    func absent() throws {
        let templates = try PageTemplates(["a": "{{#list}}[{{note}}{{#note}}!{{/note}}]{{/list}}"])
        let model: PageValue = ["note": "outer", "list": [["note": nil], ["note": "inner"], ["other": "x"]]]
        #expect(templates.render("a", model).description == "[][inner!][outer!]")
    }

    @Test("Markup is written as it is, and only between three braces")
    func markup() throws {
        let templates = try PageTemplates(["a": "{{{m}}}|{{m}}"])
        #expect(templates.render("a", ["m": .markup(Markup("<b>"))]).description == "<b>|&lt;b&gt;")
    }

    @Test("A page of nothing has no part")
    func empty() throws {
        let page = try ReportPage.html(title: "T", ["title": "A & B"])
        #expect(page.contains("<h1>A &amp; B</h1>"))
        #expect(!page.contains("<section id=\"frontier\""))
        #expect(!page.contains("{{"))
    }
}
