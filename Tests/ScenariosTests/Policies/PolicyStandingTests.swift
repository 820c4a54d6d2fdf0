import GameFixtures
import GameModel
import Nacre
import Output
import Scenarios
import Solver
import Testing

@Suite("Whether a policy file was edited")
struct PolicyStandingTests {
    private let game: Game
    private let objective: Objective
    private let json: JSONValue

    init() throws {
        game = try Game(SampleGame.definition())
        objective = Objective(
            goal: .payoff, reference: [0.5, 0.5], constraints: [OutcomeConstraint(user: 1, outcome: 1, atMost: 0.4)])
        let solution = try GradientSolver(GradientSolverSettings(starts: 2, perturbations: 1)).search(
            Problem(game: game, objective: objective), memory: .lastWithTurn)
        json = PolicyFile.json(
            solution, scenario: "sample", gameHash: "abc", fileHash: "def", objective: objective, game: game)
    }

    private func read(_ json: JSONValue) throws -> PolicyFile { try read(try json.text(.indented)) }

    private func read(_ text: String) throws -> PolicyFile {
        try PolicyFile(reading: text, label: "p.json", game: game, gameHash: "abc")
    }

    private func changed(_ change: (inout [String: JSONValue]) throws -> Void) throws -> JSONValue {
        var members = try #require(json.objectValue)
        try change(&members)
        return .object(members)
    }

