import ExactEvaluation
import ExampleScenarios
import Foundation
import GameModel
import Preferences
import Scenarios
import Solver
import Testing

/// The bridge from the game to preference data: a soft-optimal policy is what its own soft labels teach.
@Suite("Data from a soft policy")
struct SoftPolicyTests {
    private static let weight = 0.2

    private func source(constrained: Bool) throws -> PreferenceSource {
        let scenario = try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml")
        var objective = scenario.objective
        objective.klWeight = Self.weight
        if !constrained { objective.constraints = [] }
        let solution = try SoftPlanner(SoftPlannerSettings(gap: 0, priceRounds: 2)).search(
            Problem(game: scenario.game, objective: objective))
        #expect(constrained || solution.status == .optimal)
        #expect(solution.violation <= 1e-6)
        return PreferenceSource(
            scenario: scenario.name, game: scenario.game, wording: scenario.wording, reference: objective.reference,
            controller: solution.policy,
            actionValues: try ActionValues(
                solution.policy, game: scenario.game, objective: objective, multipliers: solution.multipliers),
            temperature: Self.weight)
    }

    @Test("π* = π_ref exp((Q − V)/τ) at every exported prompt of the starter scenario", arguments: [false, true])
    func targetsAreThePolicy(constrained: Bool) throws {
        let source = try source(constrained: constrained)
        let nodes = try NodeSelection(count: 250).nodes(of: source)
        #expect(nodes.count == 250)
        for node in nodes {
            let values = source.actionValues.expected(
                belief: node.belief, turn: node.turn, nodes: node.nodes, controller: source.controller)
            let weights: [Double] = zip(values, source.reference.otherwise).map { $0.1 * exp($0.0 / Self.weight) }
            let soft = Self.weight * log(weights.reduce(0, +))
            for (response, share) in node.nodes.strategy(of: source.controller).enumerated() {
                let wanted = source.reference.otherwise[response] * exp((values[response] - soft) / Self.weight)
                // After the last search the prices move a hair, and a plan then answers for several beliefs at once.
                #expect(abs(share - wanted) < (constrained ? 1e-6 : 1e-10))
            }
        }
    }

    @Test("The target of every exported completion is what the policy does")
    func labels() throws {
        let source = try source(constrained: false)
        let table = try Fixture.table(source, NodeSelection(count: 120))
        // Histories with the same words are one prompt, whose values are averaged; the others show the policy itself.
        let plain = try NodeSelection(count: 120).nodes(of: source)
        #expect(table.mergedHistories == 0)
        for (prompt, node) in zip(table.prompts, plain) {
            for completion in prompt.completions {
                let share = node.nodes.strategy(of: source.controller)[completion.response]
                #expect(abs(completion.target - share) < 1e-10)
            }
        }
    }
}
