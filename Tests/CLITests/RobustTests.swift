import Foundation
import Output
import Testing

@Suite("Worst cases, trade-offs and searches on the command line")
struct RobustTests {
    @Test("solve --robust: the price of robustness, and a policy file that evaluate judges the same")
    func solve() throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/policy.json"
        let json = try CLI.json(
            "solve", "starter.yaml", "--robust", "all-priors", "--starts", "3", "--out", file)
        let robust = try #require(json["robust"])
        #expect(robust["against"] == .string("all-priors"))
        #expect(json["status"] == .string("converged"))
        #expect(json["value"] == robust["value"])
        #expect(try #require(robust["gained"]?.doubleValue) > 0)
        #expect(try #require(robust["given_up"]?.doubleValue) > 0)
        let judged = try CLI.json("evaluate", "starter.yaml", "--robust", "all-priors", "--policy", file)
        let policies = try #require(judged["robust"]?["policies"]?.arrayValue)
        #expect(policies[0]["worst"] == json["value"])
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(try JSONValue(parsing: text)["solution"]?["robust"]?["against"] == .string("all-priors"))
    }

    @Test("sampled parameters: the same bytes for any number of threads, other games for another seed")
    func samples() throws {
        func run(_ more: String...) throws -> String {
            try CLI.start(
                [
                    "evaluate", "starter.yaml", "--robust", "parameters:cvar:0.8", "--samples", "20", "--policy",
                    "uniform",
                    "--json",
                ] + more
            ).ended().output
        }
        let one = try run("--threads", "1")
        #expect(one == (try run("--threads", "2")))
        #expect(one != (try run("--seed", "2")))
    }

    @Test(
        "what cannot be asked says so",
        arguments: [
            (["solve", "starter.yaml", "--robust", "prior:0"], Int32(64), "above 0 and at most 1"),
            (["solve", "starter.yaml", "--robust", "worst"], 64, "no kind of robustness"),
            (
                ["solve", "self-harm-question.yaml", "--robust", "parameters:worst", "--method", "belief"], 65,
                "--method gradient"
            ),
            (["solve", "starter.yaml", "--robust", "parameters:worst", "--samples", "1"], 64, "at least 2"),
            (
                ["evaluate", "keeps-asking.yaml", "--robust", "parameters:worst", "--policy", "uniform"], 65,
                "has no uncertainty"
            ),
            (["solve", "starter.yaml", "--minimiser", "annealing"], 65, "--method search"),
            (["solve", "starter.yaml", "--method", "search", "--minimiser", "bfgs2"], 65, "simplex or annealing"),
            (["solve", "self-harm-question.yaml", "--method", "search"], 65, "at most 200 parameters"),
            (["frontier", "starter.yaml", "--out", "nowhere/x", "--x", "joy"], 65, "is no measure"),
        ] as [([String], Int32, String)])
    func refusals(arguments: [String], status: Int32, words: String) throws {
        let ended = try CLI.start(arguments).ended()
        #expect(ended.status == status)
        #expect(ended.messages.contains(words), "\(ended.messages)")
    }

    @Test("frontier writes a table, a picture and policies that are on the curve")
    func frontier() throws {
        let folder = try TemporaryFolder()
        let out = "\(folder.path)/curve"
        let json = try CLI.json(
            "frontier", "starter.yaml", "--x", "misused|thief", "--y", "helped|owner", "--points", "5", "--controller",
            "turn", "--policies", "--out", out)
        let points = try #require(json["points"]?.arrayValue)
        #expect(points.count >= 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
        #expect(names == ["datapackage.json", "frontier.csv", "frontier.svg", "policies"])
        let judged = try CLI.json("evaluate", "starter.yaml", "--policy", "\(out)/policies/point-2.json")
        let outcomes = try #require(judged["policies"]?.arrayValue?.first?["outcomes"])
        #expect(outcomes["thief"]?["misused"] == points[1]["x"])
        #expect(outcomes["owner"]?["helped"] == points[1]["y"])
        #expect(try CLI.start(["frontier", "starter.yaml", "--out", out]).ended().status == 74)
    }

    @Test(
        "Every point that frontier calls feasible is satisfied in evaluate",
        arguments: ["dual-use-technical", "self-harm-question"])
    func feasible(scenario: String) throws {
        let folder = try TemporaryFolder()
        let json = try CLI.json(
            "frontier", CLI.scenario(scenario), "--points", "4", "--starts", "1", "--controller", "last", "--policies",
            "--out", "f", in: folder)
        #expect(json["constraints"] == .string("kept"))
        let points = try #require(json["points"]?.arrayValue)
        #expect(!points.isEmpty)
        let svg = try String(contentsOfFile: folder.file("f/frontier.svg"), encoding: .utf8)
        #expect(svg.contains("limits kept") && svg.contains("Constraints kept by every point: P("))
        let files = points.indices.map { "f/policies/point-\($0 + 1).json" }
        let judged = try CLI.start(
            ["evaluate", CLI.scenario(scenario), "--json"] + files.flatMap { ["--policy", $0] }, in: folder
        ).ended()
        #expect(judged.status == 0, "\(judged.messages)")
        let policies = try #require(try JSONValue(parsing: judged.output)["policies"]?.arrayValue)
        #expect(policies.count == points.count)
        for (point, policy) in zip(points, policies) {
            #expect(point["satisfies_constraints"] == .bool(true))
            #expect(policy["satisfies_constraints"] == .bool(true))
        }
    }

    @Test("search says how noisy it is, and never that it converged where it did not")
    func search() throws {
        let json = try CLI.json(
            "solve", "starter.yaml", "--method", "search", "--controller", "stationary", "--episodes", "500",
            "--evaluations", "100", status: 1)
        #expect(json["status"] == .string("limit_reached"))
        let simulated = try #require(json["simulated"])
        #expect(try #require(simulated["fresh"]?["se"]?.doubleValue) > 0)
        #expect(simulated["fresh"]?["n"] == .integer(2000))
        #expect(simulated["optimism_se"] != nil)
    }
}
