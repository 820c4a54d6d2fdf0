public import GameModel

/// The strong Stackelberg commitment of a small game by linear programs: the best policy against users whose best responses
/// (λ = ∞) break ties in the model's favour.
///
/// For games of two turns with one state, one cue, one continuing reaction, and one user type that looks ahead among others
/// that do not. The second turn's strategy is the only thing that the user anticipates. For each first response and each
/// reaction to it that the user may prefer, the best second strategy solves a linear program over the simplex, cut by the
/// half-space in which the reaction is preferred; its solutions are corners of the simplex, or lie on an edge between two.
public struct StackelbergOracle {
    let definition: GameDefinition
    /// The user that looks ahead.
    let follower: Int
    /// The only reaction that goes on.
    let onward: Int

    public init?(_ definition: GameDefinition) {
        let followers = definition.users.indices.filter { definition.users[$0].agent.foresight != nil }
        let continuing = definition.reactions.indices.filter { definition.reactions[$0].effect == .continues }
        guard definition.horizon == 2, definition.states.count == 1, definition.cues.count == 1, followers.count == 1,
            continuing.count == 1, definition.reactions.allSatisfy({ $0.effect != .continuesShowing(continuing[0]) })
        else { return nil }
        (self.definition, follower, onward) = (definition, followers[0], continuing[0])
    }

    /// The value of the strong Stackelberg commitment.
    public func value() throws -> Double {
        var best = -Double.infinity
        for first in definition.responses.indices { best = max(best, try value(first: first)) }
        return best
    }

    private func value(first: Int) throws -> Double {
        let responses = definition.responses.indices
        let utilities = try utilities(turn: 1, response: first)
        let foresight = definition.users[follower].agent.foresight?.weight ?? 0
        // How much more going on is worth to the user than its best ending, by second response.
        let endings = definition.reactions.indices.filter { $0 != onward }
        let ending = endings.compactMap { utilities[$0] }.max() ?? -.infinity
        let surplus = try responses.map { second in
            (utilities[onward] ?? -.infinity) - ending
                + foresight * (try self.utilities(turn: 2, response: second).compactMap(\.self).max() ?? 0)
        }
        var best = -Double.infinity
        // The user goes on: the surplus must not be negative. It ends, in its best endings: it must not be positive.
        let preferred = endings.filter { utilities[$0] == ending }
        for reaction in [onward] + preferred {
            let sign: Double = reaction == onward ? 1 : -1
            let payoffs = try responses.map { try payoff(first: first, reaction: reaction, second: $0) }
            for a in responses where sign * surplus[a] >= 0 {
                best = max(best, payoffs[a])
                for b in responses where sign * surplus[b] < 0 {
                    let share = surplus[b] / (surplus[b] - surplus[a])
                    best = max(best, share * payoffs[a] + (1 - share) * payoffs[b])
                }
            }
        }
        return best
    }

    /// E[G] when the follower gives a reaction to the first response, and the second turn's response is certain.
    private func payoff(first: Int, reaction: Int, second: Int) throws -> Double {
        var sum = 0.0
        for (index, user) in definition.users.enumerated() {
            var row = try user.agent.reactionProbabilities(
                turn: 1, state: 0, response: first, features: definition.responses[first].features)
            if index == follower { row = row.indices.map { $0 == reaction ? 1 : 0 } }
            let later = try lastTurn(index, second)
            sum += user.prior * (stage(index, first) + mean(index, row, onward: definition.discount * later))
        }
        return sum
    }

    /// What the second turn is worth from its start, with the follower's ties in the model's favour.
    private func lastTurn(_ user: Int, _ response: Int) throws -> Double {
        let agent = definition.users[user].agent
        let timeout = definition.outcomes.firstIndex(where: \.isTimeout) ?? 0
        let later = definition.discount * definition.users[user].outcomePayoff[timeout]
        guard user == follower else {
            let row = try agent.reactionProbabilities(
                turn: 2, state: 0, response: response, features: definition.responses[response].features)
            return stage(user, response) + mean(user, row, onward: later)
        }
        let utilities = try utilities(turn: 2, response: response)
        let most = utilities.compactMap(\.self).max()
        let worths = definition.reactions.indices.filter { utilities[$0] == most }.map { reaction in
            mean(user, definition.reactions.indices.map { $0 == reaction ? 1 : 0 }, onward: later)
        }
        return stage(user, response) + (worths.max() ?? 0)
    }

    private func mean(_ user: Int, _ row: [Double], onward later: Double) -> Double {
        zip(definition.reactions, row).reduce(0) { sum, item in
            if case .ends(let outcome) = item.0.effect {
                sum + item.1 * definition.users[user].outcomePayoff[outcome]
            } else {
                sum + item.1 * later
            }
        }
    }

    private func stage(_ user: Int, _ response: Int) -> Double {
        let item = definition.responses[response]
        return zip(definition.users[user].exposure, item.features).reduce(-item.cost) { $0 + $1.0 * $1.1 }
    }

    private func utilities(turn: Int, response: Int) throws -> [Double?] {
        try definition.users[follower].agent.reactionUtilities(
            turn: turn, state: 0, response: response, features: definition.responses[response].features)
    }
}
