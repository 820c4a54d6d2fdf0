import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

/// Games at the limits of what a game may be: no product of sizes overflows, and no method falls over its own tables.
@Suite("Solvers at the limits of a game's size")
struct SizeLimitTests {
    private static func objective(_ game: Game) -> Objective {
        let share = 1 / Double(game.responses.count)
        return Objective(goal: .payoff, reference: [Double](repeating: share, count: game.responses.count))
    }

    /// A game of one type, and the same with the type split into many that do not differ.
    private static func split(into count: Int) throws -> (one: Game, many: Game) {
        var definition = RandomGame { ($0.users, $0.states, $0.horizon, $0.cues) = (1, 2, 3, 1) }.definition(seed: 4)
        let one = try Game(definition)
        let type = definition.users[0]
        definition.users = (0..<count).map { index in
            UserType(
                name: "user\(index)", prior: index == 0 ? 1 - Double(count - 1) / Double(count) : 1 / Double(count),
                initialState: type.initialState, cues: type.cues, outcomePayoff: type.outcomePayoff,
                exposure: type.exposure, agent: type.agent)
        }
        return (one, try Game(definition))
    }

    @Test(
        "Types that do not differ change no optimum, however many there are", arguments: [2, 61, 62, 63, 64, 128, 255])
    func manyTypes(count: Int) throws {
        let (one, many) = try Self.split(into: count)
        let settings = BeliefPlannerSettings(gap: 0, typePoints: 300, gradientStarts: 1)
        let expected = try BeliefPlanner(settings).search(Problem(game: one, objective: Self.objective(one)))
        let found = try BeliefPlanner(settings).search(Problem(game: many, objective: Self.objective(many)))
        #expect(found.status == .optimal)
        #expect(abs(found.value - expected.value) < 1e-9)
        var soft = Self.objective(many)
        soft.klWeight = 0.3
        var softOne = Self.objective(one)
        softOne.klWeight = 0.3
        let first = try SoftPlanner().search(Problem(game: one, objective: softOne))
        let second = try SoftPlanner().search(Problem(game: many, objective: soft))
        #expect(abs(first.value - second.value) < 2e-4)
    }

    @Test(
        "A memory of as many observations as there are turns is solved by its gradient and explained by its values",
        arguments: [(2, 2), (3, 2), (3, 3), (1, 1), (2, 1)])
    func longMemory(observations: Int, horizon: Int) throws {
        for foresight in [0.0, 0.4] {
            let game = try RandomGame { ($0.horizon, $0.users, $0.foresight) = (horizon, 2, foresight) }.game(seed: 8)
            let objective = Self.objective(game)
            let settings = GradientSolverSettings(starts: 6, perturbations: 2)
            let free = try GradientSolver(settings).search(
                Problem(game: game, objective: objective),
                memory: MemoryKind(observations: observations, usesTurn: false))
            let turn = try GradientSolver(settings).search(
                Problem(game: game, objective: objective),
                memory: MemoryKind(observations: observations, usesTurn: true))
            #expect(free.value <= free.bound + 1e-9)
            // Such a memory tells the turn by how much it remembers.
            #expect(abs(free.value - turn.value) < 1e-3, "\(free.value), \(turn.value)")
            let values = try ActionValues(free.policy, game: game, objective: objective, multipliers: [])
            #expect(values.isSound(for: game))
        }
    }

    @Test("A search by the gradient that no machine has the memory for is refused with its size")
    func hugeController() throws {
        let game = try RandomGame {
            ($0.users, $0.states, $0.responses, $0.continuing, $0.ending) = (40, 50, 2, 30, 1)
            ($0.cues, $0.horizon, $0.feigns) = (10, 1000, false)
        }.game(seed: 1)
        #expect(throws: SolverError.self) {
            try GradientSolver(GradientSolverSettings(starts: 1)).search(
                Problem(game: game, objective: Self.objective(game)), memory: .lastWithTurn)
        }
    }
}

extension ActionValues {
    /// Whether every opening has finite values.
    fileprivate func isSound(for game: Game) -> Bool {
        game.cues.indices.allSatisfy { cue in
            guard let belief = try? Belief.opening(cue, game: game).belief else { return true }
            return expected(belief: belief, turn: 1, node: cue).allSatisfy(\.isFinite)
        }
    }
}

@Suite("Searches without time or memory")
struct HurriedSearchTests {
    private static func game() throws -> Game {
        try RandomGame {
            ($0.users, $0.states, $0.responses, $0.continuing, $0.ending, $0.cues) = (3, 3, 4, 3, 2, 1)
            ($0.horizon, $0.discount) = (4, 1)
        }.game(seed: 6)
    }

    private static func objective(_ game: Game, tau: Double = 0) -> Objective {
        let share = 1 / Double(game.responses.count)
        return Objective(
            goal: .payoff, reference: [Double](repeating: share, count: game.responses.count), klWeight: tau)
    }

    @Test("A search that is over before it begins has bounds that hold and a policy that is worth what it says")
    func over() throws {
        let game = try Self.game()
        let objective = Self.objective(game)
        let optimum = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(Problem(game: game, objective: objective))
        #expect(optimum.status == .optimal)
        let hurried = try BeliefPlanner().search(
            Problem(game: game, objective: objective), control: RunControl(stop: { true }))
        #expect(hurried.status == .stopped)
        #expect(hurried.bound >= optimum.value - 1e-9)
        #expect(hurried.value <= optimum.value + 1e-9)
        #expect(abs(hurried.value - Evaluation(hurried.policy, game: game).payoff) < 1e-12)
    }

    @Test("The same of soft planning")
    func overSoft() throws {
        let game = try Self.game()
        let objective = Self.objective(game, tau: 0.4)
        let optimum = try SoftPlanner(SoftPlannerSettings(gap: 1e-9)).search(Problem(game: game, objective: objective))
        let hurried = try SoftPlanner().search(
            Problem(game: game, objective: objective), control: RunControl(stop: { true }))
        #expect(hurried.status == .stopped)
        #expect(hurried.bound >= optimum.value - 1e-9)
        #expect(hurried.value <= optimum.bound + 1e-9)
    }

    @Test("The informed bound in a hurry is looser and holds", arguments: [UInt64(1), 2, 3])
    func informedBound(seed: UInt64) throws {
        let game = try RandomGame { ($0.users, $0.states, $0.responses) = (2, 3, 3) }.game(seed: seed)
        let bound = FastInformedBound.value(game: game, goal: .payoff)
        let hurried = FastInformedBound.value(game: game, goal: .payoff, shouldStop: { true })
        #expect(hurried >= bound - 1e-12)
        let optimum = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(
            Problem(game: game, objective: Self.objective(game)))
        #expect(bound >= optimum.value - 1e-12)
    }

    @Test("Little memory leaves a search smaller, never wrong", arguments: [2, 3, 8])
    func littleMemory(mebibytes: Int) throws {
        let game = try Self.game()
        let objective = Self.objective(game)
        let optimum = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(Problem(game: game, objective: objective))
        let tight = try BeliefPlanner(BeliefPlannerSettings(gap: 0, memoryMebibytes: mebibytes)).search(
            Problem(game: game, objective: objective))
        #expect(tight.bytesUsed <= mebibytes << 20)
        #expect(tight.bound >= optimum.value - 1e-9)
        #expect(tight.value <= optimum.value + 1e-9)
    }
}
