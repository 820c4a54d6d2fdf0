import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Derivatives of a policy's value in every number of its scenario")
struct ValueGradientTests {
    private func inputs(
        _ goal: Objective.Goal, seed: UInt64, klWeight: Double = 0.3, foresight: Double = 0
    ) -> GameInputs {
        GameInputs(
            definition: RandomGame {
                $0.mixesTabular = true
                $0.users = 3
                $0.states = 3
                $0.responses = 3
                $0.horizon = 4
                $0.foresight = foresight
                $0.usesTurn = seed % 2 == 0
            }.definition(seed: seed),
            objective: Objective(
                goal: goal, reference: [0.5, 0.25, 0.25], klWeight: klWeight,
                constraints: [OutcomeConstraint(user: 1, outcome: 0, atMost: 0.25)]))
    }

    private func controller(_ game: Game, seed: UInt64) throws -> Policy {
        // Even seeds remember what they said themselves.
        try .random(seed % 2 == 0 ? .graph : .lastWithTurn, game: game, seed: seed)
    }

    /// The derivative by central differences of a function of the inputs.
    private func difference(
        _ parameter: Parameter, _ inputs: GameInputs, _ function: (GameInputs) throws -> Double
    ) throws -> Double? {
        let value = try #require(inputs[parameter])
        let step = 1e-5
        if case .foresight = parameter.location, value == 0 {
            // From the right: there is no negative foresight.
            let values = try [0, 1, 2, 3].map { try function(inputs.setting(parameter, to: Double($0) * 1e-4)) }
            return (-11 * values[0] + 18 * values[1] - 9 * values[2] + 2 * values[3]) / 6e-4
        }
        guard let low = try? inputs.setting(parameter, to: value - step),
            let high = try? inputs.setting(parameter, to: value + step)
        else { return nil }
        return try (function(high) - function(low)) / (2 * step)
    }

    private func lagrangian(
        _ inputs: GameInputs, _ strategies: Policy, price: Double
    ) throws -> Double {
        let game = try inputs.game()
        let evaluation = Evaluation(strategies, game: game, reference: inputs.objective.reference)
        let goal = inputs.objective.goal == .payoff ? evaluation.payoff : evaluation.safe
        let constraint = inputs.objective.constraints[0]
        return goal - inputs.objective.klWeight * evaluation.divergence - price * evaluation.excess(constraint)
    }

    @Test(
        "Every derivative of the value equals central differences",
        arguments: [Objective.Goal.payoff, .safeOutcomes], [(UInt64(3), 0.0), (8, 0), (3, 0.7), (8, 0.7)])
    func value(goal: Objective.Goal, setting: (seed: UInt64, foresight: Double)) throws {
        let seed = setting.seed
        let inputs = inputs(goal, seed: seed, foresight: setting.foresight)
        let policy = try controller(inputs.game(), seed: seed)
        let gradient = try ValueGradient.ofValue(policy, inputs: inputs, multipliers: [0.7])
        var compared = 0
        for (parameter, derivative) in gradient.entries {
            guard let expected = try difference(parameter, inputs, { try lagrangian($0, policy, price: 0.7) }) else {
                continue
            }
            let found = try #require(derivative, "\(parameter)")
            #expect(abs(found - expected) <= 2e-7 * max(1, abs(expected)), "\(parameter): \(found), not \(expected)")
            compared += 1
        }
        #expect(compared > 150)
    }

