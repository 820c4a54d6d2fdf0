import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

/// Action values and bounds against the policies they speak of.
@Suite("Action values and bounds")
struct ActionValueTests {
    @Test("averaged over openings and strategies they are the payoff", arguments: [UInt64](1...6))
    func averageIsPayoff(seed: UInt64) throws {
        let game = try RandomGame { $0.usesTurn = seed % 2 == 0 }.game(seed: seed)
        let controller = try Policy.random(.lastWithTurn, game: game, seed: seed)
        for goal in Objective.Goal.allCases {
            let objective = Objective(goal: goal, reference: [0.5, 0.5])
            let values = try ActionValues(controller, game: game, objective: objective, multipliers: [])
            var mean = 0.0
            for cue in game.cues.indices {
                let opened = try Belief.opening(cue, game: game)
                let node = controller.memory.initial[cue].entries[0].node
                let q = values.expected(belief: opened.belief, turn: 1, node: node)
                mean += opened.likelihood * zip(q, controller.strategy(at: node)).reduce(0) { $0 + $1.0 * $1.1 }
            }
            let evaluation = Evaluation(controller, game: game)
            #expect(abs(mean - (goal == .payoff ? evaluation.payoff : evaluation.safe)) < 1e-12)
        }
    }

    @Test(
        "those of the openings alone are the same, to the bit, whatever the policy gives later",
        arguments: [UInt64](1...6))
    func openings(seed: UInt64) throws {
        let game = try RandomGame {
            ($0.horizon, $0.responses, $0.mixesTabular, $0.usesTurn) = (4, 4, true, seed % 2 == 0)
        }.game(seed: seed)
        let objective = Objective(
            goal: .payoff, reference: [Double](repeating: 0.25, count: 4), klWeight: 0.1,
            constraints: [OutcomeConstraint(user: 1, outcome: 0, atMost: 0.25)])
        for kind in [MemoryKind.graph, .lastWithTurn, MemoryKind(observations: 0, usesTurn: false)] {
            let mixed = try Policy.random(kind, game: game, seed: seed)
            // One response a node, as solvers find them: three of four are never given.
            let rows = (0..<mixed.memory.nodeCount).flatMap { node in
                (0..<4).map { $0 == (node + Int(seed)) % 4 ? 1.0 : 0 }
            }
            for policy in [mixed, try Policy(memory: mixed.memory, strategies: rows, game: game)] {
                let whole = try ActionValues(policy, game: game, objective: objective, multipliers: [0.7])
                let first = try ActionValues(openingsOf: policy, game: game, objective: objective, multipliers: [0.7])
                for cue in game.cues.indices {
                    let belief = try Belief.opening(cue, game: game).belief
                    for entry in policy.memory.initial[cue].entries {
                        #expect(
                            first.expected(belief: belief, turn: 1, node: entry.node)
                                == whole.expected(belief: belief, turn: 1, node: entry.node))
                    }
                }
            }
        }
    }

    @Test("later values are counted from their turn on, without the discounts before it")
    func countedFromTheTurn() throws {
        let definition = RandomGame { ($0.discount, $0.horizon) = (0.5, 3) }.definition(seed: 2)
        var last = definition
        last.horizon = 1
        let (game, short) = (try Game(definition), try Game(last))
        let objective = Objective(goal: .payoff, reference: [0.5, 0.5])
        let kind = MemoryKind(observations: 0, usesTurn: true)
        let long = try ActionValues(
            .random(kind, game: game, seed: 1), game: game, objective: objective, multipliers: [])
        let one = try ActionValues(
            .random(kind, game: short, seed: 1), game: short, objective: objective, multipliers: [])
        let belief = try Belief.opening(0, game: game).belief
        let (found, wanted) = (
            long.expected(belief: belief, turn: 3, node: 2), one.expected(belief: belief, turn: 1, node: 0)
        )
        for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 1e-12) }
    }

    @Test("no policy exceeds the fast informed bound", arguments: [UInt64](1...10))
    func boundHolds(seed: UInt64) throws {
        let game = try RandomGame { ($0.horizon, $0.responses, $0.mixesTabular) = (3, 3, true) }.game(seed: seed)
        for goal in Objective.Goal.allCases {
            let bound = FastInformedBound.value(game: game, goal: goal)
            let objective = Objective(goal: goal, reference: [0.2, 0.3, 0.5])
            for kind in [MemoryKind.lastWithTurn, MemoryKind(observations: 2, usesTurn: true)] {
                let best = try GradientSolver(GradientSolverSettings(starts: 3)).search(
                    Problem(game: game, objective: objective), memory: kind)
                #expect(best.value <= bound + 1e-12)
                #expect(best.gap >= -1e-12)
            }
        }
    }

    @Test("the bound is met where there is nothing to know")
    func boundIsTight() throws {
        let game = try RandomGame { ($0.users, $0.states, $0.cues) = (1, 1, 1) }.game(seed: 3)
        let objective = Objective(goal: .payoff, reference: [0.5, 0.5])
        let solution = try GradientSolver().search(
            Problem(game: game, objective: objective), memory: MemoryKind(observations: 0, usesTurn: true))
        #expect(abs(solution.gap) < 1e-12)
    }
}
