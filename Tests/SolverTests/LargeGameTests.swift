import Conformance
import GameFixtures
import GameModel
import Solver
import Testing

/// Games whose beliefs take so long that several leaves are looked into at a time, and rounds of plans begin within seconds.
@Suite("Belief planner: games a size larger")
struct LargeGameTests {
    private func objective(_ game: Game) -> Objective {
        let share = 1 / Double(game.responses.count)
        return Objective(goal: .payoff, reference: [Double](repeating: share, count: game.responses.count))
    }

    /// 8 types × 6 states × 24 responses × 10 reactions × 12 turns.
    private func large(seed: UInt64) throws -> Game {
        try RandomGame {
            ($0.users, $0.states, $0.responses, $0.horizon) = (8, 6, 24, 12)
            ($0.continuing, $0.ending, $0.feigns, $0.cues, $0.features, $0.endingBias) = (5, 5, false, 3, 4, -1)
        }.game(seed: seed)
    }

    @Test("threads change nothing, with rounds of plans and several leaves at a time")
    func threads() throws {
        let game = try large(seed: 1)
        let found = try [1, 2, 3].map { threads in
            try BeliefPlanner(
                BeliefPlannerSettings(maximumSteps: 6000, typePoints: 40, gradientStarts: 0, threads: threads)
            ).search(Problem(game: game, objective: objective(game)))
        }
        for other in found.dropFirst() {
            #expect(other.solution.policy == found[0].solution.policy)
            #expect(other.value == found[0].value && other.bound == found[0].bound && other.steps == found[0].steps)
        }
        // The search counts every belief that it looks into, also those that it looks into together.
        #expect(found[0].steps == 6000)
    }

    /// 5 types × 5 states × 12 responses × 8 reactions: beliefs of some ten microseconds, of which a hundred are looked into at a time.
    private func cheap(turns: Int, seed: UInt64) -> GameDefinition {
        RandomGame {
            ($0.users, $0.states, $0.responses, $0.horizon) = (5, 5, 12, turns)
            ($0.continuing, $0.ending, $0.feigns, $0.cues, $0.features, $0.endingBias) = (4, 4, false, 3, 4, -1)
        }.definition(seed: seed)
    }

    @Test("threads change nothing where beliefs are settled among those that are looked into")
    func threadsAndSearches() throws {
        let game = try Game(cheap(turns: 10, seed: 1))
        let found = try [1, 2].map { threads in
            try BeliefPlanner(
                BeliefPlannerSettings(
                    maximumSteps: 6000, typePoints: 70, gradientStarts: 0, threads: threads)
            ).search(Problem(game: game, objective: objective(game)))
        }
        #expect(found[1].solution.policy == found[0].solution.policy)
        #expect(found[1].value == found[0].value && found[1].bound == found[0].bound)
        #expect(found[0].steps == found[1].steps && found[0].exactSteps == found[1].exactSteps)
        let (settled, gap, error) = (found[0].exactSteps, found[0].gap, found[0].value - found[0].claimedValue)
        #expect(settled > 100 && abs(error) < 1e-9 && gap >= 0 && gap < 0.05, "\(settled), \(error), \(gap)")
    }

    @Test("6000 beliefs are enough for 0.03, and the policy is worth what is claimed", arguments: UInt64(1)...2)
    func gap(seed: UInt64) throws {
        let game = try large(seed: seed)
        let found = try BeliefPlanner(
            BeliefPlannerSettings(maximumSteps: 6000, typePoints: 120, gradientStarts: 0, threads: 2)
        ).search(Problem(game: game, objective: objective(game)))
        #expect(found.gap < 0.03 && found.gap >= 0)
        #expect(abs(found.value - found.claimedValue) < 1e-9)
    }

    @Test(
        "several leaves at a time find what tree recursion finds",
        arguments: [(1, false), (2, false), (3, false), (1, true)])
    func oracle(seed: UInt64, isCheap: Bool) throws {
        // Many responses, so that a belief takes long, and few turns, so that the plain recursion ends.
        let definition =
            isCheap
            ? cheap(turns: 3, seed: seed)
            : RandomGame {
                ($0.users, $0.states, $0.responses, $0.horizon) = (20, 4, 24, 3)
                ($0.continuing, $0.ending, $0.feigns, $0.cues, $0.features, $0.endingBias) = (3, 2, false, 1, 3, -1)
            }.definition(seed: seed)
        let game = try Game(definition)
        let best = try BeliefOracle(definition, goal: .payoff).value()
        for (points, turns) in [(20, 1), (210, 1), (210, 2)] {
            let found = try BeliefPlanner(
                BeliefPlannerSettings(
                    gap: 0, exactTurns: turns, typePoints: points, gradientStarts: 0, threads: 2)
            ).search(Problem(game: game, objective: objective(game)))
            #expect(found.status == .optimal)
            #expect(abs(found.value - best) < 1e-10 && found.bound >= best - 1e-10)
        }
    }
}
