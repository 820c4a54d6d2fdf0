import Conformance
import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Synchronization
import Testing

/// Soft planning with tables of points, which games of this size would not need, against the recursion over every history.
@Suite("Soft planning with tables of points")
struct TypeBlindBoundTests {
    private static let reference = [0.2, 0.3, 0.5]

    /// Small games of three or four turns, no two alike in kind.
    private static func definition(_ seed: UInt64) -> GameDefinition {
        RandomGame {
            ($0.horizon, $0.responses, $0.users) = (Int(3 + seed % 2), 3, Int(1 + seed % 4))
            ($0.usesTurn, $0.mixesTabular, $0.feigns) = (seed % 2 == 0, seed % 3 == 0, seed % 4 != 1)
            ($0.states, $0.cues) = (Int(1 + seed % 3), 1)
        }.definition(seed: seed)
    }

    private static func settings(beliefs: Int, tables: Bool = true, threads: Int = 1) -> SoftPlannerSettings {
        var settings = SoftPlannerSettings(
            gap: 0, maximumBeliefs: beliefs, delay: 0, plansPerTurn: 4, exactTurns: 0, lookahead: 0, threads: threads)
        settings.tablesAfter = tables ? 1 : .max
        return settings
    }

    private static func solve(
        _ game: Game, weight: Double, constraints: [OutcomeConstraint] = [], _ settings: SoftPlannerSettings
    ) throws -> SoftResult {
        try SoftPlanner(settings).search(
            Problem(
                game: game,
                objective: Objective(
                    goal: .payoff, reference: reference, klWeight: weight, constraints: constraints)))
    }

    @Test("its bounds hold the optimum, and are closer than those without", arguments: [0.02, 0.3, 5])
    func boundsHold(weight: Double) throws {
        var (open, openWithout) = (0.0, 0.0)
        for seed in UInt64(1)...10 {
            let definition = Self.definition(seed)
            let game = try Game(definition)
            let exact = try BeliefOracle(definition, goal: .payoff, soft: (Self.reference, weight)).value()
            let found = try Self.solve(game, weight: weight, Self.settings(beliefs: 3))
            let without = try Self.solve(game, weight: weight, Self.settings(beliefs: 3, tables: false))
            #expect(found.bound >= exact - 1e-12)
            #expect(found.value <= exact + 1e-12)
            #expect(without.bound >= exact - 1e-12)
            open += found.bound - exact
            openWithout += without.bound - exact
        }
        #expect(open < openWithout / 4)
    }

    @Test("every belief looked into, it is the optimum", arguments: [UInt64](1...6))
    func equalsOracle(seed: UInt64) throws {
        let definition = Self.definition(seed)
        let game = try Game(definition)
        let exact = try BeliefOracle(definition, goal: .payoff, soft: (Self.reference, 0.3)).value()
        var settings = Self.settings(beliefs: .max)
        settings.gap = 1e-9
        let found = try Self.solve(game, weight: 0.3, settings)
        #expect(abs(found.value - exact) < 1e-8)
        #expect(abs(found.bound - exact) < 1e-8)
    }

    @Test("under limits its bound holds at its prices, and its policy keeps them", arguments: [UInt64](1...6))
    func constrained(seed: UInt64) throws {
        let definition = Self.definition(seed)
        let game = try Game(definition)
        let free = try Self.solve(game, weight: 0.3, Self.settings(beliefs: .max))
        let limit = OutcomeConstraint(user: 0, outcome: 1, atMost: 0.97 * free.evaluation.outcomes[0][1])
        var settings = Self.settings(beliefs: 2000)
        settings.gap = 1e-5
        let found = try Self.solve(game, weight: 0.3, constraints: [limit], settings)
        #expect(found.violation <= 1e-6)
        #expect(found.gap < 1e-3)
        var prices = definition.users.map { _ in definition.outcomes.map { _ in 0.0 } }
        prices[0][1] = found.multipliers[0] / definition.users[0].prior
        let oracle = BeliefOracle(definition, goal: .payoff, soft: (Self.reference, 0.3), prices: prices)
        let dual = try oracle.value() + found.multipliers[0] * limit.atMost
        // The dual at any price is above every feasible value, and the least of them is the value: strong duality.
        #expect(found.value <= dual + 1e-6 * found.multipliers[0] + 1e-12)
        #expect(found.bound >= found.value - 1e-6 * found.multipliers[0] - 1e-12)
        #expect(dual - found.value < 1e-3)
    }

