import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

/// The KL term: its limits are the reference and the free optimum.
@Suite("KL-regularised solving")
struct RegularisedTests {
    private static let reference = [0.2, 0.3, 0.5]

    private func solve(_ game: Game, weight: Double) throws -> GradientResult {
        try GradientSolver(GradientSolverSettings(starts: 3)).search(
            Problem(game: game, objective: Objective(goal: .payoff, reference: Self.reference, klWeight: weight)),
            memory: .lastWithTurn)
    }

    @Test("a large weight returns the reference")
    func large() throws {
        let game = try RandomGame { $0.responses = 3 }.game(seed: 2)
        let solution = try solve(game, weight: 1e5)
        #expect(solution.status == .converged)
        for node in 0..<solution.policy.memory.nodeCount {
            for (found, wanted) in zip(solution.policy.strategy(at: node), Self.reference) {
                #expect(abs(found - wanted) < 1e-3)
            }
        }
    }

    @Test("a small weight costs little against the free optimum, and less weight never costs more")
    func small() throws {
        let game = try RandomGame { $0.responses = 3 }.game(seed: 2)
        let free = try solve(game, weight: 0).value
        let values = try [1.0, 0.1, 0.01].map { try solve(game, weight: $0).value }
        #expect(values[0] <= values[1] + 1e-9 && values[1] <= values[2] + 1e-9 && values[2] <= free + 1e-9)
        #expect(free - values[2] < 0.1)
    }

    @Test("a response the reference never gives stays out of play")
    func outOfPlay() throws {
        let game = try RandomGame { $0.responses = 3 }.game(seed: 6)
        let solution = try GradientSolver(GradientSolverSettings(starts: 3)).search(
            Problem(game: game, objective: Objective(goal: .payoff, reference: [0.4, 0, 0.6], klWeight: 0.1)),
            memory: .lastWithTurn)
        for node in 0..<solution.policy.memory.nodeCount {
            #expect(Array(solution.policy.strategy(at: node))[1] == 0)
        }
        #expect(solution.evaluation.divergence.isFinite)
    }

    @Test("at the optimum each node answers softly to its own action values", arguments: [0.2, 1.0])
    func softResponse(weight: Double) throws {
        let game = try RandomGame { ($0.responses, $0.horizon, $0.discount) = (3, 2, 1) }.game(seed: 4)
        let solution = try solve(game, weight: weight)
        let objective = Objective(goal: .payoff, reference: Self.reference, klWeight: weight)
        let values = try ActionValues(solution.policy, game: game, objective: objective, multipliers: [])
        for cue in game.cues.indices {
            let belief = try Belief.opening(cue, game: game).belief
            let node = solution.policy.memory.initial[cue].entries[0].node
            let q = values.expected(belief: belief, turn: 1, node: node)
            let strategy = Array(solution.policy.strategy(at: node))
            // π ∝ π_ref exp(Q/τ): the log ratios to the reference differ as the action values do.
            for response in 1..<3 {
                let odds = (strategy[response] / Self.reference[response]) / (strategy[0] / Self.reference[0])
                let wanted = power((q[response] - q[0]) / weight)
                #expect(abs(odds - wanted) < 1e-4 * max(1, wanted))
            }
        }
    }

    /// e^x by its series on a reduced argument, so that the test needs no mathematics library.
    private func power(_ x: Double) -> Double {
        let reduced = x / 1024
        var (term, sum) = (1.0, 1.0)
        for n in 1...12 {
            term *= reduced / Double(n)
            sum += term
        }
        return (0..<10).reduce(sum) { value, _ in value * value }
    }
}
