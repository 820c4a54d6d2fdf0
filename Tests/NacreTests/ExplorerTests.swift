import ExampleScenarios
import Foundation
import Nacre
import Pages
import Testing

@Suite("The explorer's numbers are those of evaluate --set")
struct ExplorerTests {
    private static func scenario(_ name: String) throws -> Scenario {
        try Scenario.parse(try #require(ExampleScenarios.all.first { $0.name == name }?.text), file: "\(name).yaml")
    }

    private func json(_ explorer: Explorer, _ path: String, _ body: [String: JSONValue]) throws -> JSONValue {
        let answer = try #require(ExplorerAnswers(explorer).answers[path])
        return try JSONValue(strictly: try #require(try answer(.object(body)).bytes))
    }

    /// Changes of several kinds that the scenario has: shares, payoffs, rationality, limits, features.
    private func changes(_ scenario: Scenario) -> [ParameterChange] {
        let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
        let kinds = [".prior", ".payoff.", ".rationality", ".at_most", ".features.", ".cost"]
        return kinds.compactMap { kind in
            inputs.parameters.last { $0.path.contains(kind) && inputs[$0] != nil }.map { parameter in
                ParameterChange(
                    parameter.path, to: inputs.domain(of: parameter).nearest(to: (inputs[parameter] ?? 0) * 0.7 + 0.05))
            }
        }
    }

    @Test("Digit for digit, for every policy and shipped scenario", arguments: ExampleScenarios.all.map(\.name))
    func evaluation(name: String) throws {
        let scenario = try Self.scenario(name)
        let explorer = try Explorer(scenario)
        let changes = changes(scenario)
        #expect(changes.count >= 4)
        for count in [0, 1, changes.count] {
            let own = Array(changes.prefix(count))
            let set = JSONValue.array(own.map(\.json))
            let changed = try scenario.setting(own)
            for policy in ["reference", "uniform", "always:\(scenario.game.responses[0].name)"] {
                let report = EvaluationReport([try NamedPolicy(policy, scenario: changed)], in: changed)
                let expected = try #require(report.json()["policies"]?.arrayValue?.first)
                let found = try json(explorer, "/api/evaluate", ["set": set, "policy": .string(policy)])
                let answer = try #require(found["answer"])
                for key in ["payoff", "safe", "turns", "violation", "satisfies_constraints"] {
                    #expect(answer[key] == expected[key], "\(name) \(policy) \(key)")
                }
                #expect(answer["game_hash"] == report.json()["game_hash"])
                for (user, row) in try #require(answer["outcomes"]?.arrayValue).enumerated() {
                    for (outcome, value) in try #require(row.arrayValue).enumerated() {
                        let names = (scenario.game.users[user], scenario.game.outcomes[outcome].name)
                        #expect(value == expected["outcomes"]?[names.0]?[names.1])
                    }
                }
                // The same request has the same answer, whatever was asked in between.
                _ = try json(explorer, "/api/evaluate", ["set": .array([]), "policy": .string("reference")])
                #expect(try json(explorer, "/api/evaluate", ["set": set, "policy": .string(policy)]) == found)
            }
        }
    }

    @Test("Numbers that were rescaled are told with those that were changed")
    func rescaled() throws {
        let explorer = try Explorer(try Self.scenario("self-harm-question"))
        let found = try json(
            explorer, "/api/evaluate",
            [
                "set": .array([ParameterChange("users.distressed.prior", to: 0.5).json]),
                "policy": .string("reference"),
            ])
        let numbers = try ParameterChange.list(found["numbers"])
        #expect(numbers.map(\.path) == ["users.benign.prior", "users.distressed.prior", "users.malicious.prior"])
        #expect(numbers[1].value == 0.5 && abs(numbers.reduce(0) { $0 + $1.value } - 1) < 1e-12)
    }