    @Test("gives the same bytes on any number of threads")
    func threads() throws {
        let game = try Game(Self.definition(7))
        var two = try Self.solve(game, weight: 0.2, Self.settings(beliefs: 20, threads: 2))
        let one = try Self.solve(game, weight: 0.2, Self.settings(beliefs: 20))
        #expect(one.value == two.value)
        #expect(one.bound == two.bound)
        #expect(one.policy == two.policy)
        two = try Self.solve(game, weight: 0.2, Self.settings(beliefs: 20, threads: 2))
        #expect(one.bound == two.bound)
    }

    @Test("stops when told to, with bounds that hold")
    func stops() throws {
        let definition = Self.definition(7)
        let game = try Game(definition)
        let exact = try BeliefOracle(definition, goal: .payoff, soft: (Self.reference, 0.2)).value()
        for polls in [0, 1, 5, 40, 200] {
            let count = Countdown(polls)
            let found = try SoftPlanner(Self.settings(beliefs: 50)).search(
                Problem(
                    game: game,
                    objective: Objective(goal: .payoff, reference: Self.reference, klWeight: 0.2)),
                control: RunControl(stop: { count.isOver() }))
            #expect(found.bound >= exact - 1e-12)
            #expect(found.value <= exact + 1e-12)
        }
    }

    @Test("a simplex that was cut gives every point back", arguments: [1, 2, 3, 5])
    func splits(corners: Int) {
        var draws = (0..<400 * corners).map { Self.unit($0) }
        for sample in 0..<400 {
            let row = sample * corners..<(sample + 1) * corners
            let sum = draws[row].reduce(0, +)
            for index in row { draws[index] /= sum }
        }
        let identity = (0..<corners * corners).map { $0 % (corners + 1) == 0 ? 1.0 : 0 }
        var cutting = SimplexCutting(
            corners: corners, samples: draws, importance: [Double](repeating: 1, count: 400), curvature: identity,
            limit: 301)
        while cutting.gain > 0 { cutting.cut() }
        let tree = cutting.tree
        #expect(corners == 1 ? tree.count == 1 : tree.count > 50)
        for sample in 0..<400 {
            let point = Array(draws[sample * corners..<(sample + 1) * corners])
            var weights = point
            let cell = tree.split(&weights)
            var sum = [Double](repeating: 0, count: corners)
            for corner in 0..<corners {
                #expect(weights[corner] >= 0)
                for (axis, coordinate) in tree.point(tree.place(cell: cell, corner: corner)).enumerated() {
                    sum[axis] += weights[corner] * coordinate
                }
            }
            for axis in 0..<corners { #expect(abs(sum[axis] - point[axis]) < 1e-14) }
            #expect(Set((0..<corners).map { tree.corner(cell: cell, rank: $0) }).count == corners)
        }
    }

    @Test("rounds grow while there is time, and the last one takes what is left")
    func efforts() throws {
        let first = SoftEffort(scale: 1)
        #expect(first.next(took: .seconds(1), left: nil)?.scale == 4)
        #expect(first.next(took: .seconds(1), left: .seconds(100))?.scale == 4)
        #expect(try #require(first.next(took: .seconds(1), left: .seconds(5))).scale == 4)
        #expect(abs(try #require(first.next(took: .seconds(1), left: .seconds(10))).scale - 8) < 1e-12)
        #expect(first.next(took: .seconds(1), left: .seconds(1)) == nil)
    }

    /// A number in (0, 1) for a count.
    private static func unit(_ count: Int) -> Double {
        (Double(Philox4x64.block(counter: (UInt64(count), 0, 0, 0), key: (9, 9)).0 >> 11) + 0.5) * 0x1p-53
    }
}

/// Says that it is over after so many questions.
private final class Countdown: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) { left = Atomic(count) }

    func isOver() -> Bool { left.wrappingSubtract(1, ordering: .relaxed).oldValue <= 0 }
}
