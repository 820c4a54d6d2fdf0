import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing
import UserAgents

@Suite("Commitment to users with foresight")
struct CommitmentTests {
    private static let reference = [0.2, 0.3, 0.5]
    private static let objective = Objective(goal: .payoff, reference: reference)

    private static func family(
        foresight: Double = 0.9, rationality: Double = 1.3, _ change: (inout RandomGame) -> Void = { _ in }
    ) -> RandomGame {
        RandomGame {
            ($0.responses, $0.foresight, $0.rationality, $0.mixesTabular) = (3, foresight, rationality, true)
            change(&$0)
        }
    }

    /// Two turns, one state and cue, one way to resume: the games of ``StackelbergOracle``.
    private static func small(rationality: Double) -> RandomGame {
        family(rationality: rationality) {
            ($0.states, $0.cues, $0.continuing, $0.feigns, $0.horizon) = (1, 1, 1, false, 2)
        }
    }

    private func solve(
        _ game: Game, _ objective: Objective = objective, _ kind: MemoryKind = .lastWithTurn, starts: Int = 6
    ) throws -> GradientResult {
        try GradientSolver(GradientSolverSettings(starts: starts)).search(
            Problem(game: game, objective: objective), memory: kind)
    }

    @Test(
        "is converged, worth what it says, below its bound, and better than constants", arguments: [UInt64](1...4),
        [MemoryKind.stationary, MemoryKind(observations: 1, usesTurn: false), .lastWithTurn])
    func honest(seed: UInt64, kind: MemoryKind) throws {
        let game = try Self.family().game(seed: seed)
        for goal in Objective.Goal.allCases {
            let solution = try solve(game, Objective(goal: goal, reference: Self.reference), kind, starts: 4)
            let evaluation = Evaluation(solution.policy, game: game)
            #expect(solution.status == .converged)
            #expect(solution.residual <= solution.tolerance)
            #expect(abs(solution.value - (goal == .payoff ? evaluation.payoff : evaluation.safe)) < 1e-12)
            #expect(solution.value <= solution.bound + 1e-12)
            for response in game.responses.indices {
                let constant = Evaluation(try .always(response, game: game), game: game)
                #expect(solution.value >= (goal == .payoff ? constant.payoff : constant.safe) - 1e-7)
            }
        }
    }

    @Test("is as good as the best of a fine grid of commitments", arguments: [UInt64](1...4))
    func grid(seed: UInt64) throws {
        let game = try Self.small(rationality: 3).game(seed: seed)
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        try #require(memory.nodeCount == 2)
        var gradient = StrategyGradient(game: game, memory: memory, objective: Self.objective)
        let steps = 20
        let corners = (0...steps).flatMap { i in
            (0...(steps - i)).map { j in [i, j, steps - i - j].map { Double($0) / Double(steps) } }
        }
        var best = -Double.infinity
        for first in corners { for second in corners { best = max(best, gradient.value(first + second)) } }
        let solution = try solve(game)
        #expect(solution.status == .converged)
        #expect(solution.value >= best - 1e-9)
    }

    @Test("as λ grows its value approaches the strong Stackelberg commitment's", arguments: [UInt64](1...6))
    func strongStackelberg(seed: UInt64) throws {
        let oracle = try #require(StackelbergOracle(Self.small(rationality: .infinity).definition(seed: seed)))
        let limit = try oracle.value()
        let range = 8.0
        let distances = try [4.0, 16, 64, 256].map { rationality in
            let game = try Self.small(rationality: rationality).game(seed: seed)
            return abs(try solve(game, starts: 12).value - limit) / range
        }
        #expect(distances[3] <= 0.01)
        #expect(distances[3] <= distances[0] + 1e-9)
    }

    @Test("taking users for myopic is never better, and in some games clearly worse")
    func myopicAssumption() throws {
        var costs: [Double] = []
        for seed: UInt64 in 1...6 {
            let game = try Self.family().game(seed: seed)
            let myopic = try Self.family(foresight: 0).game(seed: seed)
            let assumed = try solve(myopic).policy
            let controller = try Policy(
                memory: assumed.memory, strategies: assumed.strategies, game: game)
            costs.append(try solve(game).value - Evaluation(controller, game: game).payoff)
        }
        #expect(costs.allSatisfy { $0 > -1e-6 })
        #expect(costs.contains { $0 > 1e-3 })
    }

