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
        var best = -Double.infinity
        var exists = false
        for case let utility? in utilities {
            best = max(best, utility)
            exists = true
        }
        guard exists else { return nil }
        var row = [Double](repeating: 0, count: utilities.count)
        var total = 0.0
        for (index, utility) in utilities.enumerated() {
            guard let utility else { continue }
            // λ = 0 apart, since 0 · −∞ is no number: utilities of both signs may lie further apart than a number can say.
            row[index] = utility == best || rationality == 0 ? 1 : Libm.exp(rationality * (utility - best))
            total += row[index]
        }
        for index in row.indices { row[index] /= total }
        return row
    }
}
