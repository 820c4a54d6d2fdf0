import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

private let kinds = [
    MemoryKind(observations: 0, usesTurn: false), MemoryKind(observations: 0, usesTurn: true),
    MemoryKind(observations: 1, usesTurn: false), MemoryKind(observations: 1, usesTurn: true),
    MemoryKind(observations: 2, usesTurn: false), MemoryKind(observations: 2, usesTurn: true),
    MemoryKind(observations: 3, usesTurn: false), .graph,
]

@Suite("Exact evaluation")
struct EvaluationTests {
    @Test("equals the expansion of every conversation", arguments: kinds, [UInt64](1...4))
    func equalsBruteForce(kind: MemoryKind, seed: UInt64) throws {
        let family = RandomGame {
            $0.usesTurn = seed % 2 == 0
            $0.mixesTabular = seed > 2
            $0.states = seed == 3 ? 3 : 2
        }
        let definition = family.definition(seed: seed)
        let game = try Game(definition)
        let controller = try Policy.random(kind, game: game, seed: seed)
        let exact = Evaluation(controller, game: game)
        let oracle = try BruteForce(definition).evaluate(BruteForce.policy(controller, game: game))
        for user in game.users.indices {
            #expect(abs(exact.payoffByUser[user] - oracle.payoff[user]) < 1e-12)
            #expect(abs(exact.turnsByUser[user] - oracle.turns[user]) < 1e-12)
            for outcome in game.outcomes.indices {
                #expect(abs(exact.outcomes[user][outcome] - oracle.outcomes[user][outcome]) < 1e-13)
            }
        }
    }
}