    /// The first strategy turned round.
    private func played(_ members: inout [String: JSONValue]) throws {
        var rows = try #require(members["strategies"]?.arrayValue)
        var row = try #require(rows[0].objectValue)
        row["strategy"] = .array(try #require(row["strategy"]?.arrayValue).reversed())
        rows[0] = .object(row)
        members["strategies"] = .array(rows)
    }

    private func reason(_ standing: PolicyStanding) -> String? {
        guard case .edited(let reason) = standing else { return nil }
        return reason
    }

    @Test("A file as it was written is told by its checksum, whatever rewrites its white space and whole numbers")
    func asWritten() throws {
        #expect(json["content_sha256"]?.stringValue?.count == 64)
        #expect(try read(json).standing(in: game) == .asWritten)
        #expect(try read(json).standing(in: nil) == .asWritten)
        let terse = Self.withWholeNumbers(json)
        #expect(terse != json)
        #expect(try read(try terse.text()).standing(in: nil) == .asWritten)
        // Where it came from may be told anew.
        let moved = try changed { $0["scenario"] = .string("other") }
        #expect(try read(moved).standing(in: game) == .asWritten)
    }

    /// What a program makes of the file that writes 1 for 1.0.
    private static func withWholeNumbers(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let number): Int(exactly: number).map { .integer($0) } ?? value
        case .array(let values): .array(values.map(withWholeNumbers))
        case .object(let members): .object(members.mapValues(withWholeNumbers))
        case .null, .bool, .integer, .string: value
        }
    }

    @Test("A strategy, a price or a value that was changed is an edit, with what it states and what it plays")
    func edited() throws {
        let strategy = try read(try changed(played)).standing(in: game)
        #expect(reason(strategy)?.contains("checksum") == true)
        #expect(reason(strategy)?.contains("states payoff") == true)
        #expect(reason(strategy)?.contains("and plays") == true)
        #expect(reason(try read(try changed(played)).standing(in: nil))?.contains("checksum") == true)
        for key in ["value", "upper", "payoff", "status"] {
            let other = try changed {
                var solution = try #require($0["solution"]?.objectValue)
                solution[key] = .integer(7)
                $0["solution"] = .object(solution)
            }
            #expect(reason(try read(other).standing(in: game)) != nil, "\(key)")
        }
        #expect(reason(try read(try changed { $0["content_sha256"] = .null }).standing(in: game)) != nil)
    }

    @Test("Without a checksum the stated payoff is compared with what is played")
    func compared() throws {
        let old = try changed { $0["content_sha256"] = nil }
        #expect(try read(old).standing(in: game) == .asWritten)
        guard case .unchecked = try read(old).standing(in: nil) else {
            Issue.record("there is no game to compare in")
            return
        }
        let edited = try changed {
            $0["content_sha256"] = nil
            try played(&$0)
        }
        #expect(reason(try read(edited).standing(in: game))?.contains("states payoff") == true)
        let silent = try changed { ($0["content_sha256"], $0["solution"]) = (nil, nil) }
        guard case .unchecked = try read(silent).standing(in: game) else {
            Issue.record("there is nothing to compare with")
            return
        }
    }

    @Test("A curve's policy is compared by its two measures")
    func measures() throws {
        let controller = try Policy.constant([0.25, 0.75], game: game)
        let evaluation = Evaluation(controller, game: game)
        func file(_ risk: Double) throws -> PolicyFile {
            let solution = JSONValue.object([
                "x": .object(["measure": .string("risk"), "value": .number(risk)]),
                "y": .object(["measure": .string("harm|malicious"), "value": .number(evaluation.outcomes[1][1])]),
            ])
            let json = PolicyFile.json(
                controller, solution: solution, scenario: "s", gameHash: "abc", fileHash: "f", game: game)
            var members = try #require(json.objectValue)
            members["content_sha256"] = nil
            return try read(.object(members))
        }
        #expect(try file(1 - evaluation.safe).standing(in: game) == .asWritten)
        #expect(reason(try file(0.5).standing(in: game))?.contains("states risk 0.5") == true)
    }

    @Test(
        "A price is a number of at least 0, of a type and an outcome of the game",
        arguments: [
            ("value", JSONValue.number(-1), "the price -1.0 in multipliers[0]"), ("value", .string("1"), "the price"),
            ("value", .null, "the price"), ("user", .string("nobody"), "no user type"),
            ("outcome", .string("none"), "no outcome"), ("at_most", .string("x"), "no at_most"),
        ])
    func prices(key: String, value: JSONValue, words: String) throws {
        let wrong = try changed {
            var solution = try #require($0["solution"]?.objectValue)
            var price = try #require(solution["multipliers"]?.arrayValue?.first?.objectValue)
            price[key] = value
            solution["multipliers"] = .array([.object(price)])
            $0["solution"] = .object(solution)
        }
        let error = try #require(throws: PolicyFileError.self) { try read(PolicyFile.sealed(wrong)) }
        #expect(error.description.contains(words), "\(error)")
        let huge = try json.text().replacing(first: "\"value\":", with: "\"value\":1e999,\"other\":")
        #expect(throws: PolicyFileError.self) { try read(huge) }
    }

    @Test(
        "The weight of the KL term is a number of at least 0", arguments: [JSONValue.number(-0.5), .string("1"), .null])
    func klWeight(value: JSONValue) throws {
        let wrong = try changed {
            var solution = try #require($0["solution"]?.objectValue)
            solution["kl_weight"] = value
            $0["solution"] = .object(solution)
        }
        let error = try #require(throws: PolicyFileError.self) { try read(PolicyFile.sealed(wrong)) }
        #expect(error.description.contains("the kl_weight"), "\(error)")
    }

    @Test("Prices are found by name, in whatever order the constraints are")
    func pricesByName() throws {
        var two = objective
        two.constraints.append(OutcomeConstraint(user: 0, outcome: 1, atMost: 0.25))
        let file = try read(
            PolicyFile.sealed(
                try changed {
                    var solution = try #require($0["solution"]?.objectValue)
                    solution["multipliers"] = PolicyFile.multipliers([2, 3], of: two, game: game)
                    $0["solution"] = .object(solution)
                }))
        #expect(file.standing(in: game) == .asWritten)
        #expect(file.prices(of: two, game: game) == [2, 3])
        two.constraints.reverse()
        #expect(file.prices(of: two, game: game) == [3, 2])
        two.constraints[0].atMost = 0.5
        #expect(file.prices(of: two, game: game) == nil)
    }
}

extension String {
    fileprivate func replacing(first old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return self[..<range.lowerBound] + new + self[range.upperBound...]
    }
}
