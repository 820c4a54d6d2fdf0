import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Solver
import Testing

@Suite("Search without gradients")
struct SearchSolverTests {
    /// The exact value as if simulated without noise.
    private func noiseless(_ game: Game, _ memory: ControllerMemory) -> SimulatedObjective {
        { strategies, _ in
            let controller = try Policy(memory: memory, strategies: strategies, game: game)
            return Estimate(mean: Evaluation(controller, game: game).payoff, standardError: 0, count: 1)
        }
    }

    private func simulated(_ game: Game, _ memory: ControllerMemory, episodes: Int) -> SimulatedObjective {
        { strategies, seed in
            let controller = try Policy(memory: memory, strategies: strategies, game: game)
            let tally = try Rollouts(
                game: game, policies: [controller], settings: .init(episodes: episodes, seed: seed)
            ).run().tallies[0]
            return Estimate(
                mean: tally.payoff?.value ?? 0, standardError: tally.payoff?.standardError ?? .infinity, count: episodes
            )
        }
    }

    @Test("without noise it comes near the gradient's optimum", arguments: SearchSettings.Minimiser.allCases)
    func noNoise(minimiser: SearchSettings.Minimiser) throws {
        for seed in [UInt64](1...3) {
            let game = try RandomGame().game(seed: seed)
            let memory = try ControllerMemory(.stationary, game: game)
            let solution = try SearchSolver(SearchSettings(minimiser: minimiser)).search(
                game: game, memory: .stationary, objective: noiseless(game, memory))
            let best =
                try (0...1000).map { step -> Double in
                    let share = Double(step) / 1000
                    return Evaluation(try .constant([share, 1 - share], game: game), game: game).payoff
                }.max() ?? .nan
            #expect(solution.training.value >= best - 0.05)
            #expect(solution.training.value <= best + 1e-3)
            #expect(solution.optimism == 0)
            #expect(solution.evaluations <= solution.settings.maximumEvaluations + 5)
        }
    }

    @Test("says how noisy its value is, and fresh seeds agree with the exact value")
    func noise() throws {
        let game = try RandomGame().game(seed: 2)
        let memory = try ControllerMemory(.stationary, game: game)
        let solution = try SearchSolver(SearchSettings(maximumEvaluations: 150)).search(
            game: game, memory: .stationary, objective: simulated(game, memory, episodes: 1000))
        let exact = Evaluation(solution.policy, game: game).payoff
        #expect(solution.fresh.count == 4000)
        let error = try #require(solution.fresh.standardError)
        #expect(error > 0)
        // 4.5 standard errors: a level of 7·10⁻⁶ under one fixed seed.
        #expect(abs(solution.fresh.value - exact) < 4.5 * error)
        #expect(abs(solution.optimism) < 4.5 * solution.optimismError + 0.2)
    }

    @Test("every evaluation of the search has one seed, and the judging has others")
    func seeds() throws {
        final class Seen { var seeds: [UInt64] = [] }
        let seen = Seen()
        let game = try RandomGame().game(seed: 2)
        let memory = try ControllerMemory(.stationary, game: game)
        let exact = noiseless(game, memory)
        let solution = try SearchSolver(SearchSettings(seed: 9, maximumEvaluations: 100, freshSeeds: 3)).search(
            game: game, memory: .stationary,
            objective: { strategies, seed in
                seen.seeds.append(seed)
                return try exact(strategies, seed)
            })
        #expect(seen.seeds.count == solution.evaluations)
        #expect(seen.seeds.dropLast(3).allSatisfy { $0 == 9 })
        #expect(Set(seen.seeds.suffix(3)).count == 3)
        #expect(!seen.seeds.suffix(3).contains(9))
    }

    @Test("a search that runs out of evaluations has not converged")
    func limits() throws {
        let game = try RandomGame { $0.responses = 4 }.game(seed: 2)
        let memory = try ControllerMemory(MemoryKind(observations: 1, usesTurn: false), game: game)
        let kind = memory.kind
        let objective = noiseless(game, memory)
        let settings = SearchSettings(maximumEvaluations: 100)
        let limited = try SearchSolver(settings).search(game: game, memory: kind, objective: objective)
        #expect(limited.status == .limitReached)
        #expect(limited.residual > limited.tolerance)
        let stopped = try SearchSolver(settings).search(
            game: game, memory: kind, objective: objective, control: RunControl(stop: { true }))
        #expect(stopped.status == .stopped)
        struct Mine: Error {}
        #expect(throws: Mine.self) {
            try SearchSolver(settings).search(game: game, memory: kind, objective: { _, _ in throw Mine() })
        }
        #expect(throws: SolverError.self) {
            try SearchSolver(SearchSettings(maximumEvaluations: 1)).search(
                game: game, memory: kind, objective: objective)
        }
        let large = try RandomGame { ($0.responses, $0.horizon) = (7, 8) }.game(seed: 2)
        #expect(throws: SolverError.self) {
            try SearchSolver(settings).search(game: large, memory: .lastWithTurn, objective: objective)
        }
    }
}
