internal import ExactEvaluation
package import GameModel

/// What uncertain labels add to the error of what was measured: the fitted policy is valued again under labels drawn from their
/// distributions.
///
/// This is a part of its own beside the sampling error: more conversations do not make it smaller, better labels do. It says how far the
/// fitted policy's exact value moves; that the same answers would have led users elsewhere under other labels is not in it.
package struct LabellingError: Sendable, Equatable {
    /// How many labellings were drawn.
    package static let draws = 32

    /// Standard deviations of the exact values over the draws: of the payoff, and of the probability of a safe end.
    package let payoff: Double
    package let safe: Double

    /// - Parameters:
    ///   - conversations: finished ones.
    ///   - game: that of the users who were played.
    /// - Returns: nil where every label is certain.
    /// - Complexity: one fit and one evaluation per draw.
    package static func measured(
        _ conversations: [SpokenConversation], game: Game, seed: UInt64
    ) throws(GameError) -> LabellingError? {
        let isCertain = conversations.allSatisfy { $0.turns.allSatisfy { $0.meaning.response.contains(1) } }
        guard !isCertain else { return nil }
        var payoffs: [Double] = []
        var safes: [Double] = []
        for sample in 1...draws {
            let fitted = try FittedPolicy.fit(conversations, game: game) { conversation, turn in
                var draws = LabelDraws(
                    seed: seed, episode: conversation.episode, turn: turn + 1, sample: sample)
                let meaning = conversation.turns[turn].meaning
                let drawn = draws.index(of: meaning.response)
                return meaning.response.indices.map { $0 == drawn ? 1 : 0 }
            }
            let exact = Evaluation(fitted, game: game)
            payoffs.append(exact.payoff)
            safes.append(exact.safe)
        }
        return LabellingError(payoff: deviation(payoffs), safe: deviation(safes))
    }

    private static func deviation(_ values: [Double]) -> Double {
        (Sample(values).squaredError * Double(values.count)).squareRoot()
    }
}
