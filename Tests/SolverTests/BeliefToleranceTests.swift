import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Belief planner: depth first to a tolerance")
struct BeliefToleranceTests {
    private static func definition(_ seed: UInt64) -> GameDefinition {
        RandomGame {
            ($0.horizon, $0.users, $0.states) = (Int(2 + seed % 3), Int(1 + seed % 4), Int(1 + (seed / 3) % 3))
            ($0.responses, $0.cues) = (Int(2 + seed % 2), Int(1 + (seed / 2) % 2))
            ($0.feigns, $0.usesTurn, $0.endingBias) = (seed % 2 == 0, seed % 4 < 2, -1)
        }.definition(seed: 3000 + seed)
    }

    private static func objective(_ game: Game) -> Objective {
        let share = 1 / Double(game.responses.count)
        return Objective(goal: .payoff, reference: [Double](repeating: share, count: game.responses.count))
    }

    /// A coarse table and no seeds, so that there is something left to search.
    private static func settings(gap: Double, tolerantTurns: Int) -> BeliefPlannerSettings {
        BeliefPlannerSettings(
            gap: gap, exactTurns: 1, tolerantTurns: tolerantTurns, delay: 0, typePoints: 1, gradientStarts: 0,
            plansPerTurn: 4)
    }

    @Test("the optimum lies between the bounds, and they are as close as asked", arguments: UInt64(1)...40)
    func bounds(seed: UInt64) throws {
        let definition = Self.definition(seed)
        let game = try Game(definition)
        let best = try BeliefOracle(definition, goal: .payoff).value()
        for (gap, turns) in [(0.3, 5), (1e-2, 2), (1e-2, 5), (1e-7, 3), (1e-7, 5)] {
            let solution = try BeliefPlanner(Self.settings(gap: gap, tolerantTurns: turns)).search(
                Problem(game: game, objective: Self.objective(game)))
            #expect(solution.isConverged)
            #expect(solution.gap <= gap)
            #expect(solution.value <= best + 1e-10)
            #expect(solution.bound >= best - 1e-10)
            #expect(abs(solution.claimedValue - solution.value) < 1e-10)
        }
    }

    @Test("threads change nothing but the time", arguments: [UInt64(4), 11])
    func threads(seed: UInt64) throws {
        let game = try Game(Self.definition(seed))
        let solutions = try [1, 2].map { threads in
            var settings = BeliefPlannerSettings(gap: 1e-6)
            settings.threads = threads
            return try BeliefPlanner(settings).search(Problem(game: game, objective: Self.objective(game)))
        }
        #expect(solutions[0].policy == solutions[1].policy)
        #expect(solutions[0].bound == solutions[1].bound)
        #expect(solutions[0].steps == solutions[1].steps)
    }

    @Test("a planner in a hurry skips its preparations, and its bounds hold", arguments: UInt64(1)...6)
    func hurried(seed: UInt64) throws {
        let definition = Self.definition(seed)
        let game = try Game(definition)
        let best = try BeliefOracle(definition, goal: .payoff).value()
        let solution = try BeliefPlanner(BeliefPlannerSettings(gap: 1e-6, gradientStarts: 5)).search(
            Problem(game: game, objective: Self.objective(game)), skipsPreparations: { true })
        // In a hurry from the start, the gradient method is not even begun.
        #expect(solution.finiteMemory == nil)
        #expect(solution.value <= best + 1e-10 && solution.bound >= best - 1e-10)
        #expect(solution.isConverged)
    }

    @Test("a search that is stopped on the way returns bounds that hold")
    func stops() throws {
        let definition = Self.definition(5)
        let game = try Game(definition)
        let best = try BeliefOracle(definition, goal: .payoff).value()
        let solution = try BeliefPlanner(Self.settings(gap: 1e-9, tolerantTurns: 5)).search(
            Problem(game: game, objective: Self.objective(game)), control: RunControl(stop: { true }))
        #expect(solution.status == .stopped)
        #expect(solution.value <= best + 1e-10 && solution.bound >= best - 1e-10)
    }
}
