import Foundation
import Output
import Testing

@Suite("Policy files in commands")
struct PolicyFileCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let ended = try CLI.run(
            "solve", CLI.scenario(), "--starts", "2", "--perturbations", "1", "--out", "policy.json", in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
    }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    /// The policy after a change of its members, as another file.
    private func file(_ name: String, _ change: (inout [String: JSONValue]) throws -> Void) throws {
        let text = try String(contentsOfFile: path("policy.json"), encoding: .utf8)
        var members = try #require(try JSONValue(parsing: text).objectValue)
        try change(&members)
        try JSONValue.object(members).text(.indented).write(
            toFile: path(name), atomically: true, encoding: .utf8)
    }

    private func strategies(
        _ members: inout [String: JSONValue], _ change: ([JSONValue]) -> [JSONValue]
    ) throws {
        members["strategies"] = .array(
            try #require(members["strategies"]?.arrayValue).map { row in
                var row = row.objectValue ?? [:]
                row["strategy"] = .array(change(row["strategy"]?.arrayValue ?? []))
                return .object(row)
            })
    }

    @Test("Columns in another order play the same, and are no edit")
    func turned() throws {
        try file("turned.json") {
            $0["responses"] = .array(try #require($0["responses"]?.arrayValue).reversed())
            try strategies(&$0) { $0.reversed() }
        }
        let ended = try CLI.run(
            "evaluate", CLI.scenario(), "--policy", "policy.json", "--policy", "turned.json", "--json", in: folder)
        #expect(ended.status == 0 && ended.messages.isEmpty, "\(ended.messages)")
        let policies = try #require(try JSONValue(parsing: ended.output)["policies"]?.arrayValue)
        #expect(policies[0]["outcomes"] == policies[1]["outcomes"])
        #expect(policies[1]["edited"] == nil)
    }

    @Test("A byte order mark at the beginning of a policy file is no part of it")
    func marked() throws {
        let text = try String(contentsOfFile: path("policy.json"), encoding: .utf8)
        try folder.write("marked.json", "\u{FEFF}" + text)
        let ended = try CLI.run("evaluate", CLI.scenario(), "--policy", "marked.json", in: folder)
        #expect(ended.status == 0 && ended.messages.isEmpty, "\(ended.messages)")
    }

    @Test("An edited file is played and said to be edited; what was said of the other is not used")
    func edited() throws {
        try file("edited.json") { try strategies(&$0) { [.number(1)] + $0.dropFirst().map { _ in .number(0) } } }
        for command in [
            ["evaluate", CLI.scenario(), "--policy", "edited.json"],
            ["simulate", CLI.scenario(), "--policy", "edited.json", "--episodes", "100"],
            ["explain", CLI.scenario(), "--policy", "edited.json", "--top", "0"],
            ["export", "csv", CLI.scenario(), "--policy", "edited.json", "--out", "csv"],
        ] {
            let ended = try CLI.start(command, in: folder).ended()
            #expect(ended.status == 0)
            #expect(ended.messages.contains("edited.json was edited after it was solved"), "\(command)")
            #expect(ended.messages.contains("states payoff"), "\(command)")
        }
        let evaluated = try CLI.json("evaluate", CLI.scenario(), "--policy", "edited.json", in: folder)
        #expect(evaluated["policies"]?.arrayValue?.first?["edited"]?.stringValue?.contains("checksum") == true)
        let simulated = try CLI.json(
            "simulate", CLI.scenario(), "--policy", "edited.json", "--episodes", "100", in: folder)
        #expect(simulated["edited"] != nil)
        let export = try CLI.run(
            "export", "dpo", CLI.scenario(), "--policy", "edited.json", "--tau", "0.1", "--out", "data", in: folder)
        #expect(export.status == 65)
        #expect(export.messages.contains("prices of the constraints are not known"), "\(export.messages)")
    }

    @Test("A policy is played in any game of its shape, with one line on which game it was solved for")
    func otherGame() throws {
        let set = ["--set", "users.owner.prior=0.5"]
        let ended = try CLI.start(
            ["evaluate", CLI.scenario(), "--policy", "policy.json", "--json"] + set, in: folder
        ).ended()
        #expect(ended.status == 0)
        let lines = ended.messages.split(separator: "\n")
        #expect(lines.count == 1 && lines[0].contains("policy policy.json was solved for game"), "\(ended.messages)")
        #expect(lines[0].hasSuffix("(starter with users.owner.prior = 0.5)"), "\(ended.messages)")
        let policy = try JSONValue(parsing: ended.output)["policies"]?.arrayValue?.first
        #expect(policy?["solved_for"]?["scenario"] == .string("starter"))
        #expect(policy?["solved_for"]?["game_hash"]?.stringValue?.count == 64)
        #expect(policy?["edited"] == nil && policy?["not_checked"] == nil)
        // What is played is the policy: as a file of that game, it comes to the same.
        let hash = try JSONValue(parsing: ended.output)["game_hash"]
        try file("own.json") {
            ($0["content_sha256"], $0["solution"], $0["game_hash"]) = (nil, nil, hash)
        }
        let own = try CLI.start(
            ["evaluate", CLI.scenario(), "--policy", "own.json", "--json"] + set, in: folder
        ).ended()
        #expect(try JSONValue(parsing: own.output)["policies"]?.arrayValue?.first?["payoff"] == policy?["payoff"])
        // Prices are of the other game: analyses say so, data are not made with them.
        let explained = try CLI.start(
            ["explain", CLI.scenario(), "--policy", "policy.json", "--top", "0"] + set, in: folder
        ).ended()
        #expect(explained.status == 0 && explained.messages.contains("was solved for another game; no constraint"))
        let data = try CLI.start(
            ["export", "dpo", CLI.scenario(), "--policy", "policy.json", "--tau", "0.1", "--out", "data"] + set,
            in: folder
        ).ended()
        #expect(data.status == 65 && data.messages.contains("was solved for another game, so the prices"))
        // Without a checksum nothing can be compared: what the file states is of its own game.
        try file("old.json") { $0["content_sha256"] = nil }
        let old = try CLI.start(["evaluate", CLI.scenario(), "--policy", "old.json", "--json"] + set, in: folder)
            .ended()
        #expect(old.status == 0 && old.messages.contains("is not known"), "\(old.messages)")
        #expect(
            try JSONValue(parsing: old.output)["policies"]?.arrayValue?.first?["not_checked"] == .bool(true))
    }

    @Test("A policy that remembers the turn is refused in a game of another length, with both lengths")
    func otherLength() throws {
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        let horizon = try #require(text.firstMatch(of: /horizon: (\d+)/))
        let turns = try #require(Int(horizon.1))
        let longer = text.replacingOccurrences(of: "horizon: \(turns)", with: "horizon: \(turns + 1)")
        try longer.write(toFile: path("longer.yaml"), atomically: true, encoding: .utf8)
        for memory in ["last-turn", "last"] {
            let solved = try CLI.run(
                "solve", CLI.scenario(), "--starts", "1", "--perturbations", "0", "--controller", memory, "--out",
                "\(memory).json", in: folder)
            try #require(solved.status == 0 || solved.status == 1, "\(solved.messages)")
            let ended = try CLI.run("evaluate", "longer.yaml", "--policy", "\(memory).json", in: folder)
            #expect(ended.status == (memory == "last" ? 0 : 65), "\(memory): \(ended.messages)")
            if memory == "last-turn" {
                #expect(
                    ended.messages.contains("is for \(turns) turns; this game has \(turns + 1)"), "\(ended.messages)")
            }
        }
    }

    @Test("A file without a checksum is compared with its payoff, and one that states nothing is taken with a warning")
    func unsealed() throws {
        try file("old.json") { $0["content_sha256"] = nil }
        let old = try CLI.run("evaluate", CLI.scenario(), "--policy", "old.json", in: folder)
        #expect(old.status == 0 && old.messages.isEmpty, "\(old.messages)")
        try file("bare.json") { ($0["content_sha256"], $0["solution"]) = (nil, nil) }
        let bare = try CLI.run("evaluate", CLI.scenario(), "--policy", "bare.json", in: folder)
        #expect(bare.status == 0)
        #expect(bare.messages.contains("is not known"), "\(bare.messages)")
    }

    @Test("Prices that are none end with exit code 65", arguments: ["-1.0", "\"0\"", "null", "1e999", "NaN"])
    func prices(price: String) throws {
        let text = try String(contentsOfFile: path("policy.json"), encoding: .utf8)
        // The only price is the last "value" of the entry that has a limit.
        let limit = try #require(text.range(of: "\"at_most\""))
        let value = try #require(text.range(of: "\"value\": ", range: limit.upperBound..<text.endIndex))
        let end = try #require(text.range(of: "\n", range: value.upperBound..<text.endIndex))
        let wrong = text.replacingCharacters(in: value.upperBound..<end.lowerBound, with: price)
        try wrong.write(toFile: path("wrong.json"), atomically: true, encoding: .utf8)
        #expect(try CLI.run("evaluate", CLI.scenario(), "--policy", "wrong.json", in: folder).status == 65)
    }

    @Test(
        "A policy that was solved under other constraints has no price in any analysis, which says so",
        arguments: [
            ["explain", "--top", "0"], ["pearl"], ["sensitivity", "--points", "8", "--copies", "2"],
            ["boundary", "--vary", "discount=0.8..0.9", "--samples", "0"],
        ])
    func otherConstraints(command: [String]) throws {
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        let other = text.replacingOccurrences(of: "at_most: 0.05", with: "at_most: 0.125")
        #expect(other != text)
        try other.write(toFile: path("other.yaml"), atomically: true, encoding: .utf8)
        let arguments = [command[0], "other.yaml", "--policy", "policy.json"] + command.dropFirst()
        let ended = try CLI.start(arguments, in: folder).ended()
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(ended.messages.contains("solved under other constraints"), "\(ended.messages)")
        let same = try CLI.start(
            [command[0], CLI.scenario(), "--policy", "policy.json"] + command.dropFirst(), in: folder
        ).ended()
        #expect(same.messages.isEmpty, "\(same.messages)")
    }

    @Test("Every policy of a curve satisfies the constraints; without them the curve says so")
    func frontier() throws {
        // Payoff alone would break this limit.
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        try text.replacingOccurrences(of: "at_most: 0.05", with: "at_most: 0.02").write(
            toFile: path("tight.yaml"), atomically: true, encoding: .utf8)
        let options = ["--points", "4", "--starts", "2", "--policies"]
        let kept = try CLI.start(["frontier", "tight.yaml", "--out", "kept", "--json"] + options, in: folder).ended()
        let json = try JSONValue(parsing: kept.output)
        let points = try #require(json["points"]?.arrayValue)
        #expect(!points.isEmpty)
        #expect(json["constraints"] == .string("kept"))
        for number in 1...max(1, points.count) {
            let judged = try CLI.json(
                "evaluate", "tight.yaml", "--policy", "kept/policies/point-\(number).json", in: folder)
            #expect(judged["policies"]?.arrayValue?.first?["satisfies_constraints"] == .bool(true))
            #expect(points[number - 1]["satisfies_constraints"] == .bool(true))
        }
        let free = try CLI.start(
            ["frontier", "tight.yaml", "--out", "free", "--without-constraints"] + options, in: folder
        ).ended()
        #expect(free.output.contains("constraints left out: P(misused | thief) ≤ 0.02"))
        #expect(free.output.contains("breaks a limit"))
        func written(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }
        #expect(try written("free/frontier.svg").contains("without the limits"))
        #expect(try written("kept/frontier.svg").contains("limits kept"))
        #expect(try written("free/frontier.csv").contains(",left_out,false"))
        #expect(try !written("kept/frontier.csv").contains(",left_out,"))
        try text.replacingOccurrences(of: "at_most: 0.05", with: "at_most: 0.0").write(
            toFile: path("none.yaml"), atomically: true, encoding: .utf8)
        let none = try CLI.start(["frontier", "none.yaml", "--out", "none"] + options, in: folder).ended()
        #expect(none.status == 1)
        #expect(none.output.contains("infeasible: no policy of this class"), "\(none.output)")
        #expect(try written("none/frontier.svg").contains("infeasible"))
    }
}

