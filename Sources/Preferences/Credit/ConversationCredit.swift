internal import GameModel

/// What each answer of a conversation did to what could be expected of it.
///
/// With Φ_t = γ^{t−1} V(b_t), what a policy that takes over at turn t is worth to who knows what was seen and said,
/// payoff − V₀ = (Φ₁ − V₀) + Σ_t (advantage_t + chance_t): the advantage γ^{t−1} (Q(b_t, a_t) − V(b_t)) is the answer's own part, chance is
/// what the user then did that nobody could know.
///
/// Source: potential-based shaping, Ng, Harada & Russell 1999 (ICML); the split of a return into advantages and chance as in
/// Pan et al. 2022, Direct Advantage Estimation (arXiv:2109.06093).
package struct ConversationCredit: Sendable {
    /// One answer.
    package struct Turn: Sendable {
        package let situation: CreditSituation
        /// [measures] Q of what was said, where it is not one response for certain; nil where the situation has it.
        let mixed: [Double]?
        /// The likeliest response of what was said.
        package let response: Int
        /// γ^{t−1} (Q − V) of the payoff.
        package let advantage: Double
        /// What the user's move then added, discounted likewise; nil where nothing says what it was.
        package let chance: Double?
        /// P(the conversation ends unsafely), before the answer and after what the user did; nil where that is not known.
        package let unsafeBefore: Double
        package let unsafeAfter: Double?
        /// Q and V of the payoff for users of the known type; nil where it is not known, or excluded.
        package let ofUser: (said: Double, value: Double, best: Int)?

        /// Whether the answer is one response for certain, with its features.
        package let isCertain: Bool

        /// [measures] Q of what was said.
        package var said: [Double] { mixed ?? situation.values(after: response) }

        /// Q of what was said by a measure.
        package func said(_ measure: Int) -> Double {
            mixed?[measure] ?? situation.value(measure, after: response)
        }

        /// What the turn added in all: the potential-shaped reward.
        package var shaped: Double? { chance.map { advantage + $0 } }
    }

    package let conversation: CreditConversation
    package let turns: [Turn]
    /// Φ₁ − V₀: what the opening said.
    package let opening: Double
    /// What the conversation came to, in payoff units: of a known type exactly; else as far as is known of who it was; nil where it is open.
    package let payoff: Double?

    /// The turn (from 0) whose answer cost most; nil where none cost anything.
    package var pivotal: Int? {
        let worst = turns.indices.min { turns[$0].advantage < turns[$1].advantage }
        guard let worst, turns[worst].advantage < -Self.leastLoss else { return nil }
        return worst
    }

    /// Losses below this are rounding of values of the size of a payoff.
    package static let leastLoss = 1e-12
}
