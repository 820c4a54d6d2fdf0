import Output
import Testing

/// `--follower`: what ignoring foresight costs, and that every report says how users were taken.
@Suite("Users who look ahead, on the command line")
struct FollowerTests {
    private static let scenario = CLI.scenario("keeps-asking")

    private func solve(_ arguments: [String], out: String, in folder: TemporaryFolder) throws -> JSONValue {
        let ended = try CLI.start(
            ["solve", Self.scenario, "--starts", "4", "--perturbations", "2", "--out", out, "--json", "--quiet"]
                + arguments, in: folder
        ).ended(within: 60)
        #expect(ended.status == 0, "\(ended.messages)")
        return try JSONValue(parsing: ended.output)
    }

    @Test("Ignoring foresight costs 0.768 payoff units in the shipped scenario: the policy gives in at turn 4")
    func cost() throws {
        let folder = try TemporaryFolder()
        let assumed = try solve(["--follower", "myopic"], out: "patient.json", in: folder)
        let committed = try solve([], out: "committed.json", in: folder)
        #expect(assumed["follower"] == .string("myopic") && committed["follower"] == .string("foresighted"))
        let json = try CLI.json(
            "evaluate", Self.scenario, "--policy", "patient.json", "--policy", "committed.json", in: folder)
        #expect(json["follower"] == .string("foresighted"))
        let payoffs = try #require(json["policies"]?.arrayValue).compactMap { $0["payoff"]?.doubleValue }
        try #require(payoffs.count == 2)
        // The figures of the page "Foresight".
        #expect(abs(try #require(assumed["payoff"]?.doubleValue) - 0.3662) < 5e-5)
        #expect(abs(payoffs[0] - -0.5078) < 5e-5)
        #expect(abs(payoffs[1] - 0.2601) < 5e-5)
        #expect(abs(payoffs[1] - payoffs[0] - 0.7679) < 1e-4)
        #expect(payoffs[1] == committed["payoff"]?.doubleValue)

        let file = try JSONValue(parsing: folder.text("patient.json"))
        #expect(file["solution"]?["follower"] == .string("myopic"))
        #expect(file["game_hash"] == committed["game_hash"])
        let rows = try #require(file["strategies"]?.arrayValue)
        let givesIn = rows.map { $0["strategy"]?.arrayValue?.last?.doubleValue }
        #expect(givesIn == [0, 0, 0, 1, 1, 1])
    }

    @Test("A simulation agrees with the exact evaluation under both assumptions, alone and compared")
    func simulated() throws {
        for assumption in ["myopic", "foresighted"] {
            let exact = try CLI.json(
                "evaluate", Self.scenario, "--policy", "uniform", "--policy", "reference", "--follower", assumption)
            let payoffs = try #require(exact["policies"]?.arrayValue).compactMap { $0["payoff"]?.doubleValue }
            let found = try CLI.json(
                "simulate", Self.scenario, "--policy", "uniform", "--compare", "reference", "--episodes", "100000",
                "--follower", assumption)
            #expect(found["follower"] == .string(assumption))
            let mean = try #require(found["payoff"]?["mean"]?.doubleValue)
            let error = try #require(found["payoff"]?["se"]?.doubleValue)
            #expect(abs(mean - payoffs[0]) < 4.5 * error)
            let difference = try #require(found["compared"]?.arrayValue?.first?["difference"]?["payoff"])
            let gap = try #require(difference["mean"]?.doubleValue) - (payoffs[1] - payoffs[0])
            #expect(abs(gap) < 4.5 * (try #require(difference["se"]?.doubleValue)))
        }
    }

    @Test("What cannot be done is an error that says what to do instead")
    func errors() throws {
        let belief = try CLI.run("solve", Self.scenario, "--method", "belief")
        #expect(belief.status == 65)
        #expect(belief.messages.contains("thief has foresight: use --method gradient"))
        let none = try CLI.run("evaluate", CLI.scenario(), "--policy", "uniform", "--follower", "foresighted")
        #expect(none.status == 65)
        #expect(none.messages.contains("users have no foresight in starter; give one a foresight above 0"))
        let spelt = try CLI.run("evaluate", CLI.scenario(), "--policy", "uniform", "--follower", "clever")
        #expect(spelt.status == 64)
    }

    @Test("Belief planning serves the scenario once foresight is left out, and bounds what patience seemed worth")
    func beliefWithoutForesight() throws {
        let json = try CLI.json("solve", Self.scenario, "--method", "belief", "--follower", "myopic")
        #expect(json["follower"] == .string("myopic"))
        #expect(try #require(json["value"]?.doubleValue) >= 0.36618)
    }

    @Test("Without foresight no document mentions the follower")
    func silent() throws {
        let json = try CLI.json("evaluate", CLI.scenario(), "--policy", "uniform", "--follower", "myopic")
        #expect(json["follower"] == nil)
        let plain = try CLI.json("evaluate", CLI.scenario(), "--policy", "uniform")
        #expect(json == plain)
    }

    @Test("Preference data are labelled by the users that were asked for")
    func export() throws {
        let folder = try TemporaryFolder()
        _ = try solve([], out: "committed.json", in: folder)
        for assumption in ["myopic", "foresighted"] {
            let ended = try CLI.run(
                "export", "candidates", Self.scenario, "--policy", "committed.json", "--count", "20", "--tau", "0.1",
                "--follower", assumption, "--out", assumption, in: folder)
            #expect(ended.status == 0, "\(ended.messages)")
        }
        let tables = try ["myopic", "foresighted"].map { try folder.text("\($0)/candidates.jsonl") }
        #expect(tables[0] != tables[1])
        // Every conversation of the first turns is covered, which holds only if reach and coverage are of the same users.
        let manifest = try JSONValue(parsing: folder.text("foresighted/manifest.json"))
        let coverage = try #require(manifest["nodes"]?["coverage_by_turn"]?.arrayValue).compactMap(\.doubleValue)
        #expect(abs(try #require(coverage.first) - 1) < 1e-12)
        #expect(coverage.allSatisfy { $0 <= 1 + 1e-12 })
    }
}
