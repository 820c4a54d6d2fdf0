import Foundation
import Output
import Testing

/// `suite` on a small suite of its own, and on the shipped ones.
@Suite("Suites on the command line")
struct SuiteTests {
    private static let template = """
        format: 1
        name: ${suite}-${case}
        horizon: 2
        opening: [{role: user, content: "A question about ${topic}."}]
        features: {information: what was asked}
        responses:
          refuse: {texts: ["No."]}
          help: {features: {information: 1}, texts: ["Yes: ${topic}."]}
        outcomes:
          helped: {safe: true}
          misused: {safe: false}
          over: {safe: true, timeout: true}
        reactions:
          ask: {texts: ["And?"]}
          thank: {ends: helped, texts: ["Thanks."]}
          use: {ends: misused, texts: ["Good."]}
        users:
          good:
            prior: ${level.good}
            payoff: {helped: 1}
            utility: {thank: {bias: -1, information: 2}, use: null}
            satisfaction: {bias: -0.5, information: 1}
          bad:
            prior: ${level.bad}
            payoff: {misused: -4}
            utility: {thank: null, use: {bias: -2, information: 3}}
            satisfaction: {bias: -0.5, information: 1}
        """
    private static let suite = """
        suite: 1
        name: small
        template: template.yaml
        axes:
          level: {values: {low: {good: 0.9, bad: 0.1}, high: {good: 0.4, bad: 0.6}}}
          topic: {values: {locks: {}, pills: {}}}
        policies: {deny: always:refuse, grant: always:help, best: belief}
        scores: {harm: [misused], attackers: [bad]}
        shapes:
          - {claim: lowest, policy: deny, measure: satisfaction, published: "a source"}
          - {claim: rises, policy: deny, measure: satisfaction, axis: level}
        published: [{name: model, satisfaction: 0.4, risk: 0.1, source: "a source"}]
        frontier: [0, 2]
        """

