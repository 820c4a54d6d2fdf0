import Foundation
import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Testing

/// A game with conversations of one to eight turns, and two policies for it.
struct TwoPolicies {
    let game: Game
    let policies: [Policy]

    init(seed: UInt64 = 1) throws {
        let game = try RandomGame { ($0.horizon, $0.endingBias, $0.users) = (8, -1, 3) }.game(seed: seed)
        self.game = game
        policies = try [1, 2].map { try Policy.random(.lastWithTurn, game: game, seed: $0) }
    }

    func simulation(
        _ episodes: Int, seed: UInt64 = 5, threads: Int = 1, policies count: Int = 2, stream: DrawStream = .first
    ) -> Rollouts {
        Rollouts(
            game: game, policies: Array(policies.prefix(count)),
            settings: .init(episodes: episodes, seed: seed, threads: threads, stream: stream))
    }
}

/// The bytes that a result is saved as.
func savedBytes(_ result: SimulationResult) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(result)
}

private let episodeCounts = [0, 1, 3, 1023, 1024, 1025, 16_383, 16_384, 16_385, 50_000]

@Suite("A run")
struct ReproducibilityTests {
    @Test("gives the same bytes on any number of threads", arguments: episodeCounts, [2, 3, 8])
    func threads(episodes: Int, threads: Int) throws {
        let two = try TwoPolicies()
        let alone = try two.simulation(episodes).run()
        let together = try two.simulation(episodes, threads: threads).run()
        #expect(alone.episodes == episodes)
        #expect(together == alone)
        #expect(try savedBytes(together) == savedBytes(alone))
    }

    @Test("records the same episodes on any number of threads")
    func recordedThreads() throws {
        let two = try TwoPolicies()
        let alone = try Recording.run(two.simulation(50_000))
        for threads in [2, 3, 8] {
            let together = try Recording.run(two.simulation(50_000, threads: threads))
            expectSame(together.episodes, alone.episodes)
            expectSame(together.turns, alone.turns)
            #expect(together.result == alone.result)
        }
    }

    @Test("gives other results for other seeds")
    func seeds() throws {
        let two = try TwoPolicies()
        let results = try [0, 1, 2, UInt64.max].map {
            try two.simulation(5000, seed: $0).run().tallies[0].payoff?.value
        }
        #expect(Set(results).count == 4)
    }

    @Test("is the beginning of every longer run", arguments: [1, 1023, 1025, 16_385])
    func prefix(episodes: Int) throws {
        let two = try TwoPolicies()
        let long = try Recording.run(two.simulation(20_000))
        let short = try Recording.run(two.simulation(episodes))
        expectSame(short.episodes, long.episodes.prefix(episodes))
        expectSame(short.turns, long.turns.prefix { $0.episode < episodes })
    }

    @Test("gives a policy the same tally alone and among others")
    func amongOthers() throws {
        let two = try TwoPolicies()
        let both = try two.simulation(20_000).run()
        #expect(try two.simulation(20_000, policies: 1).run().tallies == [both.tallies[0]])
        let second = Rollouts(
            game: two.game, policies: [two.policies[1]], settings: .init(episodes: 20_000, seed: 5))
        #expect(try second.run().tallies == [both.tallies[1]])
    }

    @Test("is pinned: another number here means that saved runs can no longer be reproduced")
    func pinned() throws {
        // Nothing but halves and quarters and no library function: the same on every machine.
        let agent = ScriptedUser(
            moves: { state, _, _ in
                state == 0 ? AdjacentMove(down: 0, stay: 0.75, up: 0.25) : AdjacentMove(down: 0.5, stay: 0.5, up: 0)
            },
            reactions: { _, state, response in
                response == state ? [0.25, 0.25, 0.25, 0.125, 0.125] : [0.5, 0.125, 0.125, 0.25, 0]
            })
        let game = try Game(SampleGame.definition(agent: agent))
        let controller = try Policy.constant([0.25, 0.75], game: game)
        let result = try Rollouts(game: game, policies: [controller], settings: .init(episodes: 20_000, seed: 1))
            .run()
        #expect(result.tallies[0].users.map(\.outcomes) == [[6849, 1736, 6386], [2298, 565, 2166]])
        #expect(result.tallies[0].turns?.value == 2.315)
    }
}
