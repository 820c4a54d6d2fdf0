import ExactEvaluation
import GameFixtures
import GameModel
import Simulation
import Solver
import Testing

@Suite("Mixtures of policies, played")
struct MixtureSimulationTests {
    private static func controllers(_ game: Game, seed: UInt64) throws -> [Policy] {
        [
            try .random(.lastWithTurn, game: game, seed: seed),
            try .random(MemoryKind(observations: 1, usesTurn: false), game: game, seed: seed + 100),
        ]
    }

    @Test("follow one of their parts a whole episode, bit for bit", arguments: [UInt64(1), 2, 3])
    func literal(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.usesTurn) = (5, seed % 2 == 0) }.definition(seed: seed)
        let game = try Game(definition)
        let parts = try Self.controllers(game, seed: seed)
        let weights = [0.3, 0.7]
        let mixture = try Policy.mixture(
            zip(parts, weights).map { (controller: $0.0, probability: $0.1) }, game: game)
        let literals = parts.map {
            LiteralRollout(definition, policy: BruteForce.policy($0, game: game), seed: seed)
        }
        let columns = AliasTable.columns(probabilities: weights, events: [0, 1])
        // A strip and one that stops short of a quad.
        let count = 1029
        let recorded = try Recording.run(
            Rollouts(game: game, policies: [mixture], settings: .init(episodes: count, seed: seed)))
        #expect(recorded.episodes.count == count)
        var followed = [0, 0]
        for found in recorded.episodes {
            let word = RandomDraws.word(seed: seed, episode: UInt64(found.episode), turn: 1, purpose: .firstNode)
            let part = Int(AliasTable.draw(columns[...], word: word))
            followed[part] += 1
            let expected = try literals[part].play(episode: found.episode)
            guard found.user == expected.user, found.outcome == expected.outcome, found.payoff == expected.payoff,
                found.turns == expected.turns.count
            else {
                Issue.record("episode \(found.episode): \(found) is not \(expected)")
                return
            }
        }
        #expect(followed[0] > 250 && followed[1] > 600)
    }

    @Test("end as often in each outcome as their exact evaluation says", arguments: [UInt64(4), 5, 6])
    func outcomes(seed: UInt64) throws {
        let game = try RandomGame { ($0.horizon, $0.users) = (4, 3) }.game(seed: seed)
        let parts = try Self.controllers(game, seed: seed) + [.always(1, game: game)]
        let mixture = try Policy.mixture(
            zip(parts, [0.5, 0.375, 0.125]).map { (controller: $0.0, probability: $0.1) }, game: game)
        let exact = Evaluation(mixture, game: game)
        let tally = try Rollouts(
            game: game, policies: [mixture], settings: .init(episodes: 60_000, seed: seed, threads: 2)
        ).run().tallies[0]
        for user in game.users.indices {
            let p = try #require(
                try ChiSquare.pValue(counts: tally.users[user].outcomes, probabilities: exact.outcomes[user]))
            // Nine tests under fixed seeds, each at a level of one in ten thousand.
            #expect(p > 1e-4, "p = \(p) for user \(user)")
        }
    }

    @Test("meet the same users as any other policy")
    func commonUsers() throws {
        let game = try RandomGame { $0.horizon = 4 }.game(seed: 7)
        let parts = try Self.controllers(game, seed: 7)
        let mixture = try Policy.mixture([(parts[0], 0.5), (parts[1], 0.5)], game: game)
        let runs = try [mixture, parts[0]].map {
            try Recording.run(Rollouts(game: game, policies: [$0], settings: .init(episodes: 2000, seed: 3)))
        }
        expectSame(runs[0].episodes.map(\.user), runs[1].episodes.map(\.user))
        let first = runs.map { $0.turns.filter { $0.turn == 1 }.map { [$0.state, $0.cue] } }
        expectSame(first[0], first[1])
        let both = try Rollouts(
            game: game, policies: [parts[0], mixture], settings: .init(episodes: 2000, seed: 3)
        ).run()
        #expect(both.tallies[1] == runs[0].result?.tallies[0])
    }
}
