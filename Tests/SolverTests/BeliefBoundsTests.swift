import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Bounds that searches share")
struct BeliefBoundsTests {
    @Test("A search finds bit by bit what it finds alone, after games with other priors, payoffs and horizons")
    func sameAnswers() throws {
        let bounds = BeliefBounds()
        let planner = BeliefPlanner(BeliefPlannerSettings(gap: 0.05, gradientStarts: 0))
        var openings: Set<[Double]> = []
        for (seed, horizon, prior, payoff) in [
            (UInt64(3), 4, 0.2, 1.0), (3, 4, 0.7, 1.0), (3, 4, 0.7, -2.0), (3, 3, 0.7, -2.0), (5, 3, 0.7, -2.0),
            (3, 4, 0.2, 1.0),
        ] {
            var definition = RandomGame {
                $0.users = 2
                $0.states = 2
                $0.responses = 3
                $0.horizon = horizon
            }.definition(seed: seed)
            definition.users[0].prior = prior
            definition.users[1].prior = 1 - prior
            definition.users[1].outcomePayoff[0] = payoff
            let game = try Game(definition)
            let objective = Objective(goal: .payoff, reference: [1.0 / 3, 1.0 / 3, 1.0 / 3])
            let alone = try planner.search(Problem(game: game, objective: objective))
            let shared = try planner.search(
                Problem(game: game, objective: objective), seeds: [], bounds: bounds,
                control: RunControl(stop: { false }))
            #expect(alone.value == shared.value && alone.bound == shared.bound)
            #expect(alone.steps == shared.steps && alone.informedBound == shared.informedBound)
            openings.insert([alone.value, alone.bound])
        }
        #expect(openings.count == 5)
    }
}
