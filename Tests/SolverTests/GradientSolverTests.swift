import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Gradient solver")
struct GradientSolverTests {
    private static let tiny = RandomGame {
        ($0.horizon, $0.continuing, $0.feigns, $0.responses) = (2, 1, false, 3)
    }
    private static let objective = Objective(goal: .payoff, reference: [0.2, 0.3, 0.5])

    /// The best value over all deterministic controllers of a memory.
    private func bruteForce(_ game: Game, _ kind: MemoryKind) throws -> Double {
        let memory = try ControllerMemory(kind, game: game)
        let strategies = BruteForce.deterministicStrategies(
            nodes: memory.nodeCount, responses: game.responses.count)
        let values = try strategies.map {
            Evaluation(try Policy(memory: memory, strategies: $0, game: game), game: game).payoff
        }
        return try #require(values.max())
    }

    @Test("reaches the best deterministic controller that knows the turn", arguments: [UInt64](1...12))
    func reachesBruteForceWithTurn(seed: UInt64) throws {
        let game = try Self.tiny.game(seed: seed)
        let solution = try GradientSolver().search(
            Problem(game: game, objective: Self.objective), memory: .lastWithTurn)
        #expect(solution.status == .converged)
        #expect(abs(solution.value - (try bruteForce(game, .lastWithTurn))) < 1e-9)
        #expect(solution.bound >= solution.value - 1e-12)
    }

    @Test("reaches the best deterministic controller without the turn", arguments: [UInt64](1...8))
    func reachesBruteForceStationary(seed: UInt64) throws {
        let game = try Self.tiny.game(seed: seed)
        for kind in [MemoryKind.stationary, MemoryKind(observations: 1, usesTurn: false)] {
            let solution = try GradientSolver().search(Problem(game: game, objective: Self.objective), memory: kind)
            #expect(solution.status == .converged)
            // A stationary optimum may randomise, so it can be better than every deterministic one, never worse.
            #expect(solution.value >= (try bruteForce(game, kind)) - 1e-6)
        }
    }

    @Test("every minimiser of GSL finds it", arguments: GradientSolverSettings.Method.allCases)
    func methods(method: GradientSolverSettings.Method) throws {
        let game = try Self.tiny.game(seed: 2)
        var settings = GradientSolverSettings(method: method, starts: 4)
        settings.perturbations = 0
        let solution = try GradientSolver(settings).search(
            Problem(game: game, objective: Self.objective), memory: .lastWithTurn)
        #expect(abs(solution.value - (try bruteForce(game, .lastWithTurn))) < 1e-9)
    }

    @Test("the same seed gives the same solution whatever the threads")
    func threads() throws {
        let game = try RandomGame { $0.horizon = 4 }.game(seed: 21)
        let objective = Objective(goal: .payoff, reference: [0.5, 0.5])
        var settings = GradientSolverSettings(starts: 6, threads: 1)
        let one = try GradientSolver(settings).search(Problem(game: game, objective: objective), memory: .lastWithTurn)
        settings.threads = 3
        let three = try GradientSolver(settings).search(
            Problem(game: game, objective: objective), memory: .lastWithTurn)
        #expect(one.policy == three.policy)
        #expect(one.starts == three.starts)
        #expect(one.iterations == three.iterations)
    }

    @Test("saturated starts are recognised, and near-uniform ones reach the best value more often")
    func saturation() throws {
        let game = try RandomGame { ($0.responses, $0.horizon) = (4, 3) }.game(seed: 5)
        let objective = Objective(goal: .payoff, reference: [0.25, 0.25, 0.25, 0.25])
        let kind = MemoryKind(observations: 1, usesTurn: false)
        let near = try GradientSolver(GradientSolverSettings(startScale: 0.1))
            .search(Problem(game: game, objective: objective), memory: kind)
        let far = try GradientSolver(GradientSolverSettings(startScale: 40))
            .search(Problem(game: game, objective: objective), memory: kind)
        #expect(near.successes >= far.successes)
        #expect(near.successes >= 15)
        for solution in [near, far] {
            for start in solution.starts where start.isConverged { #expect(start.residual <= solution.tolerance) }
        }
    }

    @Test("a limit that was reached is not called converged")
    func iterationLimit() throws {
        let game = try RandomGame { ($0.responses, $0.horizon) = (4, 3) }.game(seed: 5)
        let objective = Objective(goal: .payoff, reference: [0.25, 0.25, 0.25, 0.25])
        let settings = GradientSolverSettings(starts: 1, maximumIterations: 1)
        let solution = try GradientSolver(settings).search(
            Problem(game: game, objective: objective), memory: .stationary)
        #expect(solution.status == .limitReached)
        #expect(solution.residual > solution.tolerance)
    }

    @Test("stopped by the caller, it says so and returns the best so far")
    func stopped() throws {
        let game = try RandomGame().game(seed: 5)
        let objective = Objective(goal: .payoff, reference: [0.5, 0.5])
        let solution = try GradientSolver().search(
            Problem(game: game, objective: objective), memory: .lastWithTurn, control: RunControl(stop: { true }))
        #expect(solution.status == .stopped)
        #expect(solution.starts.count == 1)
    }

    @Test("more memory is never worth less")
    func memoryIsWorth() throws {
        let game = try RandomGame { ($0.horizon, $0.cues, $0.states) = (4, 3, 3) }.game(seed: 31)
        let objective = Objective(goal: .payoff, reference: [0.5, 0.5])
        let kinds = [
            MemoryKind.stationary, MemoryKind(observations: 0, usesTurn: true), MemoryKind.lastWithTurn,
            MemoryKind(observations: 2, usesTurn: true),
        ]
        let values = try kinds.map {
            try GradientSolver(GradientSolverSettings(starts: 8)).search(
                Problem(game: game, objective: objective), memory: $0
            )
            .value
        }
        for (less, more) in zip(values, values.dropFirst()) { #expect(more >= less - 1e-7) }
    }

    @Test("settings out of range are errors that name the setting")
    func badSettings() throws {
        let game = try RandomGame().game(seed: 1)
        let objective = Objective(goal: .payoff, reference: [0.5, 0.5])
        let cases: [(GradientSolverSettings, String)] = [
            (GradientSolverSettings(starts: 0), "starts is 0; it must be at least 1"),
            (GradientSolverSettings(startScale: -1), "the start scale is -1.0; it must be at least 0 and finite"),
            (GradientSolverSettings(maximumIterations: 0), "the iteration limit is 0; it must be at least 1"),
        ]
        for (settings, text) in cases {
            let error = #expect(throws: SolverError.self) {
                try GradientSolver(settings).search(Problem(game: game, objective: objective), memory: .stationary)
            }
            #expect(error?.description == text)
        }
    }
}
