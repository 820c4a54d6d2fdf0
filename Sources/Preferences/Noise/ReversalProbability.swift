internal import NumericalMethods

/// How probable it is that the best and the worst of some estimates are the wrong way round, where the estimates are normal and
/// independent.
///
/// P(i is largest and j smallest) = ∫ φ_k(x) P(X_i > x) P(X_j < x) dx for three, and P(X_i > X_j) for two.
package enum ReversalProbability {
    /// Steps of the quadrature over ±8 standard deviations: Simpson's rule, whose error is then below 10⁻⁶.
    private static let steps = 96
    private static let reach = 8.0

    /// - Parameters:
    ///   - means: of the estimates; two or three.
    ///   - deviations: of the estimates, at least 0.
    ///   - values: by which a pair is the right way round.
    /// - Complexity: O(steps).
    package static func value(means: [Double], deviations: [Double], values: [Double]) -> Double {
        var sum = 0.0
        for best in means.indices {
            for worst in means.indices where worst != best && values[best] < values[worst] {
                sum += probability(best: best, worst: worst, means, deviations)
            }
        }
        return sum
    }

    /// P(the estimate of `best` is the largest and that of `worst` the smallest).
    static func probability(best: Int, worst: Int, _ means: [Double], _ deviations: [Double]) -> Double {
        func above(_ index: Int, _ x: Double) -> Double { normal(means[index] - x, deviations[index]) }
        guard let middle = means.indices.first(where: { $0 != best && $0 != worst }) else {
            let spread = (deviations[best] * deviations[best] + deviations[worst] * deviations[worst]).squareRoot()
            return normal(means[best] - means[worst], spread)
        }
        func inside(_ x: Double) -> Double { above(best, x) * (1 - above(worst, x)) }
        guard deviations[middle] > 0 else { return inside(means[middle]) }
        var sum = 0.0
        for step in 0...steps {
            let z = reach * (2 * Double(step) / Double(steps) - 1)
            let weight = step == 0 || step == steps ? 1.0 : step % 2 == 1 ? 4 : 2
            sum += weight * Libm.exp(-z * z / 2) * inside(means[middle] + deviations[middle] * z)
        }
        let width = 2 * reach / Double(steps)
        return sum * width / 3 / (2 * Double.pi).squareRoot()
    }

    /// P(N(mean, deviation²) > 0); of a constant 0 half, as ties are broken evenly.
    private static func normal(_ mean: Double, _ deviation: Double) -> Double {
        guard deviation > 0 else { return mean > 0 ? 1 : mean < 0 ? 0 : 0.5 }
        return Libm.erfc(-mean / deviation / 2.0.squareRoot()) / 2
    }
}
