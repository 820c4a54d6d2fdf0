import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Testing

@Suite("Paired differences")
struct PairedDifferenceTests {
    private let game: Game
    private let policy: Policy
    /// Almost the same policy: a twentieth of every strategy is replaced.
    private let related: Policy
    private let other: Policy

    init() throws {
        let game = try RandomGame { ($0.horizon, $0.endingBias, $0.users) = (6, -1, 3) }.game(seed: 4)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: 1)
        let other = try Policy.random(.lastWithTurn, game: game, seed: 2)
        let mixed = zip(policy.strategies, other.strategies).map { 0.95 * $0 + 0.05 * $1 }
        related = try Policy(memory: policy.memory, strategies: mixed, game: game)
        (self.game, self.policy, self.other) = (game, policy, other)
    }

    private func run(_ policies: [Policy], episodes: Int = 40_000) throws -> SimulationResult {
        try Rollouts(game: game, policies: policies, settings: .init(episodes: episodes, seed: 12, threads: 2)).run()
    }

    @Test("of a policy from itself are exactly 0")
    func itself() throws {
        let result = try run([policy, policy])
        let difference = try #require(result.differences.first)
        #expect(difference.payoff == difference.safe)
        #expect(difference.payoff?.value == 0 && difference.payoff?.standardError == 0)
        #expect(difference.payoff?.count == 40_000)
        #expect(result.tallies[0] == result.tallies[1])
    }

    @Test("have the difference of the means as their mean", arguments: [1, 1024, 16_385, 40_000])
    func means(episodes: Int) throws {
        let result = try run([policy, related, other], episodes: episodes)
        #expect(result.differences.count == 2)
        for (index, difference) in result.differences.enumerated() {
            let (first, second) = (result.tallies[0], result.tallies[index + 1])
            let payoff = try #require(second.payoff?.value) - #require(first.payoff?.value)
            #expect(try abs(#require(difference.payoff?.value) - payoff) < 1e-12)
            let safe = try #require(second.safe(game)?.value) - #require(first.safe(game)?.value)
            #expect(try abs(#require(difference.safe?.value) - safe) < 1e-12)
            #expect(difference.payoff?.count == episodes)
        }
    }

    @Test("are those of the episodes, one by one")
    func oneByOne() throws {
        let result = try run([policy, other])
        let settings = Rollouts.Settings(episodes: 40_000, seed: 12)
        let first = try Recording.run(Rollouts(game: game, policies: [policy], settings: settings)).episodes
        let second = try Recording.run(Rollouts(game: game, policies: [other], settings: settings)).episodes
        // The same users come to both.
        #expect(zip(first, second).allSatisfy { $0.user == $1.user })
        let expected = TwoPass(zip(first, second).map { $1.payoff - $0.payoff })
        let found = result.differences[0].payoffMoments
        #expect(abs(found.mean - expected.mean) < 1e-12)
        #expect(abs(found.squaredDeviations / expected.squaredDeviations - 1) < 1e-12)
        func safe(_ episode: RecordedBlock.Episode) -> Double { game.outcomes[episode.outcome].isSafe ? 1 : 0 }
        let safety = TwoPass(zip(first, second).map { safe($1) - safe($0) })
        #expect(abs(result.differences[0].safeMoments.mean - safety.mean) < 1e-12)
        #expect(abs(result.differences[0].safeMoments.squaredDeviations / safety.squaredDeviations - 1) < 1e-12)
    }

    @Test("of related policies are known far better than from separate runs")
    func smallerError() throws {
        let result = try run([policy, related])
        let errors = try result.tallies.map { try #require($0.payoff?.standardError) }
        let unpaired = (errors[0] * errors[0] + errors[1] * errors[1]).squareRoot()
        let paired = try #require(result.differences[0].payoff?.standardError)
        #expect(paired > 0)
        #expect(paired < 0.5 * unpaired)
    }

    @Test("are taken from the first policy and change sign with it")
    func sign() throws {
        let forth = try run([policy, other]).differences[0]
        let back = try run([other, policy]).differences[0]
        #expect(try #require(forth.payoff?.value) == -(try #require(back.payoff?.value)))
        #expect(forth.payoff?.standardError == back.payoff?.standardError)
        #expect(try #require(forth.safe?.value) == -(try #require(back.safe?.value)))
    }
}
