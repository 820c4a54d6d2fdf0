import Analysis
import Conformance
import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import Solver
import Testing

/// Objectives of satisfaction and risk, against every deterministic policy of games of two turns and all their mixtures.
@Suite("The best policies of objectives that disagree")
struct ObjectiveSearchTests {
    private static let gap = 1e-5

    private static func definition(seed: UInt64) -> GameDefinition {
        RandomGame {
            ($0.responses, $0.horizon, $0.users, $0.continuing, $0.ending, $0.feigns) = (2, 2, 2, 1, 2, false)
            $0.discount = 0.7
        }.definition(seed: seed)
    }

    private static func satisfaction(_ seed: UInt64) -> [[Double]] {
        (0..<2).map { user in (0..<2).map { sin(Double(seed) * 3.7 + Double(user) * 1.3 + Double($0) * 2.1) } }
    }

    /// (S, R) of every deterministic policy that remembers all it observed.
    private static func points(_ game: Game, _ satisfaction: [[Double]]) throws -> [ObjectiveMeasures] {
        let memory = try ControllerMemory(MemoryKind(observations: 2, usesTurn: true), game: game)
        return try BruteForce.deterministicStrategies(nodes: memory.nodeCount, responses: 2).map {
            ObjectiveMeasures(
                try Policy(memory: memory, strategies: $0, game: game), game: game, satisfaction: satisfaction)
        }
    }

    /// The best over all mixtures of two policies, on a grid of shares.
    private static func best(_ objective: ComparedObjective, _ points: [ObjectiveMeasures]) -> Double {
        var best = -Double.infinity
        for a in points {
            for b in points {
                for step in 0...200 {
                    let share = Double(step) / 200
                    let mixed = ObjectiveMeasures(
                        payoff: a.payoff + share * (b.payoff - a.payoff),
                        satisfaction: a.satisfaction + share * (b.satisfaction - a.satisfaction),
                        risk: a.risk + share * (b.risk - a.risk))
                    if objective.excess(mixed) <= 0 { best = max(best, objective.value(mixed)) }
                }
            }
        }
        return best
    }

    @Test("Optimum and bound enclose the best of all policies and mixtures", arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func enumeration(seed: UInt64) throws {
        let (definition, satisfaction) = (Self.definition(seed: seed), Self.satisfaction(seed))
        let game = try Game(definition)
        let points = try Self.points(game, satisfaction)
        let search = try ObjectiveSearch(
            definition, satisfaction: satisfaction, settings: BeliefPlannerSettings(gap: Self.gap))
        let risks = points.map(\.risk)
        let middle = ((risks.min() ?? 0) + (risks.max() ?? 0)) / 2
        for objective in [.payoff, .constructive(alpha: 1, beta: 2), .product, .limited(risk: middle)]
            as [ComparedObjective]
        {
            let found = try search.optimum(objective, control: RunControl())
            let expected = Self.best(objective, points)
            #expect(found.isConverged, "\(objective)")
            #expect(objective.excess(found.measures) <= 1e-9)
            // The grid of shares falls short of the best by less than 10⁻³ of the range.
            #expect(found.value >= expected - Self.gap, "\(objective): \(found.value), not \(expected)")
            #expect(found.value <= expected + 2e-3 && found.bound >= expected - 1e-9, "\(objective)")
            #expect(found.bound >= found.value - 1e-9)
        }
        // A gap of 0 is closed to rounding, and a limit that is met to rounding is kept.
        let exact = try ObjectiveSearch(
            definition, satisfaction: satisfaction, settings: BeliefPlannerSettings(gap: 0))
        for objective in [.product, .limited(risk: middle)] as [ComparedObjective] {
            let found = try exact.optimum(objective, control: RunControl())
            #expect(found.isConverged && objective.keepsLimit(found.measures), "\(objective)")
            #expect(abs(found.bound - found.value) <= 1e-10)
        }
        let none = try search.optimum(.limited(risk: (risks.min() ?? 0) - 0.01), control: RunControl())
        #expect(!none.isConverged && none.bound == -.infinity)
        #expect(abs(none.measures.risk - (risks.min() ?? 0)) <= Self.gap)
    }

    @Test("Policies part where they first say something else, and a policy parts from itself nowhere")
    func parting() throws {
        let game = try Game(Self.definition(seed: 2))
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        let second = memory.nodeRanges[1].lowerBound
        var strategies = [Double](repeating: 0, count: memory.nodeCount * 2)
        for node in 0..<memory.nodeCount { strategies[node * 2] = 1 }
        let one = try Policy(memory: memory, strategies: strategies, game: game)
        (strategies[second * 2], strategies[second * 2 + 1]) = (0, 1)
        let other = try Policy(memory: memory, strategies: strategies, game: game)
        #expect(PolicyParting(one, one, game: game) == nil)
        let found = try #require(PolicyParting(one, other, game: game))
        #expect(found.history.turn == 2 && found.history.steps[0].response == 0)
        #expect(found.history.steps[0].observation == memory.remembered[second][0])
        #expect(found.first == [1, 0] && found.second == [0, 1] && found.probability > 0 && found.probability < 1)
    }
}
