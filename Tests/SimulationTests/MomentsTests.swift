import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Testing

/// Mean and squared deviations by the book: one pass for the mean, one for the deviations from it.
struct TwoPass {
    let mean: Double
    let squaredDeviations: Double

    init(_ values: [Double]) {
        // Relative to the first value, so that the oracle itself loses nothing to an offset.
        let first = values.first ?? 0
        let shift = values.reduce(0) { $0 + ($1 - first) } / Double(values.count)
        mean = first + shift
        squaredDeviations = values.reduce(0) { $0 + ($1 - first - shift) * ($1 - first - shift) }
    }
}

private func moments(_ values: some Collection<Double>) -> Moments {
    values.reduce(into: Moments()) { $0.merge(Moments(count: 1, sum: $1, sumOfSquares: $1 * $1)) }
}

@Suite("Moments")
struct MomentsTests {
    @Test("merged in pieces equal those of the whole, also far from 0", arguments: [0, 1e3, -1e6, 1e9, 1e12])
    func merge(offset: Double) {
        var random = SplitMix64(seed: 3)
        let values = (0..<5000).map { _ in offset + random.uniform(-2, 1) }
        let expected = TwoPass(values)
        let tolerance = 1e-13 + abs(offset) * 1e-15
        for sizes in [[5000], [1, 4999], [2500, 2500], [10, 0, 90, 900, 4000]] {
            var (merged, rest) = (Moments(), values[...])
            for size in sizes {
                merged.merge(moments(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(merged.count == 5000)
            #expect(abs(merged.mean - expected.mean) <= abs(offset) * 1e-14 + 1e-14)
            #expect(abs(merged.squaredDeviations / expected.squaredDeviations - 1) <= tolerance)
        }
    }

    @Test("of known numbers are known")
    func known() {
        let four = Moments(count: 4, sum: 10, sumOfSquares: 30)
        #expect(four.mean == 2.5 && four.squaredDeviations == 5)
        #expect(four.variance == 5.0 / 3 && four.standardError == (5.0 / 12).squareRoot())
        #expect(moments([1, 2, 3, 4]).squaredDeviations == 5)
    }

    @Test("of nothing merge as nothing")
    func empty() {
        let some = moments([1, 2, 4])
        var left = Moments()
        left.merge(some)
        var right = some
        right.merge(Moments())
        #expect(left == some && right == some)
        #expect(Moments(count: 0, sum: 0, sumOfSquares: 0) == Moments())
    }

    @Test("have no variance below two values")
    func tooFew() {
        #expect(Moments().variance == nil && Moments().standardError == nil)
        #expect(moments([3]).variance == nil && moments([3]).standardError == nil)
        #expect(moments([3, 3]).standardError == 0)
    }

    @Test("of a run keep their digits when every payoff lies far from 0", arguments: [0, 1e4, 1e7, -1e10])
    func offset(offset: Double) throws {
        var definition = RandomGame { ($0.horizon, $0.discount) = (4, 1) }.definition(seed: 2)
        for user in definition.users.indices {
            for outcome in definition.outcomes.indices { definition.users[user].outcomePayoff[outcome] += offset }
        }
        let game = try Game(definition)
        let policy = try Policy.uniform(game: game)
        let recording = try Recording.run(
            Rollouts(game: game, policies: [policy], settings: .init(episodes: 20_000, seed: 4)))
        let tally = try #require(recording.result?.tallies.first)
        for user in game.users.indices {
            let expected = TwoPass(recording.episodes.filter { $0.user == user }.map(\.payoff))
            #expect(abs(tally.users[user].payoff.mean - expected.mean) <= abs(offset) * 1e-15 + 1e-13)
            #expect(
                abs(tally.users[user].payoff.squaredDeviations / expected.squaredDeviations - 1) < 1e-12 + abs(offset)
                    * 1e-16)
        }
    }

    @Test("of a payoff that never varies have no error at all")
    func constant() throws {
        var definition = SampleGame.definition { $0.discount = 1 }
        for index in definition.users.indices { definition.users[index].outcomePayoff = [0.1, 0.1, 0.1] }
        for index in definition.users.indices { definition.users[index].exposure = [0, 0] }
        for index in definition.responses.indices { definition.responses[index].cost = 0 }
        let game = try Game(definition)
        let policy = try Policy.uniform(game: game)
        let settings = Rollouts.Settings(episodes: 40_000, seed: 4)
        let payoff = try Rollouts(game: game, policies: [policy], settings: settings).run().tallies[0].payoff
        #expect(payoff?.value == 0.1)
        #expect(payoff?.standardError == 0)
    }
}
