import ExactEvaluation
import GameFixtures
import GameModel
import Nacre
import Output
import Scenarios
import Solver
import Testing

@Suite("Policy graphs on disk")
struct PolicyGraphFileTests {
    private let game: Game
    private let solution: BeliefResult
    private let json: JSONValue

    init() throws {
        game = try RandomGame { $0.horizon = 3 }.game(seed: 3)
        let objective = Objective(goal: .payoff, reference: [0.5, 0.5])
        solution = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(Problem(game: game, objective: objective))
        json = PolicyFile.json(
            solution, scenario: "random", gameHash: "abc", fileHash: "def", objective: objective, game: game)
    }

    private func read(_ value: JSONValue) throws -> PolicyFile {
        try PolicyFile(reading: try value.text(.indented), label: "belief", game: game, gameHash: "abc")
    }

    @Test("come back as they were")
    func roundTrip() throws {
        let file = try read(json)
        #expect(file.controller == solution.policy)
        #expect(file.solution["method"] == .string("belief"))
        #expect(file.solution["upper"]?.doubleValue == solution.bound)
        #expect(Evaluation(file.controller, game: game) == solution.evaluation)
    }

    @Test("that follow responses come back as they were, and are refused where a list is missing")
    func softRoundTrip() throws {
        let objective = Objective(goal: .payoff, reference: [0.5, 0.5], klWeight: 0.2)
        let soft = try SoftPlanner().search(Problem(game: game, objective: objective))
        let json = PolicyFile.json(
            soft, scenario: "random", gameHash: "abc", fileHash: "def", objective: objective, game: game)
        let file = try read(json)
        #expect(file.controller == soft.policy)
        #expect(file.softWeight == 0.2)
        #expect(file.solution["upper"]?.doubleValue == soft.bound)
        #expect(Evaluation(file.controller, game: game, reference: objective.reference) == soft.evaluation)

        let members = try #require(json.objectValue)
        let nodes = try #require(members["nodes"]?.arrayValue)
        func refused(_ change: (inout [String: JSONValue]) -> Void) throws -> String {
            var (members, nodes) = (members, nodes)
            var node = try #require(nodes[0].objectValue)
            change(&node)
            nodes[0] = .object(node)
            members["nodes"] = .array(nodes)
            return try #require(throws: PolicyFileError.self) { try read(.object(members)) }.description
        }
        let next = try #require(nodes[0]["next"]?.arrayValue)
        #expect(try refused { $0["next"] = .array(Array(next.dropLast())) }.contains("next nodes in node 0"))
        #expect(try refused { $0["next"] = next[0] }.contains("next nodes in node"))
        #expect(try refused { $0["strategy"] = .numbers([0.5, 0.6]) }.contains("strategies: row 0"))
        #expect(try refused { $0["strategy"] = .numbers([1]) }.contains("strategy in node 0"))
        #expect(try refused { $0["response"] = .string("say0") }.contains("strategy in node 0"))
    }

    @Test(
        "are refused where they do not fit",
        arguments: [
            ("nodes", JSONValue.null, "lacks nodes"), ("nodes", .array([]), "graph has nodes in"),
            ("initial", .array([.integer(0)]), "one per name in cues"),
            ("initial", .array([.integer(0), .integer(99)]), "must"),
            ("observations", .strings(["other"]), "names the observation other"),
            ("kind", .string("tree"), "another kind"),
            ("format", .integer(2), "format 2"),
        ])
    func refuses(key: String, value: JSONValue, words: String) throws {
        var members = try #require(json.objectValue)
        members[key] = value
        let error = try #require(throws: PolicyFileError.self) { try read(.object(members)) }
        #expect(error.description.contains(words), "\(error)")
    }

    @Test(
        "are refused where a node does not fit",
        arguments: [
            ("turn", JSONValue.integer(9), "turn in node 0"), ("turn", .null, "turn in node 0"),
            ("response", .string("shout"), "response of the game in node 0"),
            ("next", .array([]), "next nodes in node 0"),
            ("next", .array(Array(repeating: .integer(0), count: 4)), "must lead to a node of turn 2"),
            ("next", .array(Array(repeating: .string("x"), count: 4)), "must lead to a node of turn 2"),
        ])
    func refusesNodes(key: String, value: JSONValue, words: String) throws {
        var members = try #require(json.objectValue)
        var nodes = try #require(members["nodes"]?.arrayValue)
        var node = try #require(nodes[0].objectValue)
        node[key] = value
        nodes[0] = .object(node)
        members["nodes"] = .array(nodes)
        let error = try #require(throws: PolicyFileError.self) { try read(.object(members)) }
        #expect(error.description.contains(words), "\(error)")
    }
}
