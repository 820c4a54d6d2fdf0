import GameFixtures
import GameModel
import Nacre
import Output
import Scenarios
import Solver
import Testing

@Suite("Policies on disk")
struct PolicyFileTests {
    private let game: Game
    private let objective: Objective
    private let solution: GradientResult

    init() throws {
        game = try Game(SampleGame.definition())
        objective = Objective(
            goal: .payoff, reference: [0.5, 0.5], constraints: [OutcomeConstraint(user: 1, outcome: 1, atMost: 0.5)])
        solution = try GradientSolver(GradientSolverSettings(starts: 2, perturbations: 1)).search(
            Problem(game: game, objective: objective), memory: .lastWithTurn)
    }

    private func file(hash: String = "abc") -> JSONValue {
        PolicyFile.json(
            solution, scenario: "sample", gameHash: hash, fileHash: "def", objective: objective, game: game)
    }

    private func read(_ json: JSONValue, hash: String = "abc") throws -> PolicyFile {
        try PolicyFile(reading: try json.text(.indented), label: "p.json", game: game, gameHash: hash)
    }

    @Test("A policy reads back bit for bit, with its prices")
    func roundTrip() throws {
        let read = try read(file())
        #expect(read.controller == solution.policy)
        #expect(read.label == "p.json")
        #expect(read.solution == file()["solution"])
        #expect(read.prices(of: objective, game: game) == solution.multipliers)
    }

    @Test("Prices are those of the same constraints only")
    func prices() throws {
        let read = try read(file())
        var other = objective
        other.constraints[0].atMost = 0.25
        #expect(read.prices(of: other, game: game) == nil)
        other.constraints = []
        #expect(read.prices(of: other, game: game) == nil)
        other.constraints = objective.constraints + objective.constraints
        #expect(read.prices(of: other, game: game) == nil)
    }

    @Test("The file says what it is, for which game, and every strategy with its node")
    func contents() throws {
        let json = file()
        #expect(json["format"] == .integer(1))
        #expect(json["kind"] == .string("finite-memory"))
        #expect(json["scenario"] == .string("sample"))
        #expect(json["game_hash"] == .string("abc"))
        #expect(json["file_hash"] == .string("def"))
        #expect(json["memory"] == .object(["observations": .integer(1), "turn": .bool(true)]))
        #expect(json["responses"] == .strings(["refuse", "help"]))
        let rows = try #require(json["strategies"]?.arrayValue)
        #expect(rows.count == solution.policy.memory.nodeCount)
        #expect(rows.first?["turn"] == .integer(1))
        #expect(rows.first?["observed"] == .strings(["neutral"]))
        #expect(rows.last?["observed"] == .strings(["ask/distress"]))
        for row in rows { #expect(row["strategy"]?.arrayValue?.count == 2) }
        #expect(json["solution"]?["settings"]?["threads"] == nil)
    }

    @Test("Threads are no part of a policy")
    func threads() throws {
        let other = try GradientSolver(GradientSolverSettings(starts: 2, perturbations: 1, threads: 2)).search(
            Problem(game: game, objective: objective), memory: .lastWithTurn)
        let json = PolicyFile.json(
            other, scenario: "sample", gameHash: "abc", fileHash: "def", objective: objective, game: game)
        #expect(json == file())
    }

    /// The file after a change of its members.
    private func changed(_ change: (inout [String: JSONValue]) -> Void) throws -> JSONValue {
        var members = try #require(file().objectValue)
        change(&members)
        return .object(members)
    }

    @Test("What does not fit is an error that says why")
    func errors() throws {
        func reason(_ json: JSONValue, hash: String = "abc") -> String {
            #expect(throws: PolicyFileError.self) { try read(json, hash: hash) }?.description ?? ""
        }
        #expect(reason(.array([])).contains("no format and kind"))
        #expect(reason(try changed { $0["format"] = .integer(2) }).contains("format 2"))
        #expect(reason(try changed { $0["kind"] = .string("tree") }).contains("another kind"))
        #expect(reason(try changed { $0["memory"] = nil }).contains("lacks memory"))
        #expect(
            reason(try changed { $0["memory"] = .object(["observations": .integer(-1), "turn": .bool(false)]) })
                .contains("at least 0"))
        let rows = try #require(file()["strategies"]?.arrayValue)
        #expect(reason(try changed { $0["strategies"] = .array(rows.dropLast()) }).contains("rows"))
        #expect(
            reason(try changed { $0["strategies"] = .array([rows[0], rows[0]] + rows.dropFirst(2)) })
                .contains("as row 0 is"))
        for strategy in [JSONValue.numbers([0.5, 0.4]), .numbers([1]), .numbers([1.5, -0.5]), .null] {
            var row = try #require(rows[1].objectValue)
            row["strategy"] = strategy
            let wrong = [rows[0], .object(row)] + rows.dropFirst(2)
            #expect(reason(try changed { $0["strategies"] = .array(wrong) }).contains("row 1"))
        }
        let error = #expect(throws: PolicyFileError.self) {
            try PolicyFile(reading: "policy", label: "p", game: game, gameHash: "abc")
        }
        #expect(error?.description.contains("is not JSON") == true)
    }
}
