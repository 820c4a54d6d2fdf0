import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

/// A small game with all its deterministic policies: every response to every sequence of observations.
private struct EnumeratedGame {
    let game: Game
    let policies: [Evaluation]

    /// Two openings and two turns, or one opening and three turns.
    init(seed: UInt64) throws {
        let isLong = seed % 2 == 0
        let definition = RandomGame {
            ($0.cues, $0.continuing, $0.horizon) = isLong ? (1, 2, 3) : (2, 1, 2)
            ($0.usesTurn, $0.mixesTabular, $0.endingBias) = (seed % 3 == 0, seed % 5 == 0, -0.5)
            ($0.users, $0.discount) = (2, seed % 4 < 2 ? 0.9 : 1)
        }.definition(seed: seed)
        let game = try Game(definition)
        let memory = try ControllerMemory(MemoryKind(observations: 4, usesTurn: true), game: game)
        let all = BruteForce.deterministicStrategies(nodes: memory.nodeCount, responses: game.responses.count)
        self.game = game
        policies = try all.map {
            Evaluation(try Policy(memory: memory, strategies: $0, game: game), game: game)
        }
    }

    func columns(_ objective: Objective) -> [MixtureProgram.Column] {
        policies.map { policy in
            .init(
                value: objective.goal == .payoff ? policy.payoff : policy.safe,
                probabilities: objective.constraints.map { policy.outcomes[$0.user][$0.outcome] })
        }
    }

    /// An objective with limits somewhere between the least and the most that policies do.
    func objective(_ goal: Objective.Goal, constraints: Int, tightness: Double) -> Objective {
        var objective = Objective(goal: goal, reference: [0.5, 0.5])
        for index in 0..<constraints {
            let shares = policies.map { $0.outcomes[index][1] }
            let (least, most) = (shares.min() ?? 0, shares.max() ?? 1)
            objective.constraints.append(
                OutcomeConstraint(user: index, outcome: 1, atMost: least + tightness * (most - least)))
        }
        return objective
    }
}

private let exact = ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 0), seeds: nil)

@Suite("Constrained belief planning")
struct ConstrainedPlannerTests {
    @Test("finds the best mixture of all policies, its prices and its bound", arguments: 1...16, [1, 2])
    func oracle(seed: UInt64, constraints: Int) throws {
        let enumerated = try EnumeratedGame(seed: seed)
        #expect(enumerated.policies.count >= 64)
        let tightness = [0.1, 0.3, 0.5, 0.8][Int(seed % 4)]
        let goal = seed % 3 == 1 ? Objective.Goal.safeOutcomes : .payoff
        let objective = enumerated.objective(goal, constraints: constraints, tightness: tightness)
        let game = enumerated.game
        let solution = try ConstrainedPlanner(exact).search(Problem(game: game, objective: objective))
        let expected = MixtureOracle.best(
            enumerated.columns(objective), limits: objective.constraints.map(\.atMost))
        guard let expected else {
            guard case .infeasible(let found, .excess(let least)) = solution.status else {
                Issue.record("\(solution.status) where no policy satisfies the constraints")
                return
            }
            #expect(least > 0 && abs(found - least) < 1e-9)
            return
        }
        #expect(solution.isConverged)
        #expect(abs(solution.value - expected) < 1e-8)
        #expect(solution.gap < 1e-8 && solution.gap > -1e-10)
        #expect(solution.violation < 1e-11)
        #expect(abs(solution.weights.reduce(0, +) - 1) < 1e-14)
        #expect(Evaluation(solution.policy, game: game) == solution.evaluation)
        var binding = 0
        for (constraint, multiplier) in zip(objective.constraints, solution.multipliers) {
            #expect(multiplier >= 0)
            #expect(abs(multiplier * solution.evaluation.excess(constraint)) < 1e-8)
            if multiplier > 0 { binding += 1 }
        }
        #expect(solution.weights.count <= binding + 1)
    }

    @Test("prices are what a looser limit is worth", arguments: [UInt64(1), 2, 5])
    func shadowPrices(seed: UInt64) throws {
        let enumerated = try EnumeratedGame(seed: seed)
        var objective = enumerated.objective(.payoff, constraints: 1, tightness: 0.37)
        let solution = try ConstrainedPlanner(exact).search(Problem(game: enumerated.game, objective: objective))
        objective.constraints[0].atMost += 1e-5
        let looser = try ConstrainedPlanner(exact).search(Problem(game: enumerated.game, objective: objective))
        #expect(abs((looser.value - solution.value) - 1e-5 * solution.multipliers[0]) < 1e-10)
    }

