import Analysis
import Foundation
import GameFixtures
import GameModel
import Solver
import Testing

/// Says "stop" from the n-th question on.
private final class Countdown: @unchecked Sendable {
    private let lock = NSLock()
    private var left: Int

    init(_ count: Int) { left = count }

    var isOver: Bool {
        lock.withLock {
            left -= 1
            return left < 0
        }
    }
}

@Suite("Boundaries that were stopped say where they are not finished")
struct UnfinishedBoundaryTests {
    /// How often a search may ask whether to stop: from not at all to long enough.
    private static let counts = [0, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000]

    private static func contains(_ polygon: [[Double]], _ place: [Double]) -> Bool {
        // On a side counts as inside: parts are hatched with their sides.
        let sides = polygon.indices.map { index -> Double in
            let (a, b) = (polygon[index], polygon[(index + 1) % polygon.count])
            return (b[0] - a[0]) * (place[1] - a[1]) - (b[1] - a[1]) * (place[0] - a[0])
        }
        return sides.allSatisfy { $0 >= -1e-12 } || sides.allSatisfy { $0 <= 1e-12 }
    }

    private func value(_ partition: SimplexPartition, _ response: Int, _ weights: [Double]) -> Double {
        partition.cells.filter { $0.response == response }.map { cell in
            zip(cell.values, weights).reduce(0) { $0 + $1.0 * $1.1 }
        }.max() ?? -.infinity
    }