@Suite("A limit on a type of prior 0, in every command")
struct AbsentTypeTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let text = """
            format: 1
            name: absent
            horizon: 2
            opening: [{role: user, content: "Hello?"}]
            features: {openness: how much is given away}
            responses:
              give: {features: {openness: 1.0}, texts: ["Here."]}
              keep: {features: {openness: 0.0}, texts: ["No."]}
            outcomes:
              over: {safe: true, timeout: true}
              glad: {safe: true}
              harm: {safe: false}
            reactions:
              ask: {texts: ["And then?"]}
              thank: {ends: glad, texts: ["Thanks."]}
              strike: {ends: harm, texts: ["Ha."]}
            users:
              friend:
                prior: 1.0
                payoff: {glad: 1}
                rationality: 1
                utility:
                  ask: {bias: 0}
                  thank: {bias: -3, openness: 5}
                  strike: null
              foe:
                prior: 0.0
                payoff: {harm: -1}
                rationality: 1
                utility:
                  ask: {bias: 0}
                  thank: null
                  strike: {bias: -3, openness: 5}
            objective:
              constraints:
                - {user: foe, outcome: harm, at_most: 0.3}
            """
        try text.write(toFile: "\(folder.path)/absent.yaml", atomically: true, encoding: .utf8)
    }

    @Test(
        "solve finds the same value by every method, and V of the openings is the value",
        arguments: [
            ["--starts", "3"], ["--method", "belief"], ["--method", "soft", "--tau", "0.01"],
            ["--tau", "0.01", "--starts", "3"],
        ])
    func solve(options: [String]) throws {
        let ended = try CLI.start(
            ["solve", "absent.yaml", "--out", "p.json", "--json"] + options, in: folder
        ).ended()
        let json = try JSONValue(parsing: ended.output)
        #expect(ended.status == 0, "\(ended.messages) \(json["status"] ?? .null)")
        #expect(abs((json["payoff"]?.doubleValue ?? .nan) - 0.3) < 1e-4)
        #expect((json["multipliers"]?.arrayValue?.first?["value"]?.doubleValue ?? 0) > 0.5)
        let openings = try #require(json["openings"]?.objectValue)
        let sum = openings.values.reduce(0) {
            $0 + ($1["probability"]?.doubleValue ?? .nan) * ($1["value"]?.doubleValue ?? .nan)
        }
        #expect(abs(sum - (json["value"]?.doubleValue ?? .nan)) < 1e-12)
    }

    @Test("its policy is evaluated, simulated, explained, varied, drafted for and exported")
    func commands() throws {
        #expect(
            try CLI.run("solve", "absent.yaml", "--starts", "3", "--out", "p.json", in: folder).status == 0)
        let policy = ["--policy", "p.json"]
        for command in [
            ["evaluate", "absent.yaml"] + policy, ["explain", "absent.yaml"] + policy,
            ["pearl", "absent.yaml", "--max-risk", "1"] + policy,
            ["sensitivity", "absent.yaml", "--parameters", "all", "--points", "8", "--copies", "2"] + policy,
            ["boundary", "absent.yaml", "--vary", "users.friend.payoff.glad=0..2"] + policy,
            ["boundary", "absent.yaml", "--vary", "objective.constraints.foe.harm.at_most=0.2..0.4"],
            ["export", "candidates", "absent.yaml", "--tau", "0.1", "--out", "candidates"] + policy,
        ] {
            let ended = try CLI.start(command, in: folder).ended()
            #expect(ended.status == 0, "\(command): \(ended.messages)")
        }
        let simulated = try CLI.start(
            ["simulate", "absent.yaml", "--episodes", "1000"] + policy, in: folder
        ).ended()
        #expect(simulated.messages.contains("foe has prior 0, so no episode is of that type"))
        #expect(simulated.output.contains("undecided"))
        // At the price both responses are worth the same, as at any binding optimum that randomises.
        let explained = try CLI.json("explain", "absent.yaml", "--policy", "p.json", "--top", "0", in: folder)
        let strategies = try #require(explained["explanations"]?.arrayValue?.first?["strategies"]?.objectValue)
        let values = strategies.values.compactMap { $0["value"]?.doubleValue }
        #expect(abs((values.max() ?? .nan) - (values.min() ?? .nan)) < 0.2)
    }
}
