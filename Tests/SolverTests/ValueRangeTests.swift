import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

/// The scale of tolerances: above 0, and at least what two policies differ by.
@Suite("The range of values")
struct ValueRangeTests {
    /// Two turns and one opening, so that all deterministic policies can be counted; the payoffs are alike.
    private static func alike(ends: Double, stage: Double, discount: Double, seed: UInt64) throws -> Game {
        var definition = RandomGame {
            ($0.users, $0.cues, $0.continuing, $0.horizon, $0.responses) = (2, 1, 2, 2, 3)
            $0.discount = discount
        }.definition(seed: seed)
        for user in definition.users.indices {
            definition.users[user].outcomePayoff = definition.users[user].outcomePayoff.map { _ in ends }
            definition.users[user].exposure = definition.users[user].exposure.map { _ in 0 }
        }
        for response in definition.responses.indices { definition.responses[response].cost = -stage }
        return try Game(definition)
    }

    private static func payoffs(_ game: Game) throws -> [Double] {
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        return try BruteForce.deterministicStrategies(nodes: memory.nodeCount, responses: game.responses.count).map {
            Evaluation(try Policy(memory: memory, strategies: $0, game: game), game: game).payoff
        }
    }

    @Test(
        "Equal payoffs differ by when they come, and by how many turns there are",
        arguments: [(1.0, 0.0, 0.5), (-3, 0, 0.9), (0, -0.25, 1), (2, -0.25, 0.9), (0, 0, 1), (4, 0, 1)])
    func alike(ends: Double, stage: Double, discount: Double) throws {
        for seed in UInt64(1)...3 {
            let game = try Self.alike(ends: ends, stage: stage, discount: discount, seed: seed)
            let found = try GradientSolver(GradientSolverSettings(starts: 1)).search(
                Problem(game: game, objective: Objective(goal: .payoff, reference: [1, 1, 1].map { $0 / 3 })),
                memory: .lastWithTurn)
            let range = found.tolerance / found.settings.tolerance
            let payoffs = try Self.payoffs(game)
            let spread = (payoffs.max() ?? 0) - (payoffs.min() ?? 0)
            #expect(range > 0)
            #expect(spread <= range + 1e-12)
        }
    }

    @Test(
        "Where payoffs are equal and come sooner or later, limits are kept and worst cases are proven",
        arguments: [UInt64](1...3))
    func equalPayoffs(seed: UInt64) throws {
        let game = try Self.alike(ends: 1, stage: 0, discount: 0.5, seed: seed)
        let share = 1.0 / 3
        var objective = Objective(goal: .payoff, reference: [share, share, share])
        // Halfway between the least and the largest probability of an end: the limit binds for some policies and can be kept.
        let chances = try (0..<3).map { response in
            Evaluation(try Policy.always(response, game: game), game: game).outcomes[0][0]
        }
        let middle = ((chances.min() ?? 0) + (chances.max() ?? 0)) / 2
        objective.constraints = [OutcomeConstraint(user: 0, outcome: 0, atMost: middle)]
        let problem = Problem(game: game, objective: objective)
        let planned = try ConstrainedPlanner(
            ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 1e-9), seeds: nil)
        ).search(problem)
        let searched = try GradientSolver(GradientSolverSettings(starts: 8)).search(problem, memory: .lastWithTurn)
        #expect(planned.isConverged && searched.isConverged)
        #expect(searched.value <= planned.bound + 1e-9 && searched.violation <= 1e-7)
        let worst = try WorstCase(games: [game], objective: objective, robustness: .allPriors)
        let robust = try RobustSolver(GradientSolverSettings(starts: 8)).search(worst, memory: .lastWithTurn)
        let proven = try WorstPriorPlanner(
            ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 1e-6), seeds: nil)
        ).search(worst)
        #expect(robust.isConverged && proven.isConverged)
        #expect(robust.value <= robust.bound + 1e-9 && robust.value <= proven.bound + 1e-9)
        #expect(proven.value <= proven.bound + 1e-9 && robust.bound >= proven.value - 1e-9)
    }

    @Test("A search that is stopped at once says of a policy that breaks limits that it does")
    func stopped() throws {
        let game = try Self.alike(ends: 1, stage: -0.1, discount: 0.9, seed: 1)
        var objective = Objective(goal: .payoff, reference: [1, 1, 1].map { $0 / 3 })
        objective.constraints = [OutcomeConstraint(user: 0, outcome: 0, atMost: 0)]
        let problem = Problem(game: game, objective: objective)
        let control = RunControl(stop: { true })
        let found = try GradientSolver(GradientSolverSettings(starts: 1)).search(
            problem, memory: .lastWithTurn, control: control)
        #expect(found.violation > 1e-3 && found.status == .undecided(violation: found.violation))
        let worst = try WorstCase(games: [game], objective: objective, robustness: .allPriors)
        let robust = try RobustSolver(GradientSolverSettings(starts: 1)).search(
            worst, memory: .lastWithTurn, control: control)
        #expect(robust.violation > 1e-3 && robust.status == .undecided(violation: robust.violation))
    }
}
