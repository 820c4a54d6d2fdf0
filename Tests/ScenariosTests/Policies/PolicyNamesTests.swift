import GameFixtures
import GameModel
import Nacre
import Output
import Scenarios
import Solver
import Testing

@Suite("Policy files are read by name")
struct PolicyNamesTests {
    private let game: Game
    private let objective = Objective(goal: .payoff, reference: [0.5, 0.3, 0.2])

    init() throws { game = try RandomGame { ($0.horizon, $0.responses) = (3, 3) }.game(seed: 11) }

    /// Kinds of file: what randomises and what does not, with next nodes by observation, by response too, and with a mixture.
    enum Kind: String, CaseIterable {
        case finiteMemory, belief, soft, mixture
    }

    private func made(_ kind: Kind) throws -> (json: JSONValue, controller: Policy) {
        var objective = objective
        switch kind {
        case .finiteMemory:
            objective.klWeight = 0.5
            let found = try GradientSolver(GradientSolverSettings(starts: 1, perturbations: 0)).search(
                Problem(game: game, objective: objective), memory: .lastWithTurn)
            return (
                PolicyFile.json(
                    found, scenario: "s", gameHash: "abc", fileHash: "f", objective: objective, game: game),
                found.policy
            )
        case .belief:
            let found = try BeliefPlanner().search(Problem(game: game, objective: objective))
            return (
                PolicyFile.json(
                    found, scenario: "s", gameHash: "abc", fileHash: "f", objective: objective, game: game),
                found.policy
            )
        case .soft:
            objective.klWeight = 0.5
            let found = try SoftPlanner().search(Problem(game: game, objective: objective))
            return (
                PolicyFile.json(
                    found, scenario: "s", gameHash: "abc", fileHash: "f", objective: objective, game: game),
                found.policy
            )
        case .mixture:
            let free = try BeliefPlanner().search(Problem(game: game, objective: objective))
            let share = free.evaluation.outcomes[1][1]
            objective.constraints = [OutcomeConstraint(user: 1, outcome: 1, atMost: 0.9 * share)]
            let found = try ConstrainedPlanner().search(Problem(game: game, objective: objective))
            return (
                PolicyFile.json(
                    found, scenario: "s", gameHash: "abc", fileHash: "f", objective: objective, game: game),
                found.policy
            )
        }
    }

    private func read(_ json: JSONValue) throws -> PolicyFile {
        try PolicyFile(reading: try json.text(.indented), label: "p", game: game, gameHash: "abc")
    }

    /// A list turned round, with everything that is in its order.
    private func turned(_ json: JSONValue) throws -> JSONValue {
        func reversed(_ value: JSONValue?) -> JSONValue? { value?.arrayValue.map { .array($0.reversed()) } ?? value }
        func turnedEntry(_ entry: JSONValue) -> JSONValue {
            guard var members = entry.objectValue else { return entry }
            members["strategy"] = reversed(members["strategy"])
            if let next = members["next"]?.arrayValue, next.first?.arrayValue != nil {
                members["next"] = .array(next.reversed().compactMap { reversed($0) })
            } else {
                members["next"] = reversed(members["next"])
            }
            return .object(members)
        }
        var members = try #require(json.objectValue)
        for key in ["responses", "observations", "cues", "initial"] { members[key] = reversed(members[key]) }
        members["strategies"] = members["strategies"]?.arrayValue.map { .array($0.reversed().map(turnedEntry)) }
        members["nodes"] = members["nodes"]?.arrayValue.map { .array($0.map(turnedEntry)) }
        return .object(members)
    }

    @Test("Columns and rows in another order are the same policy, and no edit", arguments: Kind.allCases)
    func turnedRound(kind: Kind) throws {
        let (json, controller) = try made(kind)
        let turned = try turned(json)
        #expect(turned["responses"] != json["responses"])
        let file = try read(turned)
        #expect(file.controller == controller)
        #expect(file.standing(in: game) == .asWritten)
        #expect(try read(json).controller == controller)
    }

    @Test("Files without cues have them in the game's order", arguments: [Kind.belief, .soft, .mixture])
    func withoutCues(kind: Kind) throws {
        let (json, controller) = try made(kind)
        var members = try #require(json.objectValue)
        (members["cues"], members["content_sha256"]) = (nil, nil)
        let file = try read(.object(members))
        #expect(file.controller == controller)
        #expect(file.standing(in: game) == .asWritten)
    }

    @Test(
        "Names that are missing, unknown or there twice are refused by name",
        arguments: [
            ("responses", ["say0", "say1"], "does not name the response say2"),
            ("responses", ["say0", "say1", "shout"], "names the response shout in responses"),
            ("responses", ["say0", "say1", "say1"], "names the response say1 twice"),
            ("responses", ["say0", "say1", "say2", "say0"], "names the response say0 twice"),
            ("responses", [], "does not name the response say0"),
            ("observations", ["go0/cue0", "go1/cue0", "go0/cue1"], "does not name the observation go1/cue1"),
            ("observations", ["go0/cue0", "go1/cue0", "go0/cue1", "go9/cue1"], "names the observation go9/cue1"),
            ("cues", ["cue0", "cue0"], "names the cue cue0 twice"), ("cues", ["cue0", "hm"], "names the cue hm"),
        ])
    func refused(key: String, names: [String], words: String) throws {
        for kind in Kind.allCases {
            let (json, _) = try made(kind)
            guard json[key] != nil else { continue }
            var members = try #require(json.objectValue)
            members[key] = .strings(names)
            let error = try #require(throws: PolicyFileError.self) { try read(.object(members)) }
            #expect(error.description.contains(words), "\(kind): \(error)")
        }
    }

    @Test("A finite-memory file that names no responses, no node or one node twice is refused")
    func rows() throws {
        let (json, _) = try made(.finiteMemory)
        let all = try #require(json["strategies"]?.arrayValue)
        func reason(_ change: (inout [String: JSONValue]) throws -> Void) throws -> String {
            var members = try #require(json.objectValue)
            try change(&members)
            return try #require(throws: PolicyFileError.self) { try read(.object(members)) }.description
        }
        func row(_ index: Int, _ key: String, _ value: JSONValue) throws -> JSONValue {
            var (rows, members) = (all, try #require(all[index].objectValue))
            members[key] = value
            rows[index] = .object(members)
            return .array(rows)
        }
        #expect(try reason { $0["responses"] = nil }.contains("lacks responses"))
        #expect(try reason { $0["responses"] = .numbers([1, 2, 3]) }.contains("that is no text"))
        #expect(try reason { $0["strategies"] = try row(1, "observed", .strings(["cue9"])) }.contains("does not have"))
        #expect(try reason { $0["strategies"] = try row(1, "observed", .strings(["cue0"])) }.contains("as row 0 is"))
        #expect(try reason { $0["strategies"] = try row(1, "turn", .integer(9)) }.contains("turn 9"))
        #expect(try reason { $0["strategies"] = try row(1, "turn", .string("1")) }.contains("no whole number"))
        #expect(try reason { $0["strategies"] = try row(1, "observed", .null) }.contains("no observed"))
        let text = JSONValue.array([.number(1), .string("0"), .number(0)])
        #expect(try reason { $0["strategies"] = try row(1, "strategy", text) }.contains("row 1"))
    }
}
