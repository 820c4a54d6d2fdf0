internal import NumericalMethods

/// The conditional logit: P(i) = exp(λ u_i) / Σ_j exp(λ u_j).
///
/// Utilities are taken relative to the largest before they are multiplied by λ, so nothing overflows: every exponent is at
/// most 0. λ = 0 is exactly uniform over the alternatives that exist, and an infinite λ is the best response, uniform over
/// exact ties.
///
/// Source: McFadden 1974 (conditional logit); McKelvey & Palfrey 1995 (quantal response), Eq. 3.
enum LogitChoice {
    /// - Parameters:
    ///   - utilities: u_i, in utility units; nil where the alternative does not exist (probability exactly 0).
    ///   - rationality: λ ≥ 0, per utility unit.
    /// - Returns: the distribution, or nil if no alternative exists.
    /// - Complexity: O(number of alternatives).
    static func probabilities(utilities: [Double?], rationality: Double) -> [Double]? {
        guard let best = utilities.compactMap(\.self).max() else { return nil }
        let weights = utilities.map { utility -> Double in
            guard let utility else { return 0 }
            // λ = 0 apart, since 0 · −∞ is no number: utilities of both signs may lie further apart than a number can say.
            return utility == best || rationality == 0 ? 1 : Libm.exp(rationality * (utility - best))
        }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }
}
