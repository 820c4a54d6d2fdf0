import Conformance
import ExactEvaluation
import GameFixtures
import GameModel
import Testing

@Suite("A reference that drifts")
struct ReferenceTests {
    private static let drifting = Reference(
        rows: [
            .init(turns: 1...2, cue: 1, strategy: [1, 0, 0]), .init(after: 2, strategy: [0, 1, 0]),
            .init(turns: 2...2, strategy: [0.25, 0.25, 0.5]),
        ], otherwise: [0.5, 0.5, 0])

    @Test("The first row that matches holds, and a row that names a response never holds in the first turn")
    func firstMatch() {
        let reference = Self.drifting
        #expect(reference.strategy(turn: 1, cue: 1, after: nil) == [1, 0, 0])
        #expect(reference.strategy(turn: 2, cue: 1, after: 2) == [1, 0, 0])
        #expect(reference.strategy(turn: 2, cue: 0, after: 2) == [0, 1, 0])
        #expect(reference.strategy(turn: 2, cue: 0, after: 1) == [0.25, 0.25, 0.5])
        #expect(reference.strategy(turn: 3, cue: 1, after: 0) == [0.5, 0.5, 0])
        #expect(reference.strategy(turn: 1, cue: 0, after: nil) == [0.5, 0.5, 0])
        #expect(reference.support == [0, 1, 2] && !reference.hasOneSupport && reference.least == 0.25)
        #expect(reference.asksForResponse && reference.constant == nil)
    }

    @Test("A table whose rows all say the same is a constant")
    func constant() {
        let table = Reference(rows: [.init(turns: 1...3, strategy: [0.5, 0.5])], otherwise: [0.5, 0.5])
        #expect(table == Reference([0.5, 0.5]) && table.isConstant && table.description == "[0.5, 0.5]")
    }

    @Test(
        "The policy of a reference says what the reference says, and leads where literal play does", arguments: [3, 4])
    func policy(seed: UInt64) throws {
        let definition = RandomGame {
            ($0.responses, $0.horizon, $0.users) = (3, 3, 2)
        }.definition(seed: seed)
        let game = try Game(definition)
        let policy = try Policy.reference(Self.drifting, game: game)
        let literal = try BruteForce(definition).evaluate { turn, observed in
            Self.drifting.strategy(turn: turn, cue: observed[observed.count - 1].cue, after: observed.last?.said)
        }
        let found = Evaluation(policy, game: game, reference: Self.drifting)
        for user in game.users.indices {
            #expect(abs(found.payoffByUser[user] - literal.payoff[user]) <= 1e-12)
            for outcome in game.outcomes.indices {
                #expect(abs(found.outcomes[user][outcome] - literal.outcomes[user][outcome]) <= 1e-13)
            }
            // It does what the reference does.
            #expect(abs(found.divergenceByUser[user]) <= 1e-14)
        }
    }

    @Test(
        "A memory that also knows the row changes nothing of a policy",
        arguments: [MemoryKind.stationary, .lastWithTurn, .graph])
    func refined(kind: MemoryKind) throws {
        let game = try RandomGame { ($0.responses, $0.horizon) = (3, 4) }.game(seed: 9)
        let policy = try Policy.random(kind, game: game, seed: 5)
        let finer = try ReferencePolicy(policy, reference: Self.drifting, game: game)
        let (before, after) = (Evaluation(policy, game: game), Evaluation(finer.policy, game: game))
        #expect(abs(before.payoff - after.payoff) <= 1e-12 && abs(before.safe - after.safe) <= 1e-13)
        #expect(Set(finer.rows) == [0, 1, 2, 3])
    }

    @Test("Numbers of a table have paths of their own, and setting one rescales its row alone")
    func parameters() throws {
        let inputs = GameInputs(
            definition: RandomGame { $0.responses = 3 }.definition(seed: 1),
            objective: Objective(goal: .payoff, reference: Self.drifting))
        let changed = try inputs.setting(inputs.parameter("objective.reference.rows.2.is.say2"), to: 0.6)
        #expect(changed.objective.reference.rows[2].strategy.map { ($0 * 1e12).rounded() / 1e12 } == [0.2, 0.2, 0.6])
        #expect(changed.objective.reference.rows[0] == Self.drifting.rows[0])
        #expect(inputs[try inputs.parameter("objective.reference.otherwise.say0")] == 0.5)
        #expect(throws: ParameterError.self) { try inputs.parameter("objective.reference.say0") }
    }
}
