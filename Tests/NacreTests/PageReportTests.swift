import ExampleScenarios
import GameModel
import Nacre
import Output
import Testing

/// Pages of scenarios of every shape: they are whole, they are the same twice, and no text of theirs is anything but text.
@Suite("Reports on one page")
struct PageReportTests {
    private static func request(_ policies: [String] = ["reference"], quick: Bool = true) -> PageRequest {
        var request = PageRequest(policies: policies)
        request.conversations = 20
        request.episodes = 2000
        if quick { request.without = PagePart.slow }
        return request
    }

    private static func page(_ scenario: Scenario, _ request: PageRequest, threads: Int = 2) throws -> PageReport {
        try request.report(scenario, RunControl(threads: threads))
    }

    /// Elements that a browser would make of a text, outside of our own script and style: names of tags, in order.
    private static func tags(_ html: String) -> Set<String> {
        var rest = html[...]
        var names: Set<String> = []
        while let open = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: open)...]
            let name = rest.prefix { $0.isLetter || $0.isNumber }
            if !name.isEmpty { names.insert(name.lowercased()) }
            // What stands in a script or style is no markup until its end tag.
            if name == "script" || name == "style", let end = rest.firstRange(of: "</\(name)>") {
                rest = rest[end.upperBound...]
            }
        }
        return names
    }

    @Test("Every shipped scenario, with all parts", arguments: ExampleScenarios.all.map(\.name))
    func shipped(name: String) throws {
        let example = try #require(ExampleScenarios.all.first { $0.name == name })
        let scenario = try Scenario.parse(example.text, file: "\(name).yaml")
        var request = Self.request()
        request.conversations = 200
        let report = try Self.page(scenario, request)
        #expect(report.isComplete, "\(report.text())")
        #expect(report.html.utf8.count < 2_000_000)
        #expect(report.html.contains("<h1>\(Escaped.html(scenario.title))</h1>"))
        let value = try scenario.evaluate(try scenario.policy("reference"))
        #expect(report.html.contains("<dd>\(Format.number(value.payoff, 4))</dd>"))
        #expect(report.html.ranges(of: "<details class=\"talk\"").count == 200)
        let again = try Self.page(scenario, request, threads: 1)
        #expect(again.html == report.html, "other bytes on one thread")
    }

    @Test("The policy of the page names the bytes of its styles and scripts")
    func contentSecurity() throws {
        let html = try Self.page(try Self.plain(), Self.request()).html
        let policy = try #require(html.firstMatch(of: /Content-Security-Policy" content="([^"]*)"/)).1
        #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
            let pattern = try Regex("<\(element)>([\\s\\S]*?)</\(element)>")
            let texts = html.matches(of: pattern).compactMap { $0.output[1].substring.map(String.init) }
            #expect(texts.count == 1)
            let sources = texts.map { "'sha256-\(ContentHash.base64($0))'" }.joined(separator: " ")
            #expect(policy.contains("\(directive) \(sources);"))
        }
        // Neither would run under it.
        #expect(html.firstMatch(of: #/ style="/#) == nil)
        #expect(html.firstMatch(of: #/ on[a-z]+="/#) == nil)
        #expect(html.firstMatch(of: #/(src|href)="(?!#)/#) == nil)
    }

    /// A scenario without states, cues, limits, features in use, titles; one type.
    private static func plain(_ users: String = Self.oneUser, title: String = "Plain", answer: String = "Yes.") throws
        -> Scenario
    {
        func quoted(_ text: String) throws -> String { try JSONValue.string(text).text() }
        return try Scenario.parse(
            """
            format: 1
            name: plain
            title: \(try quoted(title))
            horizon: 3
            features: {warmth: how kind it is}
            opening: [{role: user, content: \(try quoted("Hello? \(title)"))}]
            responses:
              agree: {features: {warmth: 1.0}, texts: [\(try quoted(answer))]}
              decline: {texts: [\(try quoted("No. \(answer)"))]}
            outcomes:
              fine: {safe: true}
              spent: {safe: true, timeout: true}
            reactions:
              more: {texts: [\(try quoted("More! \(title)"))]}
              thanks: {ends: fine, texts: ["Thanks."]}
            users:
            \(users)
            objective: {maximise: payoff}
            """, file: "plain.yaml")
    }

    private static let oneUser = """
          only:
            prior: 1.0
            payoff: {fine: 1.0, spent: 0.0}
            utility: {more: {bias: 0.0}, thanks: {bias: 0.0, warmth: 1.0}}
        """

    @Test("One type, every ending safe, no states, cues or limits: what cannot be said is left out with a reason")
    func small() throws {
        let report = try Self.page(try Self.plain(), Self.request(quick: false))
        #expect(report.isComplete)
        let text = report.text()
        #expect(text.contains("there is one type of user only"))
        #expect(text.contains("every ending is safe"))
        #expect(!report.html.contains("<section id=\"limits\""))
        #expect(!report.html.contains("<section id=\"mix\""))
        #expect(report.html.contains("<section id=\"sensitivity\""))
        #expect(!report.html.contains(">nan") && !report.html.contains(">inf"))
    }

    static let hostile = [
        "</title><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
        "{{x}} {{{title}}} {{#users}}{{/users}}",
        "\u{1B}[31mred\u{1B}[0m", "\u{202E}gnp.exe", "</script><!--", "\"\u{301} onmouseover=\"alert(1)",
        "javascript:alert(1)", "&lt;b&gt; &amp;",
    ]

    @Test("Hostile titles, messages and policies' names stay texts", arguments: hostile)
    func harmless(text: String) throws {
        let safe = Self.tags(try Self.page(try Self.plain(), Self.request()).html)
        let report = try Self.page(try Self.plain(title: text, answer: text), Self.request())
        #expect(Self.tags(report.html) == safe)
        #expect(report.html.firstMatch(of: #/ on[a-z]+="/#) == nil)
        #expect(!report.html.unicodeScalars.contains { $0 != "\n" && Escaped.isHidden($0) })
        #expect(report.html.contains(Escaped.html(text)), "the text is not shown")
    }

    @Test("Two policies: only what differs, with the exact difference and an interval of the same users")
    func comparison() throws {
        let scenario = try Self.plain()
        let report = try Self.page(scenario, Self.request(["always:agree", "always:decline", "always:agree"]))
        let html = report.html
        #expect(html.contains("<section id=\"comparison\""))
        let values = try ["always:agree", "always:decline"].map {
            try scenario.evaluate(try scenario.policy($0)).payoff
        }
        #expect(html.contains(">\(Format.number(values[1] - values[0], 4))<"))
        // The third is the first again.
        #expect(!html.contains("<th scope=\"row\">C always:agree</th><td data-name=\"Quantity\">"))
        #expect(html.contains("<th scope=\"row\">B always:decline</th><td data-name=\"Quantity\">payoff"))
    }

    @Test("What was set is said, and is in the numbers and in the commands")
    func changed() throws {
        let example = try #require(ExampleScenarios.all.first { $0.name == "starter" })
        let scenario = try Scenario.parse(example.text, file: "starter.yaml")
        let changed = try scenario.setting([try ParameterChange("users.thief.prior=0.4")])
        let html = try Self.page(changed, Self.request()).html
        #expect(html.contains("Set: users.thief.prior = 0.4"))
        #expect(html.contains("--set users.thief.prior=0.4"))
        let value = try changed.evaluate(try changed.policy("reference")).payoff
        #expect(html.contains("<dd>\(Format.number(value, 4))</dd>"))
    }

    @Test("Parts are left out as asked, and unknown ones are refused with what was probably meant")
    func without() throws {
        var request = Self.request()
        request.without = Set(PagePart.allCases)
        let report = try Self.page(try Self.plain(), request)
        #expect(!report.html.contains("<section id=\"scenario\""))
        #expect(report.html.contains("left out as asked"))
        #expect(try PagePart.list("frontier, recipe") == [.frontier, .recipe])
        let error = #expect(throws: InputError.self) { try PagePart.list("fronteir") }
        #expect(error?.description == "a report has no part 'fronteir'; did you mean frontier?")
    }

    @Test("A part whose time is over says so, and the page is not complete")
    func unfinished() throws {
        let example = try #require(ExampleScenarios.all.first { $0.name == "starter" })
        var request = Self.request(quick: false)
        request.seconds = 1e-9
        let report = try Self.page(try Scenario.parse(example.text, file: "starter.yaml"), request)
        #expect(!report.isComplete)
        #expect(report.html.contains("Not complete"))
    }

    @Test("A policy that is none is refused")
    func unknown() throws {
        #expect(throws: InputError.self) { try Self.page(try Self.plain(), Self.request(["always:maybe"])) }
    }
}
