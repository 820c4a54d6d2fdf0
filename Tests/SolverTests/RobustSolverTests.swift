import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Robust policies")
struct RobustSolverTests {
    private static let payoff = Objective(goal: .payoff, reference: [0.5, 0.5])

    /// Games like the nominal one, whose users' coefficients are drawn anew.
    private static func games(seed: UInt64, count: Int, _ change: (inout RandomGame) -> Void = { _ in }) throws
        -> [Game]
    {
        let family = RandomGame(change)
        let nominal = family.definition(seed: seed)
        return try (0..<count).map { index in
            var definition = nominal
            if index > 0 {
                let other = family.definition(seed: seed + 1000 + UInt64(index))
                for user in definition.users.indices { definition.users[user].agent = other.users[user].agent }
            }
            return try Game(definition)
        }
    }

    private static let kinds: [Robustness] = [
        .prior(radius: 0.2), .allPriors, .parameters(.worst), .parameters(.conditionalValueAtRisk(0.5)),
        .parameters(.mean),
    ]

    private static func problem(_ robustness: Robustness, seed: UInt64, _ change: (inout RandomGame) -> Void = { _ in })
        throws -> WorstCase
    {
        try WorstCase(
            games: games(seed: seed, count: robustness.usesParameters ? 4 : 1, change), objective: payoff,
            robustness: robustness)
    }

    @Test("a memoryless policy reaches the best of a fine grid", arguments: kinds, [UInt64](1...6))
    func grid(robustness: Robustness, seed: UInt64) throws {
        let problem = try Self.problem(robustness, seed: seed) { $0.users = 3 }
        let solution = try RobustSolver(GradientSolverSettings(starts: 3)).search(problem, memory: .stationary)
        #expect(solution.status == .converged)
        #expect(solution.residual <= solution.tolerance)
        let best =
            try (0...2000).map { step -> Double in
                let share = Double(step) / 2000
                let controller = try Policy.constant([share, 1 - share], game: problem.games[0])
                return RobustEvaluation(controller, problem: problem).value
            }.max() ?? .nan
        #expect(solution.value >= best - 1e-7)
        // Between two points of the grid the value cannot rise by more than its slope allows.
        #expect(solution.value <= best + 0.02)
        #expect(solution.value <= solution.bound + 1e-9)
        #expect(solution.value == RobustEvaluation(solution.policy, problem: problem).value)
    }

    @Test(
        "with the turn it reaches the best of all deterministic and of a grid of randomised policies", arguments: kinds)
    func turns(robustness: Robustness) throws {
        for seed in [UInt64](11...14) {
            let problem = try Self.problem(robustness, seed: seed) { ($0.horizon, $0.users) = (2, 2) }
            let kind = MemoryKind(observations: 0, usesTurn: true)
            let solution = try RobustSolver(GradientSolverSettings(starts: 3)).search(problem, memory: kind)
            #expect(solution.status == .converged)
            var best = -Double.infinity
            let memory = try ControllerMemory(kind, game: problem.games[0])
            for i in 0...40 {
                for j in 0...40 {
                    let (p, q) = (Double(i) / 40, Double(j) / 40)
                    let controller = try Policy(
                        memory: memory, strategies: [p, 1 - p, q, 1 - q], game: problem.games[0])
                    best = max(best, RobustEvaluation(controller, problem: problem).value)
                }
            }
            #expect(solution.value >= best - 1e-7)
            #expect(solution.value <= best + 0.5)
        }
    }

    @Test("is as good as every deterministic controller, in its worst case", arguments: [UInt64](21...26))
    func deterministic(seed: UInt64) throws {
        let problem = try Self.problem(.prior(radius: 0.3), seed: seed) { ($0.horizon, $0.users) = (2, 3) }
        let solution = try RobustSolver(GradientSolverSettings(starts: 4)).search(problem, memory: .lastWithTurn)
        #expect(solution.status == .converged)
        let memory = solution.policy.memory
        #expect(memory.nodeCount <= 6)
        for strategies in BruteForce.deterministicStrategies(nodes: memory.nodeCount, responses: 2) {
            let controller = try Policy(memory: memory, strategies: strategies, game: problem.games[0])
            #expect(RobustEvaluation(controller, problem: problem).value <= solution.value + 1e-7)
        }
    }

    @Test("one sampled game, or a mean over copies, is the nominal problem")
    func nominal() throws {
        let game = try RandomGame().game(seed: 5)
        let settings = GradientSolverSettings(starts: 4)
        let plain = try GradientSolver(settings).search(
            Problem(game: game, objective: Self.payoff), memory: .lastWithTurn)
        for (games, measure) in [([game], Robustness.Measure.worst), ([game, game, game], .mean)] {
            let problem = try WorstCase(games: games, objective: Self.payoff, robustness: .parameters(measure))
            let robust = try RobustSolver(settings).search(problem, memory: .lastWithTurn)
            #expect(abs(robust.value - plain.value) < 1e-6)
        }
    }

