import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Testing

@Suite("Estimates")
struct EstimateTests {
    private func tally(episodes: Int, _ change: (inout GameDefinition) -> Void = { _ in }) throws -> (Game, Tally) {
        let game = try Game(SampleGame.definition(change))
        let policy = try Policy.uniform(game: game)
        let result = try Rollouts(game: game, policies: [policy], settings: .init(episodes: episodes)).run()
        return (game, result.tallies[0])
    }

    @Test("of no episodes are no numbers")
    func none() throws {
        let (game, tally) = try tally(episodes: 0)
        #expect(tally.payoff == nil)
        #expect(tally.turns == nil)
        #expect(tally.safe(game) == nil)
        #expect(tally.outcome(0, user: 0) == nil)
        #expect(PairedTally().payoff == nil)
        #expect(PairedTally().safe == nil)
    }

    @Test("of a user who never comes are no numbers, and those of the others are")
    func neverComes() throws {
        let (_, tally) = try tally(episodes: 500) { ($0.users[0].prior, $0.users[1].prior) = (0, 1) }
        #expect(tally.outcome(1, user: 0) == nil)
        #expect(tally.users[0].episodes == 0)
        #expect(tally.outcome(1, user: 1)?.count == 500)
        #expect(tally.payoff?.count == 500)
    }

    @Test("of one episode have a mean and no standard error")
    func one() throws {
        let (_, tally) = try tally(episodes: 1)
        #expect(tally.payoff?.value != nil)
        #expect(tally.payoff?.standardError == nil && tally.payoff?.interval == nil)
        #expect(tally.payoff?.count == 1)
    }

    @Test("of shares have the binomial standard error")
    func shares() throws {
        let (game, tally) = try tally(episodes: 3000)
        let harmed = tally.users.reduce(0) { $0 + $1.outcomes[1] }
        let safe = tally.safe(game)
        let share = 1 - Double(harmed) / 3000
        #expect(harmed > 0 && safe?.count == 3000)
        #expect(try abs(#require(safe?.value) - share) < 1e-15)
        #expect(try abs(#require(safe?.standardError) - (share * (1 - share) / 3000).squareRoot()) < 1e-15)
        let outcome = tally.outcome(1, user: 1)
        #expect(outcome?.count == tally.users[1].episodes)
        #expect(outcome?.value == Double(tally.users[1].outcomes[1]) / Double(tally.users[1].episodes))
    }

    @Test("of all users together are those of the whole sample")
    func together() throws {
        let (_, tally) = try tally(episodes: 4000)
        let sum = tally.users.reduce(0) { $0 + $1.payoff.mean * Double($1.episodes) }
        #expect(tally.episodes == 4000 && tally.payoff?.count == 4000)
        #expect(try abs(#require(tally.payoff?.value) - sum / 4000) < 1e-12)
    }

    @Test("of means have an interval of 1.96 standard errors to either side")
    func interval() throws {
        let (_, tally) = try tally(episodes: 4000)
        let (mean, error) = (try #require(tally.payoff?.value), try #require(tally.payoff?.standardError))
        let interval = try #require(tally.payoff?.interval)
        #expect(abs(interval.lowerBound - (mean - 1.959964 * error)) < 1e-7)
        #expect(abs(interval.upperBound - (mean + 1.959964 * error)) < 1e-7)
    }

    @Test("of shares have Wilson's interval: the shares that the sample is 1.96 of their own deviations away from")
    func wilson() throws {
        for episodes in [30, 500, 4000] {
            let (game, tally) = try tally(episodes: episodes)
            let estimate = tally.safe(game)
            let (mean, interval) = (try #require(estimate?.value), try #require(estimate?.interval))
            #expect(mean > 0 && mean < 1 && interval.contains(mean))
            for bound in [interval.lowerBound, interval.upperBound] {
                let deviation = (bound * (1 - bound) / Double(episodes)).squareRoot()
                #expect(abs(abs(bound - mean) / deviation - 1.959964) < 1e-6)
            }
        }
    }

    @Test("of shares that were never or always seen still have an interval")
    func extremes() throws {
        // Nobody misuses, so nobody is ever harmed.
        let (game, tally) = try tally(episodes: 50) {
            for index in $0.users.indices { $0.users[index].agent = ScriptedUser { _, _, _ in [0, 0, 0, 1, 0] } }
        }
        let upper = 1.959964 * 1.959964 / (50 + 1.959964 * 1.959964)
        let safe = tally.safe(game)
        #expect(safe?.value == 1 && safe?.standardError == 0)
        #expect(try abs(#require(safe?.interval).lowerBound - (1 - upper)) < 1e-6)
        #expect(safe?.interval?.upperBound == 1)
        let users = tally.users.indices.filter { tally.users[$0].episodes > 0 }
        for user in users { #expect(tally.outcome(1, user: user)?.interval?.lowerBound == 0) }
        #expect(!users.isEmpty)
    }
}
