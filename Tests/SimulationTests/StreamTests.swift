import Foundation
import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Testing

/// What holds of stream 1 holds of stream 2, and the two have nothing in common.
@Suite("Stream 2")
struct StreamTests {
    private let two: TwoPolicies

    init() throws { two = try TwoPolicies() }

    @Test("gives the same bytes on any number of threads", arguments: [0, 1, 3, 1025, 16_385, 50_000], [2, 3, 8])
    func threads(episodes: Int, threads: Int) throws {
        let alone = try two.simulation(episodes, stream: .second).run()
        let together = try two.simulation(episodes, threads: threads, stream: .second).run()
        #expect(alone.episodes == episodes)
        #expect(try savedBytes(together) == savedBytes(alone))
    }

    @Test(
        "gives the same bytes however many episodes are played side by side", arguments: DrawStream.allCases,
        [4, 8, 68, 512, 16_384])
    func batches(stream: DrawStream, width: Int) throws {
        let usual = try Recording.run(two.simulation(20_003, stream: stream))
        var simulation = two.simulation(20_003, threads: 2, stream: stream)
        simulation.batchWidth = width
        let other = try Recording.run(simulation)
        #expect(other.result == usual.result)
        expectSame(other.episodes, usual.episodes)
        expectSame(other.turns, usual.turns)
    }

    @Test("goes on after any block as if it had never stopped", arguments: 1...3)
    func resume(blocks: Int) throws {
        let episodes = 3 * Rollouts.blockSize + 77
        let whole = try Recording.run(two.simulation(episodes, stream: .second))
        let part = try JSONDecoder().decode(
            SimulationResult.self, from: savedBytes(whole.blocks[blocks - 1].result))
        let rest = try Recording.run(two.simulation(episodes, threads: 3, stream: .second), from: part)
        #expect(try savedBytes(#require(rest.result)) == savedBytes(#require(whole.result)))
        expectSame(rest.turns, whole.turns.drop { $0.episode < blocks * Rollouts.blockSize })
    }

    @Test("is the beginning of every longer run", arguments: [1, 255, 257, 16_385])
    func prefix(episodes: Int) throws {
        let long = try Recording.run(two.simulation(20_000, stream: .second))
        let short = try Recording.run(two.simulation(episodes, stream: .second))
        expectSame(short.episodes, long.episodes.prefix(episodes))
        expectSame(short.turns, long.turns.prefix { $0.episode < episodes })
    }

    @Test("gives a policy the same tally alone and among others, and pairs them on the same users")
    func pairs() throws {
        let both = try two.simulation(50_000, stream: .second).run()
        #expect(try two.simulation(50_000, policies: 1, stream: .second).run().tallies == [both.tallies[0]])
        for user in two.game.users.indices {
            #expect(both.tallies[0].users[user].episodes == both.tallies[1].users[user].episodes)
        }
        // Were the users others, the variance of the difference would be the sum of the two variances.
        let error = try #require(both.differences[0].payoff?.standardError)
        let alone = try both.tallies.map { try #require($0.payoff?.standardError) }
        #expect(error < 0.95 * (alone[0] * alone[0] + alone[1] * alone[1]).squareRoot())
    }

    @Test("is pinned: another number here means that saved runs can no longer be reproduced")
    func pinned() throws {
        let agent = ScriptedUser(
            moves: { state, _, _ in
                state == 0 ? AdjacentMove(down: 0, stay: 0.75, up: 0.25) : AdjacentMove(down: 0.5, stay: 0.5, up: 0)
            },
            reactions: { _, state, response in
                response == state ? [0.25, 0.25, 0.25, 0.125, 0.125] : [0.5, 0.125, 0.125, 0.25, 0]
            })
        let game = try Game(SampleGame.definition(agent: agent))
        let controller = try Policy.constant([0.25, 0.75], game: game)
        let settings = Rollouts.Settings(episodes: 20_000, seed: 1, stream: .second)
        let result = try Rollouts(game: game, policies: [controller], settings: settings).run()
        #expect(result.tallies[0].users.map(\.outcomes) == [[7113, 1671, 6227], [2300, 557, 2132]])
    }
}
