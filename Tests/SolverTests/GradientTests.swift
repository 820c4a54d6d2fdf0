import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

/// The exact gradient against central differences, for every memory and every kind of objective.
@Suite("Exact gradient")
struct GradientTests {
    private static let kinds = [
        MemoryKind(observations: 0, usesTurn: false), MemoryKind(observations: 0, usesTurn: true),
        MemoryKind(observations: 1, usesTurn: false), MemoryKind(observations: 1, usesTurn: true),
        MemoryKind(observations: 2, usesTurn: false), MemoryKind(observations: 2, usesTurn: true), .graph,
    ]

    private static let objectives = [
        Objective(goal: .payoff, reference: [0.2, 0.5, 0.3]),
        Objective(goal: .safeOutcomes, reference: [0.2, 0.5, 0.3]),
        Objective(goal: .payoff, reference: [0.2, 0.5, 0.3], klWeight: 0.7),
    ]

    @Test("is 10^-7 relative from central differences", arguments: kinds, objectives)
    func centralDifferences(kind: MemoryKind, objective: Objective) throws {
        let family = RandomGame {
            ($0.responses, $0.states, $0.horizon) = (3, 3, 4)
            ($0.usesTurn, $0.mixesTabular) = (kind.usesTurn, true)
        }
        let game = try family.game(seed: 11)
        let controller = try Policy.random(kind, game: game, seed: 5)
        var gradient = StrategyGradient(game: game, memory: controller.memory, objective: objective)
        let exact = gradient(controller.strategies).gradient
        let scale = exact.map(abs).max() ?? 0
        #expect(scale > 0)
        let step = 1e-5
        for index in exact.indices {
            var (above, below) = (controller.strategies, controller.strategies)
            above[index] += step
            below[index] -= step
            let difference = (gradient.value(above) - gradient.value(below)) / (2 * step)
            #expect(abs(difference - exact[index]) <= 1e-7 * scale)
        }
    }

    @Test("the value is the evaluation's")
    func valueIsEvaluation() throws {
        let game = try RandomGame().game(seed: 3)
        let controller = try Policy.random(.lastWithTurn, game: game, seed: 4)
        let objective = Objective(goal: .payoff, reference: [0.5, 0.5])
        var gradient = StrategyGradient(game: game, memory: controller.memory, objective: objective)
        #expect(gradient(controller.strategies).value == Evaluation(controller, game: game).payoff)
        #expect(gradient.value(controller.strategies) == Evaluation(controller, game: game).payoff)
    }

    @Test("moving along the gradient within the simplices raises the value")
    func ascent() throws {
        let game = try RandomGame().game(seed: 8)
        let controller = try Policy.random(.stationary, game: game, seed: 4)
        let objective = Objective(goal: .safeOutcomes, reference: [0.5, 0.5])
        var gradient = StrategyGradient(game: game, memory: controller.memory, objective: objective)
        let (value, slope) = gradient(controller.strategies)
        let mean = (slope[0] + slope[1]) / 2
        let moved = zip(controller.strategies, slope).map { $0 + 1e-4 * ($1 - mean) }
        #expect(gradient.value(moved) > value)
    }
}
