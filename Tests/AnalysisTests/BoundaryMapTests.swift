import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Boundaries along two numbers")
struct BoundaryMapTests {
    private func best(_ row: [Double]) -> Int { row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 } }

    private func rows(
        _ inputs: GameInputs, _ policy: Policy, _ history: History, _ set: [(Parameter, Double)]
    ) throws -> [Double] {
        var changed = inputs
        for (parameter, value) in set { changed = try changed.setting(parameter, to: value) }
        let game = try changed.game()
        let table = try ActionValues(policy, game: game, objective: changed.objective, multipliers: [])
        let belief = try #require(try history.beliefs(in: game).last).belief
        return table.expected(
            belief: belief, turn: history.turn, node: try history.node(in: policy.memory, game: game))
    }

    private func inside(_ point: (Double, Double), _ corners: [BoundaryMap.Point]) -> Bool {
        var isInside = false
        for (index, a) in corners.enumerated() {
            let b = corners[(index + 1) % corners.count]
            if (a.y > point.1) != (b.y > point.1), point.0 < (b.x - a.x) * (point.1 - a.y) / (b.y - a.y) + a.x {
                isInside.toggle()
            }
        }
        return isInside
    }

    @Test(
        "Patches have the best response of direct evaluation, curves and corners lie on ties",
        arguments: [
            ("users.user0.prior", "users.user1.payoff.outcome1"), ("users.user1.rationality", "users.user0.prior"),
        ])
    func map(paths: (String, String)) throws {
        var curves = 0
        for seed in [UInt64(1), 2, 7] {
            let inputs = BoundaryTests.inputs(seed: seed)
            let game = try inputs.game()
            let policy = try Policy.random(.lastWithTurn, game: game, seed: seed)
            let history = History(cue: 1)
            let held = try HeldQuery(policy, inputs: inputs, decisions: [history], multipliers: [])
            let x = try Variation(inputs.parameter(paths.0), inputs: inputs)
            let y = try Variation(inputs.parameter(paths.1), inputs: inputs)
            let map = try held.maps(along: x, y, resolution: 24)[0]
            #expect(map.isResolved && map.undecided.isEmpty && map.residual < 1e-9)
            #expect(abs(map.shares(responses: 4).reduce(0, +) - 1) < 1e-12)
            var random = SplitMix64(seed: seed)
            for _ in 0..<150 {
                let point = (random.uniform(x.lower, x.upper), random.uniform(y.lower, y.upper))
                let row = try rows(inputs, policy, history, [(x.parameter, point.0), (y.parameter, point.1)])
                let patch = try #require(map.patches.first { inside(point, $0.corners) })
                // Between points of a curve a patch is cut straight: its response is then as good up to the chord's error.
                let lead = row[best(row)] - row[patch.response]
                #expect(lead <= 2e-2, "\(paths) at \(point)")
            }
            for curve in map.curves {
                let point = curve.points[curve.points.count / 2]
                let row = try rows(inputs, policy, history, [(x.parameter, point.x), (y.parameter, point.y)])
                #expect(abs(row[curve.responses[0]] - row[curve.responses[1]]) < 1e-9)
                #expect(row[curve.responses[0]] >= row[best(row)] - 1e-9)
            }
            for corner in map.corners {
                let row = try rows(
                    inputs, policy, history, [(x.parameter, corner.point.x), (y.parameter, corner.point.y)])
                let top = row[best(row)]
                for response in corner.responses { #expect(abs(row[response] - top) < 1e-9) }
                #expect(Set(corner.responses).count == 3)
            }
            curves += map.curves.count
        }
        #expect(curves > 0)
    }

    @Test("Two entries of one distribution are refused")
    func distribution() throws {
        let inputs = BoundaryTests.inputs(seed: 1)
        let policy = try Policy.uniform(game: inputs.game())
        let held = try HeldQuery(policy, inputs: inputs, decisions: [History(cue: 0)], multipliers: [])
        let x = try Variation(inputs.parameter("users.user0.prior"), inputs: inputs)
        let y = try Variation(inputs.parameter("users.user1.prior"), inputs: inputs)
        #expect(throws: AnalysisError.self) { try held.maps(along: x, y) }
    }
}
