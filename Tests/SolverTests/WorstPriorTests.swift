import Conformance
import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

/// The best policy against the worst prior, over everything a policy may remember.
@Suite("Worst priors by cutting planes")
struct WorstPriorTests {
    private static let exact = ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 1e-9), seeds: nil)

    /// Two types and two turns, with one opening: the last observation and the turn are all there is to remember.
    private static func small(_ seed: UInt64) throws -> Game {
        try Game(
            RandomGame {
                ($0.users, $0.cues, $0.continuing, $0.horizon) = (2, 1, 2, 2)
                ($0.usesTurn, $0.mixesTabular, $0.responses) = (seed % 3 == 0, seed % 4 == 0, 3)
            }.definition(seed: seed))
    }

    private static func worst(
        _ game: Game, _ robustness: Robustness, constraints: [OutcomeConstraint] = []
    ) throws -> WorstCase {
        let share = 1 / Double(game.responses.count)
        let objective = Objective(
            goal: .payoff, reference: game.responses.map { _ in share }, constraints: constraints)
        return try WorstCase(games: [game], objective: objective, robustness: robustness)
    }

    /// Every deterministic policy's values given the type.
    private static func values(_ game: Game) throws -> [[Double]] {
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        return try BruteForce.deterministicStrategies(nodes: memory.nodeCount, responses: game.responses.count).map {
            Evaluation(try Policy(memory: memory, strategies: $0, game: game), game: game).payoffByUser
        }
    }

    /// max over mixtures of min(x, y): reached by one policy, or by two where x and y cross.
    private static func best(_ points: [(x: Double, y: Double)]) -> Double {
        var best = points.map { min($0.x, $0.y) }.max() ?? -.infinity
        for a in points where a.x > a.y {
            for b in points where b.y > b.x {
                let share = (b.y - b.x) / (a.x - a.y + b.y - b.x)
                best = max(best, share * a.x + (1 - share) * b.x)
            }
        }
        return best
    }

    @Test("games of two turns: the best mixture of all deterministic policies", arguments: [UInt64](1...10))
    func oracle(seed: UInt64) throws {
        let game = try Self.small(seed)
        let all = try Self.values(game)
        #expect(all.count >= 27)
        let found = try WorstPriorPlanner(Self.exact).search(Self.worst(game, .allPriors))
        let expected = Self.best(all.map { ($0[0], $0[1]) })
        #expect(abs(found.value - expected) < 1e-8)
        #expect(abs(found.bound - expected) < 1e-8)
        #expect(found.isConverged)
        // A ball around the prior is the segment between its two ends.
        let near = try WorstPriorPlanner(Self.exact).search(Self.worst(game, .prior(radius: 0.2)))
        let ends = [-0.2, 0.2].map { shift in
            let first = min(1, max(0, game.prior[0] + shift))
            return [first, 1 - first]
        }
        let between = Self.best(
            all.map { values in
                let worths = ends.map { AmbiguitySet.product($0, values) }
                return (worths[0], worths[1])
            })
        #expect(abs(near.value - between) < 1e-8)
        #expect(abs(near.bound - between) < 1e-8)
    }

    @Test(
        "no prior of the set does worse, and at the least favourable one nothing does better",
        arguments: [UInt64](1...3))
    func priors(seed: UInt64) throws {
        let game = try Game(
            RandomGame { ($0.users, $0.horizon, $0.cues) = (4, 3, 2) }.definition(seed: seed))
        for robustness in [Robustness.allPriors, .prior(radius: 0.15)] {
            let problem = try Self.worst(game, robustness)
            var settings = Self.exact
            settings.planner.gap = 1e-5
            let found = try WorstPriorPlanner(settings).search(problem)
            #expect(found.gap <= 1e-5)
            let values = Evaluation(found.policy, game: game).payoffByUser
            for draw in 0..<10_000 {
                let prior = Self.prior(draw, around: game.prior, robustness)
                #expect(AmbiguitySet.product(prior, values) >= found.value - 1e-9)
            }
            #expect(abs(found.leastFavourable.reduce(0, +) - 1) < 1e-12)
            for prior in [found.leastFavourable, Self.prior(7, around: game.prior, robustness)] {
                let there = try BeliefPlanner(BeliefPlannerSettings(gap: 1e-7)).search(
                    Problem(game: Game(game, prior: prior), objective: problem.objective))
                #expect(there.bound >= found.value - 1e-9)
                if prior == found.leastFavourable { #expect(there.value <= found.value + 1e-5 + 1e-7) }
            }
        }
    }

    @Test("keeps limits, at prices that prove the bound", arguments: [UInt64](1...4))
    func limits(seed: UInt64) throws {
        let game = try Self.small(seed)
        let free = try WorstPriorPlanner(Self.exact).search(Self.worst(game, .allPriors))
        let chance = Evaluation(free.policy, game: game).outcomes[0][1]
        let limit = OutcomeConstraint(user: 0, outcome: 1, atMost: 0.95 * chance)
        let found = try WorstPriorPlanner(Self.exact).search(Self.worst(game, .allPriors, constraints: [limit]))
        guard found.violation <= 1e-9 else {
            // No policy keeps this limit: then every policy of the game exceeds it.
            let memory = try ControllerMemory(.lastWithTurn, game: game)
            for strategies in BruteForce.deterministicStrategies(
                nodes: memory.nodeCount, responses: game.responses.count)
            {
                let policy = try Policy(memory: memory, strategies: strategies, game: game)
                #expect(Evaluation(policy, game: game).outcomes[0][1] > limit.atMost)
            }
            return
        }
        #expect(found.value <= free.value + 1e-9)
        #expect(found.gap < 1e-7)
    }

    @Test("refuses what has no bound")
    func refuses() throws {
        let game = try Self.small(1)
        let worst = try WorstCase(
            games: [game, game], objective: Objective(goal: .payoff, reference: [0.4, 0.3, 0.3]),
            robustness: .parameters(.worst))
        #expect(throws: SolverError.self) { try WorstPriorPlanner().search(worst) }
        let soft = try WorstCase(
            games: [game], objective: Objective(goal: .payoff, reference: [0.4, 0.3, 0.3], klWeight: 0.1),
            robustness: .allPriors)
        #expect(throws: SolverError.self) { try WorstPriorPlanner().search(soft) }
    }

    /// A Dirichlet(1) prior, drawn towards the centre as far as the set asks for.
    private static func prior(_ draw: Int, around centre: [Double], _ robustness: Robustness) -> [Double] {
        let words = Philox4x64.block(counter: (UInt64(draw), 0, 0, 0), key: (5, 5))
        // Gaps between sorted uniform numbers are Dirichlet(1, …, 1).
        let cuts = [words.0, words.1, words.2].map { Double($0 >> 11) * 0x1p-53 }.sorted()
        let drawn = zip(cuts + [1], [0] + cuts).map { $0 - $1 }
        guard case .prior(let radius) = robustness else { return drawn }
        let distance = zip(drawn, centre).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
        let share = min(1, radius / distance)
        return zip(drawn, centre).map { $1 + share * ($0 - $1) }
    }

    @Test(
        "limits that no policy keeps are proven so under every prior, as under the game's own",
        arguments: [UInt64](1...6))
    func infeasible(seed: UInt64) throws {
        let game = try Self.small(seed)
        func limit(_ most: Double) -> [OutcomeConstraint] { [OutcomeConstraint(user: 0, outcome: 1, atMost: most)] }
        func own(_ most: Double) throws -> ConstrainedResult {
            try ConstrainedPlanner(Self.exact).search(
                Problem(
                    game: game,
                    objective: Objective(goal: .payoff, reference: [0.4, 0.3, 0.3], constraints: limit(most))))
        }
        guard case .infeasible(_, .excess(let least)) = try own(0).status else {
            // Somebody's policy never leads there; then the limit 0 is kept under every prior too.
            let found = try WorstPriorPlanner(Self.exact).search(Self.worst(game, .allPriors, constraints: limit(0)))
            #expect(found.violation <= 1e-9)
            return
        }
        for robustness in [Robustness.allPriors, .prior(radius: 0.2)] {
            for most in [0, 0.5 * least, least - 1e-6] {
                let found = try WorstPriorPlanner(Self.exact).search(
                    Self.worst(game, robustness, constraints: limit(most)))
                guard case .infeasible(let violation, .excess(let excess)) = found.status else {
                    Issue.record("\(robustness), \(most): \(found.status)")
                    continue
                }
                #expect(abs(excess - (least - most)) <= 1e-8 && violation >= excess - 1e-9)
                #expect(abs(violation - found.violation) <= 1e-12 && found.bound.isFinite)
            }
            let kept = try WorstPriorPlanner(Self.exact).search(
                Self.worst(game, robustness, constraints: limit(least + 1e-6)))
            #expect(kept.violation <= 1e-9 && kept.isConverged, "\(kept.status)")
        }
    }
}
