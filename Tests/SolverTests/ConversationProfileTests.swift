import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Conversations turn by turn")
struct ConversationProfileTests {
    private static let kinds = [
        MemoryKind(observations: 0, usesTurn: false), MemoryKind(observations: 1, usesTurn: true),
        MemoryKind(observations: 2, usesTurn: false), .graph,
    ]

    private func game(_ seed: UInt64, foresight: Double = 0) throws -> (GameDefinition, Game) {
        let definition = RandomGame {
            $0.usesTurn = seed % 2 == 0
            $0.foresight = foresight
        }.definition(seed: seed)
        return (definition, try Game(definition))
    }

    /// The oracle knows payoffs only: a response that costs 1 while nothing else is worth anything is counted by the payoff.
    @Test("responses are given as often as the expansion of every conversation says", arguments: kinds, [UInt64](1...3))
    func responses(kind: MemoryKind, seed: UInt64) throws {
        let (definition, game) = try game(seed, foresight: seed == 3 && kind != .graph ? 0.5 : 0)
        let controller = try Policy.random(kind, game: game, seed: seed)
        let profile = ConversationProfile(controller, game: game)
        for response in game.responses.indices {
            var counting = definition
            counting.discount = 1
            for user in counting.users.indices {
                counting.users[user].outcomePayoff = counting.outcomes.map { _ in 0 }
                counting.users[user].exposure = counting.features.map { _ in 0 }
            }
            for index in counting.responses.indices { counting.responses[index].cost = index == response ? 1 : 0 }
            let oracle = try BruteForce(counting).evaluate(BruteForce.policy(controller, game: game))
            for user in game.users.indices {
                #expect(abs(profile.responses[user][response] + oracle.payoff[user]) < 1e-12)
            }
        }
    }

    /// An outcome worth 1 under a discount γ is worth Σ_t γ^{t−1} P(it comes in turn t), and a timeout γ^T.
    @Test("conversations end when the expansion of every conversation says", arguments: kinds, [0.5, 0.9])
    func endings(kind: MemoryKind, discount: Double) throws {
        let (definition, game) = try game(2)
        let controller = try Policy.random(kind, game: game, seed: 5)
        let profile = ConversationProfile(controller, game: game)
        for outcome in game.outcomes.indices {
            var timed = definition
            timed.discount = discount
            for index in timed.responses.indices { timed.responses[index].cost = 0 }
            for user in timed.users.indices {
                timed.users[user].exposure = timed.features.map { _ in 0 }
                timed.users[user].outcomePayoff = timed.outcomes.indices.map { $0 == outcome ? 1 : 0 }
            }
            let oracle = try BruteForce(timed).evaluate(BruteForce.policy(controller, game: game))
            for user in game.users.indices {
                var (value, weight) = (0.0, outcome == game.timeout ? discount : 1)
                for turn in profile.endings {
                    (value, weight) = (value + weight * turn[user][outcome], weight * discount)
                }
                // A timeout is paid after the last turn, and all of it comes in that turn.
                #expect(abs(value - oracle.payoff[user]) < 1e-12)
            }
        }
    }

    @Test("every conversation ends once")
    func total() throws {
        let (_, game) = try game(4)
        let controller = try Policy.random(.lastWithTurn, game: game, seed: 1)
        let profile = ConversationProfile(controller, game: game)
        let evaluation = Evaluation(controller, game: game)
        for user in game.users.indices {
            #expect(abs(profile.endings.reduce(0) { $0 + $1[user].reduce(0, +) } - 1) < 1e-12)
            #expect(abs(profile.responses[user].reduce(0, +) - evaluation.turnsByUser[user]) < 1e-12)
        }
    }

    @Test("a game that is worth something else to the model has the same conversations and the payoffs it was given")
    func rescored() throws {
        let (definition, game) = try game(3)
        let controller = try Policy.random(.lastWithTurn, game: game, seed: 2)
        let same = try Game(game, stagePayoff: game.stagePayoff, outcomePayoff: game.outcomePayoff)
        #expect(Evaluation(controller, game: same) == Evaluation(controller, game: game))
        let double = try Game(
            game, stagePayoff: game.stagePayoff.map { 2 * $0 }, outcomePayoff: game.outcomePayoff.map { 2 * $0 })
        let (before, after) = (Evaluation(controller, game: game), Evaluation(controller, game: double))
        #expect(after.outcomes == before.outcomes)
        for user in definition.users.indices {
            #expect(abs(after.payoffByUser[user] - 2 * before.payoffByUser[user]) < 1e-12)
        }
        #expect(throws: GameError.self) { try Game(game, stagePayoff: [], outcomePayoff: game.outcomePayoff) }
        #expect(throws: GameError.self) {
            try Game(game, stagePayoff: game.stagePayoff.map { _ in .infinity }, outcomePayoff: game.outcomePayoff)
        }
    }
}
