import Analysis
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Maps of the optimal response along two numbers")
struct PlannedMapTests {
    private func inside(_ point: BoundaryMap.Point, _ corners: [BoundaryMap.Point]) -> Bool {
        var isInside = false
        for (index, a) in corners.enumerated() {
            let b = corners[(index + 1) % corners.count]
            if (a.y > point.y) != (b.y > point.y), point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x {
                isInside.toggle()
            }
        }
        return isInside
    }

    private func area(_ corners: [BoundaryMap.Point]) -> Double {
        let last = corners[corners.count - 1]
        return 0.5 * abs(zip([last] + corners, corners).reduce(0) { $0 + $1.0.x * $1.1.y - $1.0.y * $1.1.x })
    }

    /// What every response is worth at a point, by plain recursion.
    private func values(
        _ inputs: GameInputs, _ x: Variation, _ y: Variation, _ point: BoundaryMap.Point, cue: Int
    ) throws -> [Double] {
        let changed = try inputs.setting(x.parameter, to: point.x).setting(y.parameter, to: point.y)
        return try BoundaryTests().optimalValues(changed, cue: cue)
    }

    /// Points of a grid, none on the rectangle's sides.
    private func grid(_ x: Variation, _ y: Variation, _ count: Int) -> [BoundaryMap.Point] {
        (0..<count).flatMap { row in
            (0..<count).map { column in
                BoundaryMap.Point(
                    x: x.lower + (x.upper - x.lower) * (Double(column) + 0.5) / Double(count),
                    y: y.lower + (y.upper - y.lower) * (Double(row) + 0.5) / Double(count))
            }
        }
    }

    @Test(
        "Regions have the responses of plain recursion on a grid, and curves and corners lie on ties to 10^−9",
        arguments: [
            ("users.user0.payoff.outcome0", "users.user1.payoff.outcome1", 0.0),
            ("users.user0.prior", "users.user0.payoff.outcome1", 2e-3),
            ("users.user1.payoff.outcome1", "users.user0.prior", 2e-3),
        ])
    func solved(first: String, second: String, chord: Double) throws {
        var curves = 0
        for seed in [UInt64(1), 4, 6] {
            let inputs = BoundaryTests.inputs(seed: seed, horizon: 2, responses: 3)
            let x = try Variation(inputs.parameter(first), inputs: inputs)
            let y = try Variation(inputs.parameter(second), inputs: inputs)
            let map = try PlannedQuery(inputs: inputs, decisions: [History(cue: 1)]).maps(along: x, y)[0]
            #expect(map.isResolved && map.gap == 0 && map.residual < 1e-9)
            let whole = map.patches.reduce(0) { $0 + area($1.corners) }
            #expect(abs(whole / ((x.upper - x.lower) * (y.upper - y.lower)) - 1) < 1e-9)
            for point in grid(x, y, 15) {
                let row = try values(inputs, x, y, point, cue: 1)
                let patch = try #require(map.patches.first { inside(point, $0.corners) })
                // Hyperbolas are drawn by chords: beside one the other response is as good up to the chord's error.
                #expect((row.max() ?? 0) - row[patch.response] <= chord + 1e-9, "seed \(seed) at \(point)")
            }
            let ties =
                map.curves.flatMap { curve in curve.points.map { (curve.responses, $0) } }
                + map.corners.map { ($0.responses, $0.point) }
            for (responses, point) in ties {
                let row = try values(inputs, x, y, point, cue: 1)
                for response in responses { #expect(abs(row[response] - (row.max() ?? 0)) < 1e-9) }
            }
            curves += map.curves.count
        }
        #expect(curves > 0)
    }

    @Test("With a gap, no stated response is worth less than the best by more than the map says")
    func gap() throws {
        let inputs = BoundaryTests.inputs(seed: 4, responses: 3)
        let x = try Variation(inputs.parameter("users.user0.payoff.outcome0"), inputs: inputs)
        let y = try Variation(inputs.parameter("users.user1.payoff.outcome1"), inputs: inputs)
        var gaps: [Double] = []
        for asked in [0.2, 0] {
            let map = try PlannedQuery(
                inputs: inputs, decisions: [History(cue: 0)], settings: BeliefPlannerSettings(gap: asked)
            ).maps(along: x, y)[0]
            let gap = try #require(map.gap)
            #expect(map.isResolved)
            for point in grid(x, y, 8) {
                let row = try values(inputs, x, y, point, cue: 0)
                let patch = try #require(map.patches.first { inside(point, $0.corners) })
                #expect((row.max() ?? 0) - row[patch.response] <= gap + 1e-9)
            }
            gaps.append(gap)
        }
        #expect(gaps[0] > gaps[1] && gaps[1] == 0)
    }

    @Test(
        "After a history the map agrees with the boundary along one number on its sides",
        arguments: [
            ("users.user0.payoff.outcome0", "users.user1.payoff.outcome1"),
            ("users.user0.prior", "users.user1.payoff.outcome1"),
        ])
    func later(first: String, second: String) throws {
        var found = 0
        for seed in [UInt64(1), 4, 6] {
            let inputs = BoundaryTests.inputs(seed: seed, responses: 3)
            let later = try Array(inputs.game().observations.later)
            let history = History(cue: 1, steps: [.init(response: 0, observation: later[1])])
            let x = try Variation(inputs.parameter(first), inputs: inputs)
            let y = try Variation(inputs.parameter(second), inputs: inputs)
            let map = try PlannedQuery(inputs: inputs, decisions: [history]).maps(along: x, y)[0]
            #expect(map.gap == 0)
            for end in [x.lower, x.upper] {
                let changed = try inputs.setting(x.parameter, to: end)
                let side = try Variation(y.parameter, from: y.lower, to: y.upper, inputs: changed)
                let line = try PlannedQuery(inputs: changed, decisions: [history]).lines(along: side)[0]
                let ends: [BoundaryMap.Point] = map.curves.flatMap { [$0.points[0], $0.points[$0.points.count - 1]] }
                let onSide = ends.filter { abs($0.x - end) < 1e-9 }.map(\.y).sorted()
                let seen: [Double] = onSide.filter { $0 > y.lower + 1e-9 && $0 < y.upper - 1e-9 }
                let switches = line.switches.map(\.value)
                #expect(seen.count == switches.count)
                for (a, b) in zip(seen, switches) {
                    let distance: Double = abs(a - b)
                    #expect(distance < 1e-7)
                }
                found += switches.count
            }
        }
        #expect(found > 0)
    }

    @Test(
        "Numbers that do not enter linearly together are refused, and it is said what to do",
        arguments: [
            ("users.user0.rationality", "users.user1.payoff.outcome1"), ("users.user0.prior", "users.user1.prior"),
            ("users.user0.prior", "discount"),
        ])
    func refused(first: String, second: String) throws {
        let inputs = BoundaryTests.inputs(seed: 1, horizon: 2)
        let x = try Variation(inputs.parameter(first), inputs: inputs)
        let y = try Variation(inputs.parameter(second), inputs: inputs)
        let policy = try PlannedQuery(inputs: inputs, decisions: [History(cue: 0)])
        let error = #expect(throws: AnalysisError.self) { try policy.maps(along: x, y) }
        #expect("\(try #require(error))".contains("vary one of them"))
    }
}
