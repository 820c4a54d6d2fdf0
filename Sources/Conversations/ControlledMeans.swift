internal import ExactEvaluation
package import GameModel
package import NumericalMethods

/// Means over played conversations with the fitted policy as control variate.
///
/// Users are the simulator's own, so that what they do at random can be taken out. With V and Q of a fitted policy, exact, a conversation
/// counts as
///
///   J(fitted) + Σ_t γ^{t−1} [Q_t(h_t, n_t, a_t) − V_t(h_t, n_t)],
///
/// which is its payoff minus the surprises of opening, reactions, moves and cues: differences between the fitted policy's value after
/// a random event and its mean before it, each of mean 0 under the users' known probabilities. The mean is therefore the same whatever
/// policy was fitted, and what varies is what the model chose. To keep that exact, the policy that one half of the conversations (even
/// episodes, odd episodes) is corrected by is fitted on the other half.
///
/// Source: Burch, Schmid, Moravčík, Morrill & Bowling 2018, "AIVAT", AAAI-18 (arXiv:1612.06915), Eq. 4 for chance nodes.
package struct ControlledMeans: Sendable {
    /// One quantity, as it was played and as it is corrected.
    package struct Mean: Sendable {
        package let plain: Estimate
        package let controlled: Estimate
        /// 1 − Var(controlled) / Var(plain), of the mean; nil where the plain one does not vary.
        package let varianceSaved: Double?
    }

    package let payoff: Mean
    package let safe: Mean

    /// - Parameters:
    ///   - conversations: finished ones.
    ///   - game: that of the users who were played.
    /// - Returns: nil where users have foresight, since they do not react by probabilities that the fitted policy's values know, and
    ///   where a half has fewer than two conversations.
    /// - Throws: `GameError` if an answer's features make no game.
    /// - Complexity: one compilation and eight backward passes per 64 different answers.
    package static func measured(
        _ conversations: [SpokenConversation], game: Game, definition: GameDefinition
    ) throws -> ControlledMeans? {
        guard game.foresight == nil else { return nil }
        let halves = [0, 1].map { half in conversations.filter { $0.episode % 2 == half } }
        guard halves[0].count > 1, halves[1].count > 1 else { return nil }
        var payoffs: [[Double]] = []
        var safes: [[Double]] = []
        for half in 0..<2 {
            let fitted = try FittedPolicy.fit(halves[1 - half], game: game)
            let exact = Evaluation(fitted, game: game)
            let gains = try advantages(of: halves[half], fitted, game: game, definition: definition)
            payoffs.append(gains.map { exact.payoff + $0.payoff })
            safes.append(gains.map { exact.safe + $0.safe })
        }
        return ControlledMeans(
            payoff: mean(halves.map { half in half.map(\.payoff) }, payoffs),
            safe: mean(halves.map { half in half.map { isSafe($0, game) } }, safes))
    }

    /// 1 for a conversation that ended safely, else 0.
    private static func isSafe(_ conversation: SpokenConversation, _ game: Game) -> Double {
        guard let outcome = conversation.outcome else { return 0 }
        return game.outcomes[outcome].isSafe ? 1 : 0
    }

    /// Σ_t γ^{t−1} [Q − V] of every conversation, in payoff and in safe ends.
    private static func advantages(
        of conversations: [SpokenConversation], _ fitted: Policy, game: Game, definition: GameDefinition
    ) throws -> [(payoff: Double, safe: Double)] {
        let places = conversations.indices.flatMap { index in
            conversations[index].turns.indices.map { (conversation: index, turn: $0) }
        }
        let nodes = Dictionary(
            fitted.memory.remembered.enumerated().map { ($1.last ?? 0, $0) }, uniquingKeysWith: { first, _ in first })
        var sums = conversations.map { _ in (payoff: 0.0, safe: 0.0) }
        let meanings = places.map { conversations[$0.conversation].turns[$0.turn].meaning }
        try WidenedGame.visit(meanings, game: game, definition: definition) { widened, positions in
            let policy = try widened.widened(fitted)
            let values = try [Objective.Goal.payoff, .safeOutcomes].map { goal in
                try ActionValues(
                    policy, game: widened.game,
                    objective: Objective(
                        goal: goal, reference: widened.game.responses.map { _ in 1 / Double(policy.responseCount) }),
                    multipliers: [])
            }
            for (position, response) in positions {
                let (index, turn) = places[position]
                let conversation = conversations[index]
                guard let node = nodes[conversation.observation(at: turn, in: game)] else { continue }
                let belief = Belief.certain(conversation.hidden(at: turn, in: game), game: game)
                let gains = values.map { table in
                    let row = table.expected(belief: belief, turn: turn + 1, node: node)
                    return row[response] - zip(policy.strategy(at: node), row).reduce(0) { $0 + $1.0 * $1.1 }
                }
                sums[index].payoff += game.discounts[turn] * gains[0]
                sums[index].safe += gains[1]
            }
        }
        return sums
    }

    /// Halves are means of their own, weighed by their sizes.
    private static func mean(_ plain: [[Double]], _ controlled: [[Double]]) -> Mean {
        let all = Sample(plain.flatMap(\.self))
        let count = all.count
        let corrected = Sample(controlled.flatMap(\.self)).mean
        let within = controlled.reduce(0) { sum, half in
            let share = Double(half.count) / Double(count)
            return sum + share * share * Sample(half).squaredError
        }
        let saved = all.squaredError > 0 ? 1 - within / all.squaredError : nil
        return Mean(
            plain: Estimate(mean: all.mean, standardError: all.squaredError.squareRoot(), count: count),
            controlled: Estimate(mean: corrected, standardError: within.squareRoot(), count: count),
            varianceSaved: saved)
    }
}

/// Mean and squared standard error of numbers.
package struct Sample {
    package let count: Int
    package let mean: Double
    /// Variance of the mean; 0 below two numbers.
    package let squaredError: Double

    package init(_ values: [Double]) {
        count = values.count
        let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        self.mean = mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        squaredError = values.count > 1 ? squares / Double(values.count - 1) / Double(values.count) : 0
    }

    /// The mean as an estimate.
    package var estimate: Estimate? {
        guard count > 0 else { return nil }
        return Estimate(mean: mean, standardError: count > 1 ? squaredError.squareRoot() : nil, count: count)
    }
}