    @Test("constraints hold and cost something")
    func constraints() throws {
        let game = try RandomGame { $0.users = 3 }.game(seed: 9)
        func solve(_ constraints: [OutcomeConstraint]) throws -> RobustResult {
            let objective = Objective(goal: .payoff, reference: [0.5, 0.5], constraints: constraints)
            return try RobustSolver(GradientSolverSettings(starts: 4)).search(
                WorstCase(games: [game], objective: objective, robustness: .prior(radius: 0.2)), memory: .lastWithTurn)
        }
        let free = try solve([])
        // A limit that some policy keeps, since always giving one response does, and that the free optimum does not.
        let shares = free.evaluation.outcomes
        let constants = try game.responses.indices.map { Evaluation(try .always($0, game: game), game: game).outcomes }
        let places = game.users.indices.flatMap { user in game.outcomes.indices.map { (user, $0) } }
        let place = try #require(
            places.first { user, outcome in
                constants.contains { $0[user][outcome] < shares[user][outcome] - 0.02 }
            })
        let limit = shares[place.0][place.1] - 0.01
        let held = try solve([OutcomeConstraint(user: place.0, outcome: place.1, atMost: limit)])
        #expect(held.status == .converged)
        #expect(held.violation <= 1e-7)
        #expect(held.value < free.value)
        #expect(held.multipliers[0] > 0)
        let impossible = try solve([OutcomeConstraint(user: 0, outcome: 1, atMost: 0)])
        guard case .infeasible(let least, .unproven) = impossible.status else {
            Issue.record("the status is \(impossible.status)")
            return
        }
        #expect(least > 0)
    }

    @Test("a KL term keeps the optimum inside, and the search still converges", arguments: kinds.prefix(3))
    func regularised(robustness: Robustness) throws {
        let objective = Objective(goal: .payoff, reference: [0.7, 0.3], klWeight: 0.5)
        let problem = try WorstCase(
            games: Self.games(seed: 3, count: robustness.usesParameters ? 3 : 1), objective: objective,
            robustness: robustness)
        let solution = try RobustSolver(GradientSolverSettings(starts: 2, tolerance: 1e-6)).search(
            problem, memory: .lastWithTurn)
        #expect(solution.status == .converged)
        let reference = try Policy.constant([0.7, 0.3], game: problem.games[0])
        #expect(solution.value > RobustEvaluation(reference, problem: problem).value)
    }

    @Test("the gradient of the worst case is that of central differences", arguments: kinds)
    func gradient(robustness: Robustness) throws {
        let problem = try Self.problem(robustness, seed: 31) { $0.users = 3 }
        let controller = try Policy.random(.lastWithTurn, game: problem.games[0], seed: 2)
        var gradient = RobustGradient(problem: problem, memory: controller.memory)
        let exact = gradient(controller.strategies).gradient
        let scale = exact.map(abs).max() ?? 0
        #expect(scale > 0)
        for index in exact.indices {
            var (above, below) = (controller.strategies, controller.strategies)
            above[index] += 1e-5
            below[index] -= 1e-5
            let difference = (gradient(above).value - gradient(below).value) / 2e-5
            #expect(abs(difference - exact[index]) <= 1e-7 * scale)
        }
    }

    @Test("the same for any number of threads, and stopped where asked")
    func threads() throws {
        let problem = try Self.problem(.allPriors, seed: 8) { $0.users = 3 }
        var settings = GradientSolverSettings(starts: 4)
        let one = try RobustSolver(settings).search(problem, memory: .lastWithTurn)
        settings.threads = 4
        let four = try RobustSolver(settings).search(problem, memory: .lastWithTurn)
        #expect(one.policy == four.policy)
        #expect(one.starts == four.starts)
        #expect(
            try RobustSolver(settings).search(problem, memory: .lastWithTurn, control: RunControl(stop: { true }))
                .status == .stopped)
    }

    @Test("names that say what is wrong")
    func names() throws {
        for name in ["prior:0.1", "all-priors", "parameters:mean", "parameters:worst", "parameters:cvar:0.9"] {
            #expect(try Robustness(name: name).name == name)
        }
        for name in [
            "prior:0", "prior:1.5", "prior:nan", "prior", "parameters:cvar:1", "parameters:cvar", "worst", "prior:",
        ] {
            #expect(throws: SolverError.self) { try Robustness(name: name) }
        }
        let game = try RandomGame().game(seed: 1)
        #expect(throws: SolverError.self) {
            try WorstCase(games: [game, game], objective: Self.payoff, robustness: .allPriors)
        }
        #expect(throws: SolverError.self) {
            try WorstCase(games: [], objective: Self.payoff, robustness: .allPriors)
        }
    }
}
