import GameFixtures
import GameModel
import Solver
import Testing

/// What a newcomer found at the edges: more responses than plans are kept, payoffs that are large beside their differences, policies that would
/// take more memory than there is.
@Suite("Belief planner: many responses, last turns, rounding")
struct BeliefEdgeTests {
    private func problem(_ game: Game) -> Problem {
        let share = 1 / Double(game.responses.count)
        return Problem(
            game: game,
            objective: Objective(goal: .payoff, reference: [Double](repeating: share, count: game.responses.count)))
    }

    private func definition(
        responses: Int, horizon: Int, users: Int = 5, states: Int = 3, payoffs: ClosedRange<Double> = -5...3,
        seed: UInt64
    ) -> GameDefinition {
        RandomGame {
            ($0.users, $0.states, $0.responses, $0.horizon) = (users, states, responses, horizon)
            ($0.continuing, $0.ending, $0.feigns, $0.cues, $0.features, $0.endingBias) = (3, 2, false, 3, 4, -1)
            ($0.payoffs, $0.isTabular) = (payoffs, true)
        }.definition(seed: seed)
    }

    @Test(
        "In the last turn every response is known, however few plans are kept", arguments: [1, 2], UInt64(1)...4)
    func lastTurn(horizon: Int, seed: UInt64) throws {
        let definition = definition(responses: 60, horizon: horizon, seed: seed)
        let game = try Game(definition)
        let best = try BeliefOracle(definition, goal: .payoff).value()
        for plans in [4, 32] {
            let found = try BeliefPlanner(
                BeliefPlannerSettings(
                    gap: 0, exactTurns: 1, tolerantTurns: 0, gradientStarts: 0, plansPerTurn: plans)
            ).search(problem(game))
            #expect(found.status == .optimal)
            #expect(abs(found.value - best) < 1e-10 && abs(found.bound - best) < 1e-10)
        }
    }

    @Test(
        "Gaps of a few units in the last place are rounding, also where payoffs are all but equal",
        arguments: [1.0, 1e12])
    func rounding(payoff: Double) throws {
        for seed in UInt64(1)...3 {
            let game = try Game(definition(responses: 6, horizon: 3, payoffs: payoff...payoff, seed: seed))
            let found = try BeliefPlanner(BeliefPlannerSettings(gradientStarts: 0)).search(problem(game))
            let (status, gap) = (found.status, found.gap)
            #expect(status == .optimal || status == .gapReached)
            #expect(abs(gap) <= max(1e-4, 1e-13 * payoff))
        }
    }

    @Test("A policy that would be too large is made of fewer plans")
    func merging() throws {
        let game = try RandomGame {
            ($0.users, $0.states, $0.responses, $0.horizon) = (3, 3, 300, 10)
            ($0.continuing, $0.ending, $0.feigns, $0.cues, $0.features, $0.endingBias) = (4, 2, false, 3, 3, -2)
        }.game(seed: 22)
        let mebibytes = 32
        let found = try BeliefPlanner(BeliefPlannerSettings(memoryMebibytes: mebibytes, gradientStarts: 0)).search(
            problem(game), control: RunControl(within: .seconds(3)))
        let (value, claimed, nodes) = (found.value, found.claimedValue, found.solution.policy.memory.nodeCount)
        // Action values and continuations of a node alone take so much.
        let least = 16 * game.hiddenCount * game.responses.count
        #expect(nodes * least <= mebibytes << 20 / 4 * 3, "\(nodes) nodes")
        #expect(abs(value - claimed) < 1e-9 && value <= found.bound)
    }
}
