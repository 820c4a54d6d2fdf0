internal import NumericalMethods

/// How probable it is that the best and the worst of some estimates are the wrong way round, where the estimates are normal and
/// independent.
///
/// P(i is largest and j smallest) = P(X_i > X_k, X_k > X_j) for three, a bivariate normal, and P(X_i > X_j) for two.
package struct ReversalProbability: Sendable {
    /// Differences below this are rounding: such estimates, or values, are equal.
    let tolerance: Double

    /// Rounding as a share of payoffs.
    private static let rounding = 1e-11

    /// - Parameter scale: the largest size of a payoff, in its units.
    package init(scale: Double) { tolerance = Self.rounding * scale }

    /// - Parameters:
    ///   - means: of the estimates; two or three.
    ///   - deviations: of the estimates, at least 0.
    ///   - values: by which a pair is the right way round.
    /// - Complexity: O(1).
    package func value(means: [Double], deviations: [Double], values: [Double]) -> Double {
        var sum = 0.0
        for best in means.indices {
            for worst in means.indices where worst != best && values[worst] - values[best] > tolerance {
                sum += probability(best: best, worst: worst, means, deviations)
            }
        }
        return sum
    }

    /// P(the estimate of `best` is the largest and that of `worst` the smallest). Ties are broken evenly.
    func probability(best: Int, worst: Int, _ means: [Double], _ deviations: [Double]) -> Double {
        guard let middle = means.indices.first(where: { $0 != best && $0 != worst }) else {
            let spread = (deviations[best] * deviations[best] + deviations[worst] * deviations[worst]).squareRoot()
            return positive(means[best] - means[worst], spread)
        }
        let (above, below) = (means[best] - means[middle], means[middle] - means[worst])
        guard deviations[middle] > 0 else {
            // Three that are certainly equal have six orders, of which each pair begins and ends one.
            if deviations[best] == 0, deviations[worst] == 0, max(abs(above), abs(below)) <= tolerance {
                return 1.0 / 6
            }
            return positive(above, deviations[best]) * positive(below, deviations[worst])
        }
        func spread(_ index: Int) -> Double {
            (deviations[index] * deviations[index] + deviations[middle] * deviations[middle]).squareRoot()
        }
        let (up, down) = (spread(best), spread(worst))
        // What is above the middle is that much less above what is below it.
        let correlation = -(deviations[middle] / up) * (deviations[middle] / down)
        return BivariateNormal.upperTail(-above / up, -below / down, correlation: max(-1, correlation))
    }

    /// P(N(mean, deviation²) > 0); of a constant 0 half.
    private func positive(_ mean: Double, _ deviation: Double) -> Double {
        guard deviation > 0 else { return abs(mean) <= tolerance ? 0.5 : mean > 0 ? 1 : 0 }
        return Distributions.standardNormalUpperTail(-mean / deviation)
    }
}
