import GameFixtures
import GameModel
import Interchange
import Solver
import UserAgents

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a game tree must give, from beliefs alone: it knows nothing of trees.
struct TreeOracle {
    let game: Game

    /// The strategies of a controller at everything that the model may have seen and said, by the tree's names.
    func strategies(_ controller: Policy) throws -> [String: [Double]] {
        var found: [String: [Double]] = [:]
        for cue in game.cues.indices {
            guard let opening = try? Belief.opening(cue, game: game) else { continue }
            try visit(opening.belief, 1, game.cues[cue], controller.memory.initial[cue].entries[0].node) {
                _, _, name, node in
                found[name] = Array(controller.strategy(at: node))
            } next: { node, observation in
                let memory = controller.memory
                return Int(memory.successors[memory.classes[node] * game.observations.count + observation])
            }
        }
        return found
    }

    private func visit(
        _ belief: Belief, _ turn: Int, _ name: String, _ node: Int,
        _ body: (Belief, Int, String, Int) -> Void, next: (Int, Int) -> Int
    ) throws {
        body(belief, turn, name, node)
        guard turn < game.horizon else { return }
        for response in game.responses.indices {
            for observation in game.observations.later
            where belief.likelihood(of: observation, after: response, turn: turn, game: game) > 0 {
                let after = try belief.updated(turn: turn, response: response, observation: observation, game: game)
                try visit(
                    after.belief, turn + 1,
                    "\(name) \(game.responses[response].name) \(game.name(ofObservation: observation))",
                    next(node, observation), body, next: next)
            }
        }
    }

    /// The model's logit equilibrium with precision 1 against users who react by their own quantal response, by nested
    /// logits from the last turn back: strategies by the tree's names, and the value.
    func logit() throws -> (strategies: [String: [Double]], value: Double) {
        var found: [String: [Double]] = [:]
        var value = 0.0
        for cue in game.cues.indices {
            guard let opening = try? Belief.opening(cue, game: game) else { continue }
            value += opening.likelihood * (try logit(opening.belief, 1, game.cues[cue], &found))
        }
        return (found, value)
    }

    private func logit(
        _ belief: Belief, _ turn: Int, _ name: String, _ found: inout [String: [Double]]
    ) throws -> Double {
        var values: [Double] = []
        for response in game.responses.indices {
            var value = immediate(belief, turn, response)
            if turn < game.horizon {
                for observation in game.observations.later
                where belief.likelihood(of: observation, after: response, turn: turn, game: game) > 0 {
                    let after = try belief.updated(
                        turn: turn, response: response, observation: observation, game: game)
                    let label = "\(name) \(game.responses[response].name) \(game.name(ofObservation: observation))"
                    value += after.likelihood * (try logit(after.belief, turn + 1, label, &found))
                }
            }
            values.append(value)
        }
        let best = values.max() ?? 0
        let weights = values.map { exp($0 - best) }
        let total = weights.reduce(0, +)
        let strategy = weights.map { $0 / total }
        found[name] = strategy
        return zip(strategy, values).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private func immediate(_ belief: Belief, _ turn: Int, _ response: Int) -> Double {
        var value = 0.0
        for (hidden, mass) in belief.probabilities.enumerated() {
            let user = game.user(of: hidden)
            let row = game.row(turn: turn, hidden: hidden, response: response)
            let payoffs = game.outcomePayoff[user * game.outcomes.count..<(user + 1) * game.outcomes.count]
            let endings = game.ending[row * game.outcomes.count..<(row + 1) * game.outcomes.count]
            var worth =
                game.discounts[turn - 1]
                * (game.stagePayoff[user * game.responses.count + response]
                    + zip(payoffs, endings).reduce(0) { $0 + $1.0 * $1.1 })
            if turn == game.horizon {
                worth += game.discounts[turn] * (1 - endings.reduce(0, +)) * payoffs[payoffs.startIndex + game.timeout]
            }
            value += mass * worth
        }
        return value
    }
}

extension StrategicUser {
    /// λ·u of a quantal-response user of a definition.
    static func of(_ user: Int, _ definition: GameDefinition, foresight: Double = 0) -> StrategicUser {
        let agent = definition.users[user].agent as? QuantalResponseUser
        let utilities = (1...definition.horizon).map { turn in
            definition.states.indices.map { state in
                definition.responses.map { response in
                    (agent?.predictors ?? []).map { predictor in
                        predictor.map {
                            (agent?.rationality ?? 0) * $0.value(features: response.features, state: state, turn: turn)
                        }
                    }
                }
            }
        }
        return StrategicUser(user: user, utilities: utilities, foresight: foresight)
    }
}
