internal import NumericalMethods

/// A share in [0, 1] from several independent estimates of it, each of which may lie outside.
///
/// With mean m and standard error s over k copies, (m − θ)/s is Student's t with k − 1 degrees of freedom; of θ no more is known
/// than that it lies in [0, 1]. What is plausible of θ is therefore that density, cut at 0 and 1 and made whole again. The value is the
/// most plausible θ, the interval the most plausible 95 %. Away from 0 and 1 these are m and m ± t s; towards an end the interval
/// begins there, and its other end moves so that it still holds 95 %.
///
/// Source: Box & Tiao 1973, Bayesian Inference in Statistical Analysis, 1.5 (constraints on the parameter) and 2.8 (highest density).
struct ShareEstimate {
    let estimate: SobolIndices.Index

    /// How much of what is plausible an interval holds.
    static let level = 0.95

    /// - Parameter copies: at least two estimates.
    init(copies: [Double]) throws {
        let count = Double(copies.count)
        let mean = copies.reduce(0, +) / count
        let spread = copies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        try self.init(mean: mean, error: (spread / count).squareRoot(), degreesOfFreedom: count - 1)
    }

    init(mean: Double, error: Double, degreesOfFreedom: Double) throws {
        guard mean <= 0.5 else {
            // The same from the other end, so that only one end needs care.
            let other = try ShareEstimate(mean: 1 - mean, error: error, degreesOfFreedom: degreesOfFreedom).estimate
            estimate = SobolIndices.Index(value: min(1, mean), lower: 1 - other.upper, upper: 1 - other.lower)
            return
        }
        let value = max(0, mean)
        guard error > 0 else {
            estimate = SobolIndices.Index(value: value, lower: value, upper: value)
            return
        }
        func tail(_ t: Double) throws -> Double {
            try Distributions.studentTLowerTail(t, degreesOfFreedom: degreesOfFreedom)
        }
        func quantile(_ probability: Double) throws -> Double {
            try Distributions.studentTQuantile(
                min(1, max(0, probability)), degreesOfFreedom: degreesOfFreedom)
        }
        // By symmetry upper tails are lower ones, which keep their digits: the share of the density above 0 and not above 1.
        let (above, beyond) = (try tail(mean / error), try tail((mean - 1) / error))
        let held = Self.level * (above - beyond)
        let half = -(try quantile(0.5 * (1 - held))) * error
        if mean - half >= 0 {
            estimate = SobolIndices.Index(value: value, lower: mean - half, upper: mean + half)
        } else {
            let upper = mean - (try quantile(above - held)) * error
            estimate = SobolIndices.Index(value: value, lower: 0, upper: min(1, upper))
        }
    }
}