    @Test("is never worse than the gradient method and says the same twice", arguments: [UInt64(3), 4])
    func seeds(seed: UInt64) throws {
        let game = try RandomGame { ($0.horizon, $0.responses, $0.users) = (4, 3, 2) }.game(seed: seed)
        let free = try BeliefPlanner().search(
            Problem(game: game, objective: Objective(goal: .payoff, reference: [0.2, 0.3, 0.5])))
        let constraint = OutcomeConstraint(user: 0, outcome: 1, atMost: 0.8 * free.evaluation.outcomes[0][1])
        let objective = Objective(goal: .payoff, reference: [0.2, 0.3, 0.5], constraints: [constraint])
        let starts = GradientSolverSettings(starts: 4)
        let gradient = try GradientSolver(starts).search(
            Problem(game: game, objective: objective), memory: .lastWithTurn)
        #expect(gradient.status == .converged)
        let settings = ConstrainedPlannerSettings(seeds: starts)
        let solution = try ConstrainedPlanner(settings).search(Problem(game: game, objective: objective))
        let seeded = try #require(solution.seedValue)
        // The gradient method may exceed a limit by a little, which this one does not.
        #expect(seeded >= gradient.value - 1e-5)
        #expect(solution.value >= seeded - 1e-12)
        #expect(solution.isConverged)
        #expect(solution.value <= solution.bound + 1e-10)
        #expect(try ConstrainedPlanner(settings).search(Problem(game: game, objective: objective)) == solution)
        var threaded = starts
        threaded.threads = 2
        let again = try ConstrainedPlanner(ConstrainedPlannerSettings(seeds: threaded)).search(
            Problem(game: game, objective: objective))
        #expect(again.policy == solution.policy && again.bound == solution.bound)
    }

    @Test("proves that limits cannot be met and never calls that converged")
    func infeasible() throws {
        let enumerated = try EnumeratedGame(seed: 2)
        var objective = enumerated.objective(.payoff, constraints: 2, tightness: 0)
        for index in 0..<2 { objective.constraints[index].atMost -= 0.01 }
        let solution = try ConstrainedPlanner(exact).search(Problem(game: enumerated.game, objective: objective))
        guard case .infeasible(let found, .excess(let least)) = solution.status else {
            Issue.record("\(solution.status)")
            return
        }
        #expect(least >= 0.01 - 1e-9)
        #expect(abs(found - least) < 1e-9)
        #expect(abs(solution.violation - found) < 1e-10)
        #expect(!solution.isConverged)
        #expect(solution.multipliers == [0, 0])
    }

    @Test("meets a limit that only one policy meets")
    func boundary() throws {
        let enumerated = try EnumeratedGame(seed: 4)
        let objective = enumerated.objective(.payoff, constraints: 1, tightness: 0)
        let solution = try ConstrainedPlanner(exact).search(Problem(game: enumerated.game, objective: objective))
        let expected = MixtureOracle.best(
            enumerated.columns(objective), limits: objective.constraints.map(\.atMost))
        #expect(solution.isConverged)
        #expect(abs(solution.value - (try #require(expected))) < 1e-8)
        #expect(solution.violation < 1e-11)
    }

    @Test("stops when asked to, with a bound that holds", arguments: [0, 3, 40])
    func stops(after polls: Int) throws {
        let enumerated = try EnumeratedGame(seed: 6)
        let objective = enumerated.objective(.payoff, constraints: 1, tightness: 0.3)
        let full = try ConstrainedPlanner(exact).search(Problem(game: enumerated.game, objective: objective))
        let counter = Counter(limit: polls)
        let solution = try ConstrainedPlanner(exact).search(
            Problem(game: enumerated.game, objective: objective), control: RunControl(stop: { counter.isOver() }))
        #expect(solution.bound >= full.value - 1e-10)
        if solution.violation <= 1e-11 { #expect(solution.value <= full.value + 1e-10) }
        switch solution.status {
        case .stopped, .undecided, .optimal: break
        default: Issue.record("\(solution.status)")
        }
        if polls == 0 { #expect(!solution.isConverged) }
    }

    @Test("says what to do instead where it does not apply")
    func refusals() throws {
        let game = try EnumeratedGame(seed: 1).game
        var objective = Objective(goal: .payoff, reference: [0.5, 0.5])
        func problem() throws -> String {
            try #require(throws: SolverError.self) {
                try ConstrainedPlanner(exact).search(Problem(game: game, objective: objective))
            }.problem
        }
        #expect(try problem().contains("no constraints"))
        objective.constraints = [OutcomeConstraint(user: 0, outcome: 1, atMost: 0.1)]
        objective.klWeight = 0.5
        #expect(try problem().contains("--method soft"))
        objective.klWeight = 0
        #expect(throws: SolverError.self) {
            try ConstrainedPlanner(ConstrainedPlannerSettings(maximumIterations: 0)).search(
                Problem(game: game, objective: objective))
        }
    }
}

/// Says when it has been asked more often than a limit.
private final class Counter: @unchecked Sendable {
    private let limit: Int
    private var asked = 0

    init(limit: Int) { self.limit = limit }

    func isOver() -> Bool {
        asked += 1
        return asked > limit
    }
}
