import ExactEvaluation
import GameFixtures
import GameModel
import Interchange
import Output
import Solver
import Testing

@Suite(
    "PRISM models, asked of Storm",
    .enabled(if: Python.hasStorm, "python3 has no stormpy; name one that has with NACRE_PYTHON"))
struct PrismTests {
    private struct Question {
        let text: String
        let query: String
        let shift: Double
        let wanted: Double
    }

    private static func ask(_ questions: [Question], exact: Bool, partial: Bool) throws -> [Double] {
        let folder = try TemporaryFolder()
        let entries = try questions.enumerated().map { index, question in
            JSONValue.object([
                "file": .string(try folder.write("\(index).prism", question.text)), "query": .string(question.query),
                "shift": .number(question.shift),
            ])
        }
        let answer = try Python.ask(
            "ask_storm.py",
            .object(["questions": .array(entries), "exact": .bool(exact), "partial": .bool(partial)]))
        return (answer.arrayValue ?? []).compactMap(\.doubleValue)
    }

    private static func compare(_ questions: [Question], exact: Bool, partial: Bool, tolerance: Double) throws {
        let found = try ask(questions, exact: exact, partial: partial)
        #expect(found.count == questions.count)
        for (value, question) in zip(found, questions) {
            #expect(abs(value - question.wanted) < tolerance, "\(question.query): \(value), not \(question.wanted)")
        }
    }

    /// The best value and the best safe share of games, by recursion over every history.
    private static func optima(_ definitions: [GameDefinition]) throws -> [Question] {
        try definitions.flatMap { definition in
            let file = PrismPOMDP(try Games.exported(definition))
            let text = try Games.text(file.write)
            return [
                Question(
                    text: text, query: "R{\"value\"}max=? [F \"done\"]", shift: file.shift,
                    wanted: try BeliefOracle(definition, goal: .payoff).value()),
                Question(
                    text: text, query: "Pmax=? [F \"safe\"]", shift: 0,
                    wanted: try BeliefOracle(definition, goal: .safeOutcomes).value()),
            ]
        }
    }

    /// One turn of random games, and more turns of a game of round numbers: posteriors of others have numerators of so many
    /// digits that rational arithmetic takes minutes.
    @Test("the exact optimum in rational arithmetic is ours")
    func exactOptimum() throws {
        let games = (UInt64(1)...4).map { Games.definition($0, horizon: 1) } + [Games.round(horizon: 2)]
        try Self.compare(try Self.optima(games), exact: true, partial: true, tolerance: 1e-12)
    }

    @Test("the exact optimum in rational arithmetic is ours at horizon 3 and 4, where every number is short")
    func exactOptimumOfMoreTurns() throws {
        let games = (UInt64(1)...6).map { Games.eighths($0, horizon: 3 + Int($0 % 2)) }
        try Self.compare(try Self.optima(games), exact: true, partial: true, tolerance: 1e-12)
    }

    @Test("the optimum up to horizon 4 is ours")
    func optimum() throws {
        let games = (UInt64(11)...16).map { Games.definition($0, horizon: 2 + Int($0 % 3)) }
        try Self.compare(try Self.optima(games), exact: false, partial: true, tolerance: 1e-9)
    }

    @Test("the Markov chain of a policy has the policy's value, outcomes and turns", arguments: [false, true])
    func chains(exact: Bool) throws {
        let kinds: [MemoryKind] = [
            .stationary, .lastWithTurn, MemoryKind(observations: 2, usesTurn: false),
            MemoryKind(observations: 1, usesTurn: false), MemoryKind(observations: 0, usesTurn: true),
        ]
        var questions: [Question] = []
        for (index, kind) in kinds.enumerated() {
            let seed = UInt64(21 + index)
            let goal: Objective.Goal = index == 1 ? .safeOutcomes : .payoff
            let source = try Games.exported(Games.definition(seed, horizon: 3), goal: goal)
            let controller = try Policy.random(kind, game: source.game, seed: seed)
            questions += try Self.questions(source, controller)
        }
        try Self.compare(questions, exact: exact, partial: false, tolerance: exact ? 1e-12 : 1e-9)
    }

    @Test("the Markov chain of a planned policy graph has the plan's value")
    func graph() throws {
        let source = try Games.exported(Games.definition(31, horizon: 3))
        let reference = [Double](
            repeating: 1 / Double(source.game.responses.count), count: source.game.responses.count)
        let plan = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(
            Problem(game: source.game, objective: Objective(goal: .payoff, reference: reference)))
        try Self.compare(
            try Self.questions(source, plan.policy), exact: false, partial: false, tolerance: 1e-9)
    }

    private static func questions(_ source: ExportedGame, _ controller: Policy) throws -> [Question] {
        let evaluation = Evaluation(controller, game: source.game)
        let file = PrismChain(source, controller: controller, policy: "test")
        let text = try Games.text(file.write)
        let value = Question(
            text: text, query: "R{\"value\"}=? [F \"done\"]", shift: file.shift,
            wanted: Games.value(evaluation, source.goal))
        let safe = Question(text: text, query: "P=? [F \"safe\"]", shift: 0, wanted: evaluation.safe)
        let outcome = Question(
            text: text, query: "P=? [F \"outcome_outcome0\" & \"user_user1\"]", shift: 0,
            wanted: source.game.prior[1] * evaluation.outcomes[1][0])
        return [value, safe, outcome]
    }
}

@Suite("Texts of PRISM models")
struct PrismTextTests {
    @Test("no reward is negative, and none needs more than it is shifted by", arguments: UInt64(1)...12)
    func rewards(seed: UInt64) throws {
        let source = try Games.exported(Games.definition(seed, horizon: 3))
        let file = PrismPOMDP(source)
        let lines = try Games.text(file.write).split(separator: "\n").map(String.init)
        let first = try #require(lines.firstIndex(of: "rewards \"value\""))
        let last = try #require(lines.firstIndex(of: "endrewards"))
        let rewards = lines[first + 1..<last].map { $0.split(separator: " ").last?.dropLast() ?? "" }
        #expect(!rewards.isEmpty)
        for reward in rewards { #expect((Double(reward) ?? -1) > 0) }
        #expect(file.shift >= 0 && (file.shift * 1024).rounded() == file.shift * 1024)
    }
}
