import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Solver
import Synchronization
import Testing

/// A game too large to be solved in a moment.
private func large(horizon: Int = 8) throws -> Game {
    try RandomGame {
        ($0.users, $0.states, $0.responses, $0.continuing, $0.ending, $0.cues) = (3, 4, 7, 5, 4, 1)
        ($0.features, $0.horizon, $0.feigns, $0.discount) = (5, horizon, false, 1)
        ($0.endingBias, $0.payoffs, $0.isTabular) = (-2, -25...10, true)
    }.game(seed: 1)
}

private func objective(_ game: Game) -> Objective {
    let share = 1 / Double(game.responses.count)
    return Objective(goal: .payoff, reference: [Double](repeating: share, count: game.responses.count))
}

@Suite("Belief planner: limits and policies")
struct BeliefLimitTests {
    @Test("stops when memory is full and says so")
    func memoryLimit() throws {
        let game = try large()
        let solution = try BeliefPlanner(
            BeliefPlannerSettings(gap: 0, memoryMebibytes: 4, delay: 1, finishesDepthFirst: false)
        ).search(Problem(game: game, objective: objective(game)))
        #expect(solution.status == .memoryLimit)
        #expect(solution.isMemoryFull)
        #expect(solution.value < solution.bound)
        #expect(abs(solution.claimedValue - solution.value) < 1e-10)
        #expect(solution.bytes == 4 << 20)
    }

    @Test("goes on depth first in little memory and still finds the optimum")
    func finishesInLittleMemory() throws {
        let game = try large(horizon: 6)
        let ample = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(
            Problem(game: game, objective: objective(game)))
        let tight = try BeliefPlanner(BeliefPlannerSettings(gap: 0, memoryMebibytes: 4, delay: 1))
            .search(Problem(game: game, objective: objective(game)))
        #expect(ample.status == .optimal)
        #expect(!ample.isMemoryFull)
        #expect(tight.isMemoryFull)
        #expect(tight.status == .optimal)
        #expect(abs(ample.value - tight.value) < 1e-9)
    }

    @Test("plans that no policy uses take nothing from the policy", arguments: [8, 16])
    func unusedPlans(memory: Int) throws {
        let game = try large(horizon: 6)
        let ample = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(
            Problem(game: game, objective: objective(game)))
        // Coarse bounds: the search makes many times as many plans as its policy has nodes.
        let settings = BeliefPlannerSettings(gap: 0, memoryMebibytes: memory, delay: 0, plansPerTurn: 4)
        let solution = try BeliefPlanner(settings).search(Problem(game: game, objective: objective(game)))
        #expect(solution.status == .optimal)
        #expect(abs(ample.value - solution.value) < 1e-9)
    }

    @Test("stops when asked to and says so", arguments: [0, 1, 50])
    func stops(after polls: Int) throws {
        let game = try large()
        let count = Atomic(0)
        let solution = try BeliefPlanner(BeliefPlannerSettings(gap: 0, delay: 0)).search(
            Problem(game: game, objective: objective(game)), skipsPreparations: { false },
            control: RunControl(stop: {
                count.add(1, ordering: .relaxed).newValue > polls
            }))
        #expect(solution.status == .stopped)
        #expect(solution.steps == polls)
        #expect(solution.value <= solution.bound)
        #expect(abs(solution.claimedValue - solution.value) < 1e-10)
    }

    @Test("reaches a gap that was asked for and says so")
    func gap() throws {
        let game = try large(horizon: 5)
        let solution = try BeliefPlanner(BeliefPlannerSettings(gap: 0.1, delay: 0))
            .search(Problem(game: game, objective: objective(game)))
        #expect(solution.status == .gapReached)
        #expect(solution.gap <= 0.1 && solution.gap > 0)
    }

    @Test("returns a policy that simulation values alike", arguments: [UInt64(2), 5, 8])
    func simulationAgrees(seed: UInt64) throws {
        let game = try RandomGame { ($0.horizon, $0.usesTurn) = (4, true) }.game(seed: seed)
        let solution = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(
            Problem(game: game, objective: objective(game)))
        let simulation = Rollouts(
            game: game, policies: [solution.policy], settings: .init(episodes: 200_000, seed: seed))
        let estimate = try simulation.run().tallies[0].payoff
        let (mean, error) = (try #require(estimate?.value), try #require(estimate?.standardError))
        #expect(abs(mean - solution.value) <= 4.5 * error)
    }

    @Test("returns the same policy every time")
    func isDeterministic() throws {
        let game = try large(horizon: 5)
        let solutions = try (0..<2).map { _ in
            try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(Problem(game: game, objective: objective(game)))
        }
        #expect(solutions[0] == solutions[1])
    }
}
