import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing
import UserAgents

@Suite("Bands of switches over drawn scenarios")
struct SwitchBandTests {
    private func drawn(_ inputs: GameInputs, count: Int, deviation: Double) throws -> [GameInputs] {
        let uncertainty = ParameterUncertainty(
            parameters: (0..<2).map {
                .init(user: $0, coefficient: .utility(reaction: 0, .bias), path: "users.user\($0).utility.0.bias")
            }, deviations: [deviation, deviation])
        return try (1...count).map { sample in
            let normals = try ParameterDraws.normals(seed: 3, sample: sample, count: 2)
            return GameInputs(
                definition: try uncertainty.definition(inputs.definition, normals: normals), objective: inputs.objective
            )
        }
    }

    @Test("A band is the quantiles of switches that a grid sees in each drawn scenario, for any number of threads")
    func grid() throws {
        let inputs = BoundaryTests.inputs(seed: 5, horizon: 2, users: 2, responses: 3)
        let game = try inputs.game()
        let policy = try Policy.random(.lastWithTurn, game: game, seed: 2)
        let variation = try Variation(inputs.parameter("users.user0.prior"), inputs: inputs)
        let history = History(cue: 0)
        let held = try HeldQuery(policy, inputs: inputs, decisions: [history], multipliers: [])
        let lines = try held.lines(along: variation)
        let own = try #require(lines[0].switches.first)
        let samples = try drawn(inputs, count: 40, deviation: 0.3)
        let found = try held.bands(of: lines, along: variation, samples: samples)[0]
        #expect(try held.bands(of: lines, along: variation, samples: samples, threads: 3)[0] == found)
        #expect(found.samples == 40 && found.unsettled == 0)
        #expect(found.bands.filter { $0.value != nil }.count == lines[0].switches.count)

        let step = (variation.upper - variation.lower) / 1000
        var places: [Double] = []
        for sample in samples {
            let labels = try (0...1000).map { index -> Int in
                let changed = try sample.setting(variation.parameter, to: variation.lower + step * Double(index))
                let game = try changed.game()
                let table = try ActionValues(policy, game: game, objective: changed.objective, multipliers: [])
                let row = table.expected(
                    belief: try Belief.opening(0, game: game).belief, turn: 1,
                    node: try history.node(in: policy.memory, game: game))
                return row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
            }
            let seen = labels.indices.dropFirst().filter { labels[$0 - 1] == own.below && labels[$0] == own.above }
            #expect(seen.count <= 1)
            places += seen.map { variation.lower + step * (Double($0) - 0.5) }
        }
        let band = found.bands[0]
        let interval = try #require(band.interval)
        #expect(band.value == own.value && band.count == places.count && band.count > 20)
        places.sort()
        for (share, end) in [(0.05, interval.lowerBound), (0.95, interval.upperBound)] {
            let position = share * Double(places.count - 1)
            let (low, high) = (places[Int(position)], places[min(Int(position) + 1, places.count - 1)])
            #expect(low - step <= end && end <= high + step)
        }
        #expect(interval.upperBound - interval.lowerBound > 4 * step)
    }

    @Test("Without any deviation every band is its switch")
    func certain() throws {
        let inputs = BoundaryTests.inputs(seed: 5, horizon: 2, users: 2, responses: 3)
        let policy = try Policy.random(.lastWithTurn, game: inputs.game(), seed: 2)
        let variation = try Variation(inputs.parameter("users.user0.prior"), inputs: inputs)
        let held = try HeldQuery(policy, inputs: inputs, decisions: [History(cue: 0)], multipliers: [])
        let lines = try held.lines(along: variation)
        let found = try held.bands(
            of: lines, along: variation, samples: drawn(inputs, count: 20, deviation: 0))[0]
        #expect(!found.bands.isEmpty && found.bands.count == lines[0].switches.count)
        for band in found.bands {
            let value = try #require(band.value)
            #expect(band.interval == value...value && band.count == 20)
        }
    }
}