    @Test("A fast solution is as good as it says, and remembered by name")
    func solving() throws {
        let explorer = try Explorer(try Self.scenario("self-harm-question"))
        let set = JSONValue.array([ParameterChange("users.distressed.prior", to: 0.4).json])
        let found = try json(explorer, "/api/solve", ["set": set, "method": .string("last")])
        let solution = try #require(found["solution"])
        let (lower, upper) = (
            try #require(solution["lower"]?.doubleValue), try #require(solution["upper"]?.doubleValue)
        )
        #expect(lower <= upper && found["answer"]?["value"]?.doubleValue == lower)
        let name = try #require(solution["name"])
        let again = try json(explorer, "/api/evaluate", ["set": set, "policy": name])
        #expect(again["answer"] == found["answer"])
        let reference = try json(explorer, "/api/evaluate", ["set": set, "policy": .string("reference")])
        #expect(try #require(reference["answer"]?["payoff"]?.doubleValue) < lower)
        #expect(throws: (any Error).self) {
            try json(explorer, "/api/evaluate", ["set": set, "policy": .string("solved:0123456789abcdef")])
        }
    }

    @Test("A policy that breaks limits is no lower bound, and nothing is open below the upper one")
    func brokenLimits() throws {
        let scenario = try Self.scenario("self-harm-question")
        let explorer = try Explorer(scenario)
        let impossible = JSONValue.array(
            ["malicious", "distressed"].map {
                ParameterChange("objective.constraints.\($0).exploited.at_most", to: 0).json
            })
        let solution = try #require(
            try json(explorer, "/api/solve", ["set": impossible, "method": .string("last")])["solution"])
        #expect(solution["status"] == .string("infeasible"))
        #expect(solution["lower"] == .null && solution["gap"] == .null)
        #expect(solution["value"]?.doubleValue != nil)
    }

    @Test("The strip has the switches of boundary")
    func boundary() throws {
        let scenario = try Self.scenario("self-harm-question")
        let explorer = try Explorer(scenario)
        let found = try json(
            explorer, "/api/boundary",
            [
                "set": .array([]), "policy": .string("reference"), "path": .string("users.benign.prior"),
                "cue": .integer(0),
            ])
        let segments = try #require(found["segments"]?.arrayValue)
        #expect(segments.count >= 2)
        let policy = try NamedPolicy("reference", scenario: scenario)
        for pair in zip(segments, segments.dropFirst()) {
            let value = try #require(pair.0["to"]?.doubleValue)
            #expect(pair.1["from"]?.doubleValue == value)
            // At a switch both responses are worth the same.
            let at = try scenario.setting("users.benign.prior", to: value)
            let values = try ActionValues(
                policy.controller, game: at.game, objective: at.objective, multipliers: [0, 0]
            ).expected(
                belief: try Belief.opening(0, game: at.game).belief, turn: 1,
                node: policy.controller.memory.initial[0].only ?? 0)
            let (left, right) = (pair.0["response"]?.integerValue ?? 0, pair.1["response"]?.integerValue ?? 0)
            #expect(left != right && abs(values[left] - values[right]) < 1e-9)
        }
    }

    @Test("A conversation shows beliefs, values and reactions that fit together")
    func talk() throws {
        let scenario = try Self.scenario("self-harm-question")
        let explorer = try Explorer(scenario)
        let body: [String: JSONValue] = [
            "policy": .string("reference"), "seed": .string("7"), "episode": .integer(2),
            "moves": .array([.object(["response": .integer(2)])]),
        ]
        let found = try json(explorer, "/api/talk", body)
        #expect(try json(explorer, "/api/talk", body) == found)
        let posterior = try #require(found["posterior"]?.arrayValue).compactMap(\.doubleValue)
        #expect(posterior.count == scenario.game.hiddenCount && abs(posterior.reduce(0, +) - 1) < 1e-12)
        guard let responses = found["responses"]?.arrayValue else { return }
        #expect(responses.count == scenario.game.responses.count)
        for response in responses {
            for key in ["reactions", "user_reactions"] {
                let shares = try #require(response[key]?.arrayValue).compactMap(\.doubleValue)
                #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
            }
        }
    }

    @Test(
        "Wrong requests are wrong input and no fault",
        arguments: [
            ("/api/evaluate", #"{}"#), ("/api/evaluate", #"{"policy": "nobody"}"#),
            ("/api/evaluate", #"{"policy": "reference", "set": [{"path": "users.nobody.prior", "value": 1}]}"#),
            ("/api/evaluate", #"{"policy": "reference", "set": [{"path": "discount", "value": 2}]}"#),
            ("/api/evaluate", #"{"policy": "reference", "set": 3}"#), ("/api/solve", #"{"method": "magic"}"#),
            ("/api/search", #"{"seconds": -1}"#), ("/api/boundary", #"{"policy": "reference"}"#),
            ("/api/boundary", #"{"policy": "reference", "path": "users.thief.prior", "cue": 99}"#),
            ("/api/talk", #"{"policy": "reference", "cue": 99}"#),
            ("/api/talk", #"{"policy": "reference", "moves": [{"response": -1}]}"#),
            ("/api/talk", #"{"policy": "reference", "seed": "x"}"#),
        ])
    func wrong(path: String, body: String) throws {
        let explorer = try Explorer(try Self.scenario("starter"))
        let gate = ExplorerGate(token: "t", port: 1)
        let response = ExplorerRoutes(ExplorerAnswers(explorer), gate: gate).respond(
            to: LoopbackRequest(
                "POST", path,
                headers: ["host": "127.0.0.1:1", "x-nacre-token": "t", "content-type": "application/json"],
                body: Array(body.utf8)))
        #expect(response.status == 400)
        let document = try JSONValue(strictly: try #require(response.bytes))
        #expect(document["error"]?.stringValue?.isEmpty == false)
    }

    @Test(
        "What is saved says the changes as options and as a difference of the file",
        arguments: ExampleScenarios.all.map(\.name))
    func saving(name: String) throws {
        let scenario = try Self.scenario(name)
        let changes = Array(changes(scenario).prefix(3))
        let saved = try Explorer(scenario).saved(changes)
        #expect(saved.options.count == changes.count && saved.options.allSatisfy { $0.hasPrefix("--set ") })
        let read = try scenario.setting(
            try saved.options.map { try ParameterChange(String($0.dropFirst(6)).replacing("'", with: "")) })
        #expect(read.gameHash == (try scenario.setting(changes)).gameHash)
        let diff = try #require(saved.diff)
        #expect(diff.hasPrefix("--- \(name).yaml\n+++ \(name).yaml\n@@ "))
        #expect(diff.split(separator: "\n").contains { $0.hasPrefix("+") && $0.contains("set in the explorer") })
        // Nothing changed, nothing saved.
        let nothing = try Explorer(scenario).saved([])
        #expect(nothing.options.isEmpty && nothing.diff == nil && nothing.problem == nil)
    }
}