    @Test("constraints hold, with a price where they bind")
    func constraints() throws {
        let game = try Self.family().game(seed: 3)
        let free = try solve(game)
        let limit = 0.7 * free.evaluation.outcomes[0][1]
        let constraint = OutcomeConstraint(user: 0, outcome: 1, atMost: limit)
        let solution = try solve(
            game, Objective(goal: .payoff, reference: Self.reference, constraints: [constraint]))
        #expect(solution.evaluation.excess(constraint) <= 1e-7)
        #expect(solution.value <= free.value + 1e-9)
        guard case .infeasible = solution.status else {
            #expect(solution.status == .converged && solution.multipliers[0] > 0)
            return
        }
    }

    @Test("is the same whatever the threads")
    func threads() throws {
        let game = try Self.family().game(seed: 5)
        let solutions = try [1, 3].map { threads in
            try GradientSolver(GradientSolverSettings(starts: 4, threads: threads)).search(
                Problem(game: game, objective: Self.objective), memory: .lastWithTurn)
        }
        #expect(solutions[0].policy == solutions[1].policy && solutions[0].starts == solutions[1].starts)
    }

    @Test("infinite λ has no gradient where users have foresight, and is no matter where they do not")
    func infiniteRationality() throws {
        let game = try Self.family(rationality: .infinity).game(seed: 2)
        let error = #expect(throws: SolverError.self) { try solve(game) }
        #expect(
            error?.description.hasPrefix("users.user0 has foresight with infinite rationality, so the value jumps")
                == true)
        #expect(error?.description.contains("give a finite rationality") == true)
        let myopic = try Self.family(foresight: 0, rationality: .infinity).game(seed: 2)
        #expect(try solve(myopic).status == .converged)
    }

    @Test("belief planning refuses users with foresight and says what to do")
    func beliefRefuses() throws {
        let game = try Self.family().game(seed: 2)
        let error = #expect(throws: SolverError.self) {
            try BeliefPlanner().search(Problem(game: game, objective: Self.objective))
        }
        #expect(error?.description.contains("user0 has foresight: use --method gradient") == true)
        #expect(error?.description.contains("--foresight myopic") == true)
    }
}

@Suite("The bound with users with foresight")
struct ForesightedBoundTests {
    private static func family(foresight: Double, rationality: Double = 1.3) -> RandomGame {
        RandomGame {
            ($0.responses, $0.foresight, $0.rationality) = (3, foresight, rationality)
            ($0.mixesTabular, $0.feigns) = (true, false)
        }
    }

    @Test(
        "is above every controller, whatever its memory", arguments: [UInt64](1...4),
        [(0.3, 1.0), (0.9, 4.0), (1.0, Double.infinity)])
    func isAbove(seed: UInt64, user: (foresight: Double, rationality: Double)) throws {
        let game = try Self.family(foresight: user.foresight, rationality: user.rationality).game(seed: seed)
        let payoff = FastInformedBound.value(game: game, goal: .payoff)
        let safe = FastInformedBound.value(game: game, goal: .safeOutcomes)
        for observations in 0...2 {
            for strategies in 0..<30 {
                let memory = try ControllerMemory(MemoryKind(observations: observations, usesTurn: true), game: game)
                var random = SplitMix64(seed: UInt64(strategies))
                // Certain responses reach the extremes better than mixtures do.
                let rows = (0..<memory.nodeCount).flatMap { _ in
                    let choice = Int(random.uniform(0, 3))
                    return (0..<3).map { $0 == choice ? 1.0 : 0 }
                }
                let controller = try Policy(memory: memory, strategies: rows, game: game)
                let evaluation = Evaluation(controller, game: game)
                #expect(evaluation.payoff <= payoff + 1e-12 && evaluation.safe <= safe + 1e-12)
            }
        }
    }

    @Test("becomes the fast informed bound as δ falls to 0")
    func limit() throws {
        for seed: UInt64 in 1...3 {
            let myopic = FastInformedBound.value(game: try Self.family(foresight: 0).game(seed: seed), goal: .payoff)
            let near = FastInformedBound.value(game: try Self.family(foresight: 1e-9).game(seed: seed), goal: .payoff)
            #expect(abs(near - myopic) < 1e-7)
            #expect(
                FastInformedBound.value(game: try Self.family(foresight: 0.5).game(seed: seed), goal: .payoff) > myopic)
        }
    }
}