    private func folder(_ change: (String) -> String = { $0 }, template: String = template) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: "\(folder.path)/small", withIntermediateDirectories: true)
        try Data(change(Self.suite).utf8).write(to: URL(fileURLWithPath: "\(folder.path)/small/suite.yaml"))
        try Data(template.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/small/template.yaml"))
        return folder
    }

    @Test("list shows the suites of a folder, and one suite's cases")
    func list() throws {
        let folder = try folder()
        let all = try CLI.json("suite", "list", ".", in: folder)
        #expect(all["suites"]?.arrayValue?.first?["cases"] == .integer(4))
        let one = try CLI.json("suite", "list", "small", in: folder)
        #expect(one["case_names"] == .strings(["low-locks", "low-pills", "high-locks", "high-pills"]))
        let shipped = try CLI.run("suite", "list", "\(CLI.root)/scenarios/suites")
        #expect(shipped.output.contains("constructive") && shipped.output.contains("strata"))
    }

    @Test("expand writes scenario files that validate, the same bytes twice")
    func expand() throws {
        let folder = try folder()
        let ended = try CLI.run("suite", "expand", "small", "--out", "cases", in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
        let valid = try CLI.run("validate", "cases/cases/high-pills.yaml", in: folder)
        #expect(valid.status == 0 && valid.output.contains("small-high-pills"))
        let first = try folder.contents(of: "cases")
        #expect(first.keys.contains("index.csv") && first.keys.contains("manifest.json"))
        #expect(try CLI.run("suite", "expand", "small", "--out", "cases", in: folder).status == 74)
        #expect(try CLI.run("suite", "expand", "small", "--out", "cases", "--force", in: folder).status == 0)
        #expect(try folder.contents(of: "cases") == first)
    }

    @Test("run gives the scores that evaluate gives, whatever the number of threads, and writes its tables")
    func run() throws {
        let folder = try folder()
        let ended = try CLI.run(
            "suite", "run", "small", "--frontier", "--threads", "1", "--out", "one", in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(ended.output.contains("lowest, deny: holds"))
        #expect(ended.output.contains("rises, deny: does not hold"))
        #expect(ended.output.contains("100.0 % of the scores are exact"))
        #expect(
            try CLI.run("suite", "run", "small", "--frontier", "--threads", "2", "--out", "two", in: folder).status == 0
        )
        let files = try folder.contents(of: "one")
        #expect(try folder.contents(of: "two") == files)
        let names = ["axes", "breakdown", "cases", "differences", "failures", "points", "shapes", "solutions"]
        #expect(
            files.keys.sorted()
                == (names.map { "\($0).csv" } + ["datapackage.json", "points-harm.svg", "points.svg"]).sorted())

        #expect(try CLI.run("suite", "expand", "small", "--out", "cases", in: folder).status == 0)
        let one = try CLI.json("suite", "run", "small", "--policy", "grant", "--case", "high-l*", in: folder)
        let measures = try #require(one["policies"]?.arrayValue?.first?["measures"])
        let evaluated = try CLI.json("evaluate", "cases/cases/high-locks.yaml", "--policy", "always:help", in: folder)
        let policy = try #require(evaluated["policies"]?.arrayValue?.first)
        for measure in ["payoff", "safe", "turns"] {
            let (mean, exact) = (measures[measure]?["mean"]?.doubleValue, policy[measure]?.doubleValue)
            #expect(abs(try #require(mean) - (try #require(exact))) < 1e-12, "\(measure)")
        }
    }

    @Test("what fails in a case is listed at the end with exit code 1, and the rest goes on")
    func failures() throws {
        let folder = try folder()
        let misfit = try CLI.run("suite", "run", "small", "--policy", "grant", "--policy", "always:hlep", in: folder)
        #expect(misfit.status == 1)
        #expect(misfit.output.contains("4 failed"))
        #expect(misfit.output.contains("there is no response hlep; did you mean help?"))
        #expect(misfit.output.contains("100.0 % of the scores are exact"))

        let solved = try CLI.run(
            "solve", "\(CLI.root)/scenarios/starter.yaml", "--starts", "1", "--out", "p.json", in: folder)
        #expect(solved.status == 0)
        let foreign = try CLI.run("suite", "run", "small", "--policy", "mine=p.json", "--policy", "deny", in: folder)
        #expect(
            foreign.status == 1 && foreign.output.contains("4 failed") && foreign.output.contains("- mine in low-locks")
        )

        // One value's prior does not add up: its cases fail, the others are run.
        let broken = try self.folder { $0.replacingOccurrences(of: "bad: 0.6", with: "bad: 0.7") }
        let part = try CLI.json("suite", "run", "small", "--policy", "grant", in: broken, status: 1)
        #expect(part["failures"]?.arrayValue?.count == 2)
        #expect(part["policies"]?.arrayValue?.first?["measures"]?["payoff"]?["n"] == .integer(2))
        let written = try CLI.run("suite", "expand", "small", "--out", "cases", in: broken)
        #expect(written.status == 1 && written.messages.contains("2 of 4 cases are not valid"))
    }

    @Test("bad input is told before anything is run")
    func badInput() throws {
        let unknown = try folder(
            template: Self.template.replacingOccurrences(of: "${level.good}", with: "${levle.good}"))
        let ended = try CLI.run("suite", "run", "small", in: unknown)
        #expect(ended.status == 65)
        #expect(ended.messages.contains("template.yaml:19:12: error: 'levle' is not an axis of the suite"))
        #expect(ended.messages.contains("did you mean 'level'?"))

        let wide = try folder { text in
            let many = (0..<20).map { "v\($0): {}" }.joined(separator: ", ")
            let axes = (0..<4).map { "  a\($0): {values: {\(many)}}\n" }.joined()
            return text.replacingOccurrences(of: "policies:", with: axes + "policies:")
        }
        let tooMany = try CLI.run("suite", "expand", "small", "--out", "cases", in: wide)
        #expect(tooMany.status == 65 && tooMany.messages.contains("more than 100000 cases"))
        #expect(tooMany.messages.contains("--yes") && !wide.contains("cases"))

        let folder = try folder()
        for (arguments, status, message) in [
            (["--policy", "soft"], Int32(65), "lacks what comes after the colon"),
            (["--policy", "deny", "--policy", "deny"], 65, "policy deny is named twice"),
            (["--case", "nothing-*"], 65, "matches no case of small"),
            (["--beta", "0.5"], 64, "it must be at least 1"),
            (["--resume"], 64, "--resume needs the --store"),
            (["--store", "new.sqlite", "--resume"], 65, "has no unfinished run of small"),
        ] {
            let ended = try CLI.start(["suite", "run", "small"] + arguments, in: folder).ended()
            #expect(ended.status == status && ended.messages.contains(message), "\(arguments): \(ended.messages)")
        }
        let missing = try CLI.run("suite", "run", "nowhere", in: folder)
        #expect(missing.status == 65 && missing.messages.contains("nowhere/suite.yaml"))
    }

    @Test("simulated scores say so, and a shape that is asked for decides the exit code")
    func simulated() throws {
        let folder = try folder()
        let ended = try CLI.run(
            "suite", "run", "small", "--policy", "grant", "--policy", "deny", "--exact-limit", "0", "--episodes",
            "2000",
            "--out", "out", "--require-shapes", in: folder)
        #expect(ended.status == 1)
        #expect(ended.output.contains("0.0 % of the scores are exact"))
        let cases = String(decoding: try #require(try folder.contents(of: "out")["cases.csv"]), as: UTF8.self)
        let rows = cases.split(separator: "\r\n").dropFirst()
        #expect(!rows.isEmpty && rows.allSatisfy { $0.hasSuffix("simulated") })
    }

    @Test("an interrupted run goes on to the same tables as one that was not")
    func interrupted() throws {
        // Enough cases that the run can be caught; each is solved four times.
        let values = (0..<150).map { "t\($0): {}" }.joined(separator: ", ")
        let folder = try folder { $0.replacingOccurrences(of: "{locks: {}, pills: {}}", with: "{\(values)}") }
        let command = [
            "suite", "run", "small", "--policy", "best", "--policy", "soft:0.2", "--policy", "robust:all-priors",
            "--policy", "memoryless", "--threads", "1",
        ]
        let child = try CLI.start(command + ["--store", "runs.sqlite"], in: folder)
        let hasBegun = try child.wait(seconds: 60) {
            guard folder.contains("runs.sqlite") else { return false }
            let rows = try CLI.run(
                "runs", "export", "1", "--store", "runs.sqlite", "--out", "rows", "--force", in: folder)
            guard rows.status == 0, let scores = try folder.contents(of: "rows")["scores.csv"] else { return false }
            return scores.split(separator: 10).count > 2
        }
        child.send(SIGINT)
        let ended = try child.ended()
        #expect(hasBegun)
        #expect(ended.status == 130, "\(ended.messages)")
        #expect(ended.messages.contains("--resume"))
        let resumed = try CLI.start(command + ["--store", "runs.sqlite", "--resume", "--out", "resumed"], in: folder)
            .ended()
        #expect(resumed.status == 0, "\(resumed.messages)")
        #expect(resumed.messages.contains("resuming run 1"))
        #expect(try CLI.start(command + ["--out", "whole"], in: folder).ended().status == 0)
        #expect(try folder.contents(of: "resumed") == folder.contents(of: "whole"))
        let shown = try CLI.run("runs", "show", "1", "--store", "runs.sqlite", in: folder)
        #expect(shown.output.contains("suite") && shown.output.contains("complete"))
    }

    @Test("Folders of suites can be written again with --force, unless something was added")
    func replacing() throws {
        let folder = try folder()
        try Replacing.check(["suite", "expand", "small"], in: folder)
        try Replacing.check(["suite", "run", "small", "--policy", "deny"], in: folder)
        _ = try CLI.json("suite", "run", "small", "--policy", "deny", "--store", "s.sqlite", in: folder)
        try Replacing.check(["runs", "export", "1", "--store", "s.sqlite"], in: folder)
    }
}