    @Test(
        "Every derivative of an action value after a history equals central differences", arguments: [UInt64(5), 6],
        [0.0, 0.7])
    func response(seed: UInt64, foresight: Double) throws {
        let inputs = inputs(.payoff, seed: seed, foresight: foresight)
        let game = try inputs.game()
        let policy = try controller(game, seed: seed)
        let later = Array(game.observations.later)
        let history = History(
            cue: 1,
            steps: [
                History.Step(response: 2, observation: later[1]), History.Step(response: 0, observation: later[2]),
            ])
        let gradient = try ValueGradient.ofResponse(
            1, after: history, controller: policy, inputs: inputs, multipliers: [0.7])
        func actionValue(_ inputs: GameInputs) throws -> Double {
            let game = try inputs.game()
            let reactions = ReactionTables(game: game, controller: policy)
            let belief = try #require(try history.beliefs(in: game, reactions: reactions).last).belief
            let values = try ActionValues(policy, game: game, objective: inputs.objective, multipliers: [0.7])
            let node = try history.node(in: policy.memory, game: game)
            return values.expected(belief: belief, turn: history.turn, node: node)[1]
        }
        var compared = 0
        for (parameter, derivative) in gradient.entries {
            // The price per conversation of a type is μ / prior: it changes with the prior, which a held price does not.
            if case .prior = parameter.location { continue }
            guard let expected = try difference(parameter, inputs, actionValue) else { continue }
            let found = try #require(derivative, "\(parameter)")
            #expect(abs(found - expected) <= 2e-7 * max(1, abs(expected)), "\(parameter): \(found), not \(expected)")
            compared += 1
        }
        #expect(compared > 150)
    }

    /// The same game without the users whom the constraint is on, or hardly any of them.
    private func rare(_ inputs: GameInputs, prior: Double) -> GameInputs {
        var rare = inputs
        let rest = 1 - rare.definition.users[1].prior
        for user in rare.definition.users.indices { rare.definition.users[user].prior *= (1 - prior) / rest }
        rare.definition.users[1].prior = prior
        return rare
    }

    @Test(
        "Where a limit is on a type that never comes, derivatives and explained values carry its price",
        arguments: [UInt64(5), 6], [0.0, 0.7])
    func rareTypes(seed: UInt64, foresight: Double) throws {
        let inputs = rare(inputs(.payoff, seed: seed, foresight: foresight), prior: 0)
        let game = try inputs.game()
        let policy = try controller(game, seed: seed)
        let later = Array(game.observations.later)
        let history = History(
            cue: 1,
            steps: [
                History.Step(response: 2, observation: later[1]), History.Step(response: 0, observation: later[2]),
            ])
        func actionValues(_ inputs: GameInputs, price: Double) throws -> [Double] {
            let game = try inputs.game()
            let reactions = ReactionTables(game: game, controller: policy)
            let belief = try #require(try history.beliefs(in: game, reactions: reactions).last).belief
            let values = try ActionValues(policy, game: game, objective: inputs.objective, multipliers: [price])
            return values.expected(belief: belief, turn: 3, node: try history.node(in: policy.memory, game: game))
        }
        let priced = try actionValues(inputs, price: 0.7)
        let free = try actionValues(inputs, price: 0)
        #expect(zip(priced, free).allSatisfy { $0 < $1 - 1e-4 })
        // Hardly any of them: the price per conversation is 10⁶ times as large, and the sum the same.
        let few = try actionValues(rare(inputs, prior: 1e-6), price: 0.7)
        for response in priced.indices { #expect(abs(priced[response] - few[response]) < 1e-4) }
        let explanation = try Explanation(policy, after: history, inputs: inputs, multipliers: [0.7])
        for candidate in explanation.candidates {
            #expect(abs(candidate.value - priced[candidate.response]) < 1e-12)
        }
        let gradient = try ValueGradient.ofResponse(
            1, after: history, controller: policy, inputs: inputs, multipliers: [0.7])
        var compared = 0
        for (parameter, derivative) in gradient.entries {
            if case .prior = parameter.location { continue }
            guard let expected = try difference(parameter, inputs, { try actionValues($0, price: 0.7)[1] }) else {
                continue
            }
            let found = try #require(derivative, "\(parameter)")
            #expect(abs(found - expected) <= 2e-7 * max(1, abs(expected)), "\(parameter): \(found), not \(expected)")
            compared += 1
        }
        #expect(compared > 150)
    }
}
