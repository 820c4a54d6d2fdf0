import Foundation
import Output
import Testing

@Suite("A scenario from elsewhere acts on no terminal, card, graph or picture")
struct HostileNamesTests {
    /// Markup of several languages, a forged line, and what moves cursors and turns lines round.
    private static let title =
        "<script>alert(1)</script> ]]> & \\\" ' | `x` [a](http://b) \\e[31mRED\\e[0m \\u202Eabc \\a\\0 \\x9b31m\\u2028"
        + "\\u200B\\ndone: recorded as run 99\\r"

    /// The starter with hostile titles everywhere.
    private static func scenario(in folder: TemporaryFolder) throws {
        var text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        for (place, hostile) in [
            ("title: How do I get into a locked phone?\n", "title: \"\(title)\"\n"),
            ("  owner:\n", "  owner:\n    title: \"\(title)\"\n    description: \"\(title)\"\n"),
            ("  helped:     {safe: true}", "  helped:     {safe: true, title: \"\(title)\"}"),
            ("accept: {ends: helped, texts: [", "accept: {ends: helped, title: \"\(title)\", texts: [\"\(title)\", "),
            ("    title: The way that owners have\n", "    title: \"\(title)\"\n"),
        ] {
            let changed = text.replacing(place, with: hostile, maxReplacements: 1)
            #expect(changed != text, "\(place)")
            text = changed
        }
        try folder.write("h.yaml", text)
    }

    /// Controls but line feeds, and marks of direction.
    private static func acting(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { scalar in
            guard scalar != "\n" else { return false }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: return true
            default: return false
            }
        }
    }

    @Test(
        "Standard output and error of every command",
        arguments: [
            ["validate", "h.yaml"], ["simulate", "h.yaml", "--policy", "uniform", "--episodes", "100"],
            ["evaluate", "h.yaml", "--policy", "uniform"], ["solve", "h.yaml"],
            ["explain", "h.yaml", "--policy", "uniform"], ["pearl", "h.yaml", "--policy", "uniform"],
            ["boundary", "h.yaml", "--policy", "uniform", "--vary", "users.thief.prior"],
            ["sensitivity", "h.yaml", "--policy", "uniform", "--points", "8", "--copies", "2", "--top", "3"],
            ["frontier", "h.yaml", "--points", "3", "--starts", "2", "--x", "risk", "--y", "payoff", "--out", "f"],
            ["sweep", "h.yaml", "--over", "discount=0.9,1", "--policy", "uniform", "--out", "w"],
            ["export", "dpo", "h.yaml", "--policy", "uniform", "--labels", "hard", "--out", "d"],
            ["export", "csv", "h.yaml", "--policy", "uniform", "--out", "c"],
            ["export", "prism", "h.yaml", "--out", "p"],
            ["evaluate", "h.yaml", "--policy", "no\u{1B}[31m such\u{202E}\nerror: forged"],
            ["evaluate", "\u{1B}]0;x\u{7}.yaml", "--policy", "uniform"],
            ["evaluate", "h.yaml", "--\u{1B}[31m"], ["\u{9B}31m"], ["check", "\u{1B}[2J"],
            ["evaluate", "h.yaml", "--policy", "uniform", "--json"], ["validate", "h.yaml", "--json"],
        ])
    func terminal(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        try Self.scenario(in: folder)
        let ended = try CLI.start(arguments, in: folder).ended()
        #expect(ended.status != nil && ended.status != 70, "\(ended.messages)")
        #expect(Self.acting(ended.output) == [] && Self.acting(ended.messages) == [])
        #expect(!(ended.output + ended.messages).split(separator: "\n").contains { $0.hasPrefix("done: recorded") })
        #expect(!ended.messages.split(separator: "\n").contains { $0.hasPrefix("error: forged") })
        if arguments.contains("--json"), ended.status == 0 {
            let document = try JSONValue(parsing: ended.output)
            let shown = document["title"] ?? document["files"]?.arrayValue?.first?["title"]
            if let shown = shown?.stringValue { #expect(shown.unicodeScalars.contains("\u{202E}")) }
        }
    }

    @Test("A card has one heading of its own and no markup of theirs; its header is what it is for any other title")
    func card() throws {
        let folder = try TemporaryFolder()
        try Self.scenario(in: folder)
        let ended = try CLI.run(
            "export", "dpo", "h.yaml", "--policy", "uniform", "--labels", "hard", "--out", "d", in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
        let card = String(decoding: try #require(try folder.contents(of: "d")["README.md"]), as: UTF8.self)
        #expect(Self.acting(card) == [])
        #expect(!card.contains("<script") && !card.contains("](http") && !card.contains("http://"))
        let lines = card.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.filter { $0.hasPrefix("# ") }.count == 1)
        #expect(lines.filter { $0 == "---" }.count == 2)
        #expect(lines.first { $0.hasPrefix("# ") }?.contains("&lt;script&gt;") == true)
    }

    @Test("Graphs and pictures have no element of theirs", arguments: ["g.dot", "g.svg"])
    func graph(name: String) throws {
        let folder = try TemporaryFolder()
        try Self.scenario(in: folder)
        let ended = try CLI.run(
            "explain", "h.yaml", "--policy", "uniform", "--after", "plain", "--graph", name, in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
        let text = try folder.text(name)
        #expect(Self.acting(text) == [])
        #expect(!text.contains("<script") && text.contains("&lt;script&gt;"))
    }

    @Test(
        "Amounts whose squares are no numbers are refused with their place; the least ones that are taken show their errors"
    )
    func amounts() throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        for amount in ["1.7e308", "-1e154", "1e101", "1e-101", "-1e-160", "5e-324"] {
            try folder.write("a.yaml", text.replacing("payoff: {helped: 1.0,", with: "payoff: {helped: \(amount),"))
            let ended = try CLI.run("validate", "a.yaml", in: folder)
            #expect(ended.status == 65 && ended.messages.contains("from 1e-100 to 1e+100 in size"), "\(ended.messages)")
        }
        for (amount, power) in [("1e100", "e+"), ("1e-100", "e-")] {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
                let line = String(line)
                if line.contains("payoff: {helped") { return "    payoff: {helped: \(amount), misused: -\(amount)}" }
                return line.contains("exposure:") ? "" : line.contains("    cost:") ? "    cost: 0" : line
            }
            try folder.write("a.yaml", lines.joined(separator: "\n"))
            for arguments in [
                ["simulate", "a.yaml", "--policy", "uniform", "--episodes", "500"],
                ["evaluate", "a.yaml", "--policy", "uniform"],
                ["solve", "a.yaml"], ["sensitivity", "a.yaml", "--policy", "uniform", "--points", "8", "--top", "3"],
                ["boundary", "a.yaml", "--policy", "uniform", "--vary", "users.thief.prior"],
                ["export", "csv", "a.yaml", "--policy", "uniform", "--out", "c", "--force"],
            ] {
                let ended = try CLI.start(arguments, in: folder).ended()
                #expect(ended.status == 0 || ended.status == 1, "\(arguments): \(ended.messages)")
                #expect(!ended.output.contains("nan") && !ended.output.contains("inf "), "\(ended.output)")
                let payoff = ended.output.split(separator: "\n").first { $0.hasPrefix("uniform") }
                if arguments[0] == "simulate" { #expect(payoff?.contains(power) == true, "\(ended.output)") }
            }
        }
    }
}
