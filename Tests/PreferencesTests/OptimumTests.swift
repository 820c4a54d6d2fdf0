import ExactEvaluation
import Foundation
import GameFixtures
import GameModel
import Preferences
import Solver
import Testing

@Suite("What the data are right for")
struct OptimumTests {
    /// Minimises Σ −p log σ(β(g_c − g_r)) − (1 − p) log σ(β(g_r − g_c)) over log-ratios g, one coordinate after the other.
    ///
    /// The loss is convex and each step is Newton's along a coordinate, so this ends at the minimum.
    private func fittedLogRatios(_ rows: [PreferencePair], completions: Int, beta: Double) -> [Double] {
        var ratios = [Double](repeating: 0, count: completions)
        for _ in 0..<2000 {
            var largest = 0.0
            for index in ratios.indices {
                var (slope, curvature) = (0.0, 0.0)
                for row in rows where row.chosen == index || row.rejected == index {
                    let q = sigmoid(beta * (ratios[row.chosen] - ratios[row.rejected]))
                    slope += (row.chosen == index ? 1 : -1) * beta * (q - row.probability)
                    curvature += beta * beta * q * (1 - q)
                }
                guard curvature > 0 else { continue }
                let step = max(-1, min(1, -slope / curvature))
                ratios[index] += step
                largest = max(largest, abs(step))
            }
            if largest < 1e-13 { break }
        }
        return ratios
    }

    @Test("The exact soft DPO loss has π* as its optimum", arguments: [0.1, 0.8])
    func dpo(beta: Double) throws {
        let temperature = 0.4
        let source = try Fixture.wide(temperature: temperature, reference: [0.4, 0.3, 0.2, 0.1])
        let table = try Fixture.table(source, NodeSelection(count: 60))
        let rows = try Fixture.rows(table, LabelSettings(mode: .soft, beta: beta), temperature: temperature)
        for (_, rows) in Dictionary(grouping: rows, by: \.prompt.id) {
            let completions = rows[0].prompt.completions
            let ratios = fittedLogRatios(rows, completions: completions.count, beta: beta)
            let weights = zip(completions, ratios).map { $0.reference * exp($1) }
            let total = weights.reduce(0, +)
            for (completion, weight) in zip(completions, weights) {
                #expect(abs(weight / total - completion.target) < 1e-6)
            }
        }
    }

    @Test("At the openings the action values add up to the policy's value, exactly", arguments: 0..<12)
    func valuesAddUp(seed: Int) throws {
        let kinds = [
            MemoryKind.stationary, .lastWithTurn, MemoryKind(observations: 2, usesTurn: false),
            MemoryKind(observations: 0, usesTurn: true), .graph,
        ]
        let definition = RandomGame {
            $0.responses = 3
            $0.horizon = 4
            $0.usesTurn = seed % 2 == 0
            $0.mixesTabular = seed % 3 == 0
        }.definition(seed: UInt64(seed))
        for goal in Objective.Goal.allCases {
            let source = try Fixture.source(definition, memory: kinds[seed % kinds.count], goal: goal)
            let game = source.game
            var total = 0.0
            for cue in game.cues.indices {
                let opened = try Belief.opening(cue, game: game)
                let node = source.controller.memory.initial[cue].entries[0].node
                let values = source.actionValues.expected(belief: opened.belief, turn: 1, node: node)
                total +=
                    opened.likelihood * zip(source.controller.strategy(at: node), values).reduce(0) { $0 + $1.0 * $1.1 }
            }
            let evaluation = Evaluation(source.controller, game: game)
            #expect(abs(total - (goal == .payoff ? evaluation.payoff : evaluation.safe)) < 1e-12)
        }
    }

    @Test("From turn to turn the action values follow Bellman's equation in beliefs", arguments: 0..<6)
    func bellman(seed: Int) throws {
        let definition = RandomGame { $0.usesTurn = seed % 2 == 0 }.definition(seed: UInt64(100 + seed))
        let source = try Fixture.source(
            definition, memory: [.lastWithTurn, MemoryKind(observations: 1, usesTurn: false), .graph][seed % 3])
        let (game, memory) = (source.game, source.controller.memory)
        for here in try NodeSelection(count: 30).nodes(of: source) {
            let at = here.nodes.entries[0].node
            let values = source.actionValues.expected(belief: here.belief, turn: here.turn, node: at)
            for response in game.responses.indices {
                var expected = 0.0
                for (hidden, probability) in here.belief.probabilities.enumerated() {
                    let user = game.user(of: hidden)
                    expected += probability * game.stagePayoff[user * game.responses.count + response]
                    let row = game.row(turn: here.turn, hidden: hidden, response: response)
                    let ends = game.ending[row * game.outcomes.count..<(row + 1) * game.outcomes.count]
                    for (outcome, chance) in ends.enumerated() {
                        expected += probability * chance * game.outcomePayoff[user * game.outcomes.count + outcome]
                    }
                    if here.turn == game.horizon {
                        expected +=
                            probability * (1 - ends.reduce(0, +)) * game.discount
                            * game.outcomePayoff[user * game.outcomes.count + game.timeout]
                    }
                }
                for observation in game.observations.later where here.turn < game.horizon {
                    let likelihood = here.belief.likelihood(
                        of: observation, after: response, turn: here.turn, game: game)
                    guard likelihood > 0 else { continue }
                    let next = try here.belief.updated(
                        turn: here.turn, response: response, observation: observation, game: game)
                    let node = memory.successor(
                        of: at, after: response, observation: observation, game: game)
                    let later = source.actionValues.expected(belief: next.belief, turn: here.turn + 1, node: node)
                    expected +=
                        game.discount * likelihood
                        * zip(source.controller.strategy(at: node), later).reduce(0) { $0 + $1.0 * $1.1 }
                }
                #expect(abs(values[response] - expected) < 1e-12)
            }
        }
    }
}
