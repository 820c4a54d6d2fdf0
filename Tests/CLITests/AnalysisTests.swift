import Foundation
import Output
import Testing

@Suite("explain and pearl")
struct AnalysisCommandTests {
    private func names(_ json: JSONValue?) -> [String]? { json?.objectValue?.keys.sorted() }

    @Test("explain gives the chain as data, and its numbers are those of evaluate and solve")
    func explain() throws {
        let json = try CLI.json("explain", "starter.yaml", "--policy", "reference", "--top", "3")
        #expect(json["how"] == .string("exact"))
        let explanations = try #require(json["explanations"]?.arrayValue)
        #expect(explanations.map { $0["history"]?.stringValue } == ["plain", "urgent"])
        let exact = try CLI.json("evaluate", "starter.yaml", "--policy", "reference")["policies"]?.arrayValue?.first
        var payoff = 0.0
        for item in explanations {
            let likelihood = try #require(item["need"]?.arrayValue?.first?["likelihood"]?.doubleValue)
            let strategies = try #require(item["strategies"]?.objectValue)
            #expect(strategies.keys.sorted() == ["bypass", "owner_route", "refuse"])
            for strategy in strategies.values {
                let outcomes = try #require(strategy["outcomes"]?.objectValue).values.compactMap(\.doubleValue)
                #expect(abs(outcomes.reduce(0, +) - 1) < 1e-12)
                let share = try #require(strategy["policy"]?.doubleValue)
                payoff += likelihood * share * (try #require(strategy["value"]?.doubleValue))
            }
            #expect(item["flips"]?.arrayValue != nil)
            #expect(item["attributions"]?.arrayValue?.isEmpty == false)
        }
        #expect(abs(payoff - (exact?["payoff"]?.doubleValue ?? .nan)) < 1e-12)
    }

    @Test("A policy that mixes two answers, which tie to rounding, is explained: it flips where it stands")
    func mixed() throws {
        let folder = try TemporaryFolder()
        let scenario = CLI.scenario("self-harm-question")
        let solved = try CLI.run(
            "solve", scenario, "--starts", "8", "--out", "p.json", "--quiet", in: folder)
        #expect(solved.status == 0)
        let run = try CLI.run("explain", scenario, "--policy", "p.json", "--top", "100", "--json", in: folder)
        #expect(run.status == 0, "\(run.messages)")
    }

    @Test("explain draws the chain, as XML that parses and as DOT")
    func graph() throws {
        let folder = try TemporaryFolder()
        for name in ["chain.svg", "chain.dot"] {
            let arguments = [
                "explain", CLI.scenario(), "--policy", "always:refuse", "--after", "urgent,refuse>ask/urgent",
                "--graph", name,
            ]
            #expect(try CLI.start(arguments, in: folder).ended().status == 0)
            #expect(try CLI.start(arguments, in: folder).ended().status == 64, "it exists already")
        }
        let svg = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/chain.svg"))
        #expect(String(decoding: svg, as: UTF8.self).contains("owner_route"))
        let dot = try String(contentsOfFile: "\(folder.path)/chain.dot", encoding: .utf8)
        #expect(dot.hasPrefix("digraph chain {") && dot.contains("\"need\" -> \"risk refuse\""))
    }

    @Test(
        "What is no history says what was meant",
        arguments: [
            ("urgnt", "did you mean urgent?"), ("plain,refuse", "write RESPONSE>REACTION/CUE"),
            ("plain,refuze>ask/plain", "did you mean refuse?"), ("plain,refuse>ask/plian", "did you mean ask/plain?"),
            ("plain,refuse>ask/plain,refuse>ask/plain,refuse>ask/plain,refuse>ask/plain", "ends before turn 5"),
        ])
    func badHistories(history: String, words: String) throws {
        let ended = try CLI.run("explain", "starter.yaml", "--policy", "reference", "--after", history)
        #expect(ended.status == 65)
        #expect(ended.messages.contains(words), "\(ended.messages)")
    }

    @Test("pearl briefs a response that is inside the boundary and better than any candidate inside")
    func pearl() throws {
        let json = try CLI.json(
            "pearl", "starter.yaml", "--policy", "always:owner_route", "--maximise", "satisfaction", "--after", "plain",
            "--revise", "refuse",
            "--rewrite",
            "owner_route", "--target-satisfaction", "0.2", "--max-risk", "0.2")
        let point = try #require(json["points"]?.arrayValue?.first)
        let draft = try #require(point["draft"])
        #expect(draft["converged"] == .bool(true))
        #expect(try #require(draft["risk"]?.doubleValue) <= 0.2 + 1e-6)
        #expect(try #require(draft["gain"]?.doubleValue) >= -1e-9)
        #expect(names(draft["features"]) == ["actionability", "firmness", "information", "warmth"])
        #expect(json["revisions"]?.arrayValue?.first?["status"] == .string("met"))
        let rewrite = try #require(json["rewrites"]?.arrayValue?.first)
        let (before, after) = (
            rewrite["value_before"]?.doubleValue ?? .nan, rewrite["value_after"]?.doubleValue ?? .nan
        )
        #expect(after >= before)
    }

    @Test("pearl says what is missing or out of range")
    func pearlErrors() throws {
        let unknown = try CLI.run("pearl", "starter.yaml", "--rewrite", "owner_rute")
        #expect(unknown.status == 65 && unknown.messages.contains("did you mean owner_route?"))
        #expect(try CLI.run("pearl", "starter.yaml", "--max-risk", "1.5").status == 64)
    }
}
