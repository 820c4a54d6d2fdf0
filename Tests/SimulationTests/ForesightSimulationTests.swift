import ExactEvaluation
import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Solver
import Testing

@Suite("Simulated users with foresight")
struct ForesightSimulationTests {
    private static let kinds = [
        .stationary, .lastWithTurn, MemoryKind(observations: 2, usesTurn: false),
        MemoryKind(observations: 0, usesTurn: true),
    ]

    private func game(_ seed: UInt64) throws -> Game {
        try RandomGame {
            ($0.users, $0.horizon, $0.foresight) = (3, 5, 0.9)
            ($0.states, $0.mixesTabular, $0.usesTurn) = (1 + Int(seed % 3), seed % 2 == 0, seed % 4 == 1)
            ($0.rationality, $0.endingBias) = (seed == 3 ? .infinity : 1.5, -1)
        }.game(seed: seed)
    }

    @Test("outcomes of every user have the exact probabilities", arguments: [UInt64](1...8))
    func outcomes(seed: UInt64) throws {
        let game = try game(seed)
        let controller = try Policy.random(Self.kinds[Int(seed % 4)], game: game, seed: seed)
        let settings = Rollouts.Settings(episodes: 60_000, seed: 50 + seed, threads: 2)
        let tally = try Rollouts(game: game, policies: [controller], settings: settings).run().tallies[0]
        let exact = Evaluation(controller, game: game)
        for user in game.users.indices {
            // 24 values under fixed seeds: one below this would come by chance in 1 of 400 families. There is none where best
            // responses leave a single outcome.
            let p = try ChiSquare.pValue(counts: tally.users[user].outcomes, probabilities: exact.outcomes[user])
            #expect(p.map { $0 > 1e-4 } ?? (exact.outcomes[user].contains { $0 > 1 - 1e-12 }))
        }
        let (mean, error) = (try #require(tally.payoff?.value), try #require(tally.payoff?.standardError))
        #expect(abs(mean - exact.payoff) < 4.5 * error)
    }

    @Test("do so against a policy that follows its own responses")
    func branches() throws {
        let game = try game(2)
        let later = game.observations.later.count
        let inner = 2 * (game.horizon - 1)
        let successors = (0..<inner).flatMap { node in
            game.responses.indices.flatMap { response in
                (0..<later).map { 2 * (node / 2 + 1) + ($0 + response + node) % 2 }
            }
        }
        let memory = try ControllerMemory(
            layers: Array(repeating: 2, count: game.horizon), initial: game.cues.indices.map { $0 % 2 },
            successors: successors, followsResponses: true, game: game)
        var random = SplitMix64(seed: 3)
        let strategies = (0..<2 * game.horizon).flatMap { _ in random.distribution(game.responses.count) }
        let controller = try Policy(memory: memory, strategies: strategies, game: game)
        let settings = Rollouts.Settings(episodes: 60_000, seed: 9, threads: 2)
        let tally = try Rollouts(game: game, policies: [controller], settings: settings).run().tallies[0]
        let exact = Evaluation(controller, game: game)
        for user in game.users.indices {
            let p = try ChiSquare.pValue(counts: tally.users[user].outcomes, probabilities: exact.outcomes[user])
            #expect(try #require(p) > 1e-4)
        }
    }

    @Test("play the same bytes on any number of threads, each policy against users who anticipate it")
    func threadsAndComparison() throws {
        let game = try game(5)
        let policies = try [1, 2].map { try Policy.random(.lastWithTurn, game: game, seed: $0) }
        func run(_ threads: Int) throws -> SimulationResult {
            try Rollouts(
                game: game, policies: policies, settings: .init(episodes: 40_000, seed: 3, threads: threads)
            ).run()
        }
        let alone = try run(1)
        #expect(try run(3) == alone)
        for (policy, tally) in zip(policies, alone.tallies) {
            let single = try Rollouts(
                game: game, policies: [policy], settings: .init(episodes: 40_000, seed: 3, threads: 1)
            ).run()
            #expect(single.tallies[0] == tally)
        }
        let difference = Evaluation(policies[1], game: game).payoff - Evaluation(policies[0], game: game).payoff
        let found = alone.differences[0].payoff
        #expect(abs(try #require(found?.value) - difference) < 4.5 * (try #require(found?.standardError)))
    }
}