    @Test(
        "A posterior at which a stopped partition has the wrong response lies in a part that is not settled, and values in their intervals",
        arguments: [UInt64(1), 6, 9])
    func simplex(seed: UInt64) throws {
        let inputs = BoundaryTests.inputs(seed: seed, responses: 3)
        let history = History(cue: 0)
        let whole = try PlannedQuery(inputs: inputs, decisions: [history]).partition(of: [0, 1, 2])
        #expect(whole.open.isEmpty && whole.openShare == 0)
        #expect(whole.cells.allSatisfy(\.isSettled) && whole.edges.allSatisfy(\.isProved))
        #expect(whole.regions.allSatisfy(\.isSettled) && whole.own?.isSettled == true)
        var (wrong, open, settled) = (0, 0, 0)
        for count in Self.counts {
            let countdown = Countdown(count)
            let partition = try PlannedQuery(
                inputs: inputs, decisions: [history], shouldStop: { countdown.isOver }
            ).partition(of: [0, 1, 2])
            if !partition.isComplete { #expect(!partition.open.isEmpty && partition.openShare <= 1 + 1e-9) }
            for cell in partition.cells {
                for (corner, upper) in zip(cell.corners, cell.uppers) {
                    let best = whole.value(at: corner)
                    #expect(partition.value(at: corner) <= best + 1e-9 && best <= upper + 1e-9)
                    #expect(upper.isFinite)
                }
            }
            var random = SplitMix64(seed: seed)
            for _ in 0..<200 {
                let weights = random.distribution(3)
                guard let told = partition.response(at: weights) else { continue }
                let isOpen = partition.open.contains { Self.contains($0.corners, weights) }
                let best = whole.value(at: weights)
                if value(whole, told, weights) < best - 1e-8 {
                    wrong += 1
                    #expect(isOpen, "\(weights) after \(count)")
                }
                if isOpen { open += 1 } else { settled += 1 }
                // What is settled up to rounding has the right value.
                if !isOpen { #expect(abs(partition.value(at: weights) - best) <= 1e-8) }
            }
        }
        #expect(wrong > 0 && open > 0 && settled > 0)
    }

    @Test(
        "A partition up to a gap is open only where responses lead by less than what was left open",
        arguments: [0.01, 0.1])
    func gap(allowed: Double) throws {
        let inputs = BoundaryTests.inputs(seed: 6, responses: 3)
        let whole = try PlannedQuery(inputs: inputs, decisions: [History(cue: 0)]).partition(of: [0, 1, 2])
        let partition = try PlannedQuery(
            inputs: inputs, decisions: [History(cue: 0)], settings: BeliefPlannerSettings(gap: allowed)
        ).partition(of: [0, 1, 2])
        // What is left open is a gap of the game; of the value after a cue it is more, the less likely the cue.
        let game = try inputs.game()
        let allowances = try game.users.indices.map { user -> Double in
            let certain = game.users.indices.map { $0 == user ? 1.0 : 0 }
            return try allowed / Belief.opening(0, game: game, prior: certain).likelihood
        }
        #expect(partition.isComplete && partition.gap > 0)
        #expect(partition.gap <= allowances.reduce(0, max))
        var random = SplitMix64(seed: 2)
        for _ in 0..<300 {
            let weights = random.distribution(3)
            guard let told = partition.response(at: weights) else { continue }
            guard !partition.open.contains(where: { Self.contains($0.corners, weights) }) else { continue }
            let left = zip(weights, allowances).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(value(whole, told, weights) >= whole.value(at: weights) - left - 1e-9)
        }
    }

    /// Games whose maps have several responses, of which the first plan found has the wrong one somewhere.
    @Test("A map that was stopped is open where it has the wrong response", arguments: [UInt64(1), 7, 9])
    func map(seed: UInt64) throws {
        let inputs = BoundaryTests.inputs(seed: seed, horizon: 2, responses: 3)
        let x = try Variation(inputs.parameter("users.user0.payoff.outcome0"), inputs: inputs)
        let y = try Variation(inputs.parameter("users.user1.payoff.outcome1"), inputs: inputs)
        func map(_ stop: @escaping @Sendable () -> Bool) throws -> BoundaryMap {
            try PlannedQuery(inputs: inputs, decisions: [History(cue: 1)], shouldStop: stop).maps(along: x, y)[0]
        }
        func contains(_ patch: BoundaryMap.Patch, _ point: (Double, Double)) -> Bool {
            Self.contains(patch.corners.map { [$0.x, $0.y] }, [point.0, point.1])
        }
        let whole = try map { false }
        #expect(whole.open.isEmpty && whole.patches.allSatisfy(\.isSettled) && whole.curves.allSatisfy(\.isProved))
        var (wrong, open) = (0, 0)
        for count in Self.counts {
            let countdown = Countdown(count)
            let stopped = try map { countdown.isOver }
            if !stopped.isResolved { #expect(!stopped.open.isEmpty) }
            for index in 0..<225 {
                let point = (
                    x.lower + (x.upper - x.lower) * (Double(index % 15) + 0.37) / 15,
                    y.lower + (y.upper - y.lower) * (Double(index / 15) + 0.41) / 15
                )
                let told = stopped.patches.first { contains($0, point) }?.response
                let right = whole.patches.first { contains($0, point) }?.response
                let isOpen = stopped.open.contains { contains($0, point) }
                if isOpen { open += 1 }
                guard let told, let right, told != right else { continue }
                wrong += 1
                #expect(isOpen, "\(point) after \(count)")
            }
        }
        #expect(wrong > 0 && open > 0)
    }

    @Test(
        "A line that was stopped is open where it has the wrong response, and its switches are bracketed by numbers",
        arguments: [("users.user0.prior", UInt64(1)), ("users.user1.payoff.outcome1", 2), ("discount", 3)])
    func line(path: String, seed: UInt64) throws {
        let inputs = BoundaryTests.inputs(seed: seed)
        let variation = try Variation(inputs.parameter(path), inputs: inputs)
        let decisions = [History(cue: 0), History(cue: 1)]
        func lines(_ stop: @escaping @Sendable () -> Bool) throws -> [DecisionLine] {
            try PlannedQuery(inputs: inputs, decisions: decisions, samples: 8, shouldStop: stop).lines(
                along: variation)
        }
        let whole = try lines { false }
        for line in whole { #expect(line.open.isEmpty && line.segments.allSatisfy(line.isSettled)) }
        var open = 0
        for count in Self.counts {
            let countdown = Countdown(count)
            for (stopped, finished) in zip(try lines { countdown.isOver }, whole) {
                open += stopped.open.count
                if stopped.completeness == .unfinished { #expect(!stopped.open.isEmpty) }
                for item in stopped.switches {
                    #expect(item.uncertainty.isFinite && item.lower <= item.value && item.value <= item.upper)
                }
                for index in 0...200 {
                    let x = variation.lower + (variation.upper - variation.lower) * (Double(index) + 0.3) / 201
                    guard stopped.response(at: x) != finished.response(at: x) else { continue }
                    // Nearer to a switch than the grid's rounding both are right.
                    guard finished.switches.allSatisfy({ abs($0.value - x) > 1e-6 }) else { continue }
                    #expect(stopped.open.contains { $0.contains(x) }, "\(path) at \(x) after \(count)")
                }
            }
        }
        #expect(open > 0)
    }

    @Test("The curve of a limit that was stopped has the best value in its intervals, all of them finite")
    func limit() throws {
        let inputs = GameInputs(
            definition: RandomGame {
                $0.users = 2
                $0.states = 2
                $0.responses = 3
                $0.horizon = 3
            }.definition(seed: 4),
            objective: Objective(
                goal: .payoff, reference: [1, 1, 1].map { $0 / 3 },
                constraints: [OutcomeConstraint(user: 0, outcome: 1, atMost: 0.5)]))
        let variation = try Variation(
            inputs.parameter("objective.constraints.user0.outcome1.at_most"), from: 0.05, to: 0.9, inputs: inputs)
        func found(_ stop: @escaping @Sendable () -> Bool) throws -> (curve: LimitCurve, lines: [DecisionLine]) {
            try LimitQuery(
                inputs: inputs, decisions: [History(cue: 0)],
                settings: ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 0)), shouldStop: stop
            ).lines(along: variation)
        }
        let whole = try found { false }.curve
        #expect(whole.isComplete && whole.pieces.allSatisfy(\.isComplete))
        func best(_ limit: Double) -> Double? {
            whole.pieces.first { $0.lower <= limit && limit <= $0.upper }.map {
                $0.valueAtLower + ($0.valueAtUpper - $0.valueAtLower) * (limit - $0.lower) / ($0.upper - $0.lower)
            }
        }
        var unfinished = 0
        for count in [1, 5, 20, 50, 100, 200, 400, 800] {
            let countdown = Countdown(count)
            // Where not even the upper end could be answered in time, nothing is told.
            guard let (curve, lines) = try? found({ countdown.isOver }) else { continue }
            if !curve.isComplete { unfinished += 1 }
            #expect(curve.gap.isFinite)
            for piece in curve.pieces {
                for (limit, low, high) in [
                    (piece.lower, piece.valueAtLower, piece.upperAtLower),
                    (piece.upper, piece.valueAtUpper, piece.upperAtUpper),
                ] {
                    guard let best = best(limit) else { continue }
                    #expect(low <= best + 1e-8 && best <= high + 1e-8, "\(limit) after \(count)")
                }
                if !piece.isComplete {
                    #expect(lines[0].open.contains { $0.lowerBound <= piece.lower && piece.upper <= $0.upperBound })
                }
            }
            for item in lines[0].switches { #expect(item.uncertainty.isFinite) }
        }
        #expect(unfinished > 0)
    }

    @Test("Sampled solving that was stopped is open where nothing was solved")
    func sampled() throws {
        let inputs = BoundaryTests.inputs(seed: 2)
        let variation = try Variation(inputs.parameter("users.user0.prior"), inputs: inputs)
        let countdown = Countdown(40)
        let line = try ResolvedQuery(
            inputs: inputs, decisions: [History(cue: 0)], method: .planning(BeliefPlannerSettings(gap: 0)), samples: 6,
            shouldStop: { countdown.isOver }
        ).lines(along: variation)[0]
        #expect(line.completeness == .unfinished)
        let covered = line.segments.map { ($0.lower, $0.upper) } + line.open.map { ($0.lowerBound, $0.upperBound) }
        // Every value has a response or is open.
        for index in 0...50 {
            let x = variation.lower + (variation.upper - variation.lower) * Double(index) / 50
            #expect(covered.contains { $0.0 <= x + 1e-12 && x <= $0.1 + 1e-12 })
        }
        #expect(line.open.last?.upperBound == variation.upper)
    }
}
