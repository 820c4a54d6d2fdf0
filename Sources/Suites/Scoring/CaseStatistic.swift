internal import NumericalMethods

/// A weighted mean over the cases of a suite, with how far it would move if the suite had other cases of the same kind.
///
/// m = Σ w_i x_i / Σ w_i, se² = n/(n − 1) · Σ w_i² (x_i − m)² / (Σ w_i)², and a 95 % interval with n − 1 degrees of freedom. Cases are
/// taken for a sample: where they are all there is, the mean itself is exact and the interval says nothing.
///
/// Source: W. G. Cochran, "Sampling Techniques", 3rd ed. (1977), §6.4, the ratio estimator with sizes as weights.
public struct CaseStatistic: Sendable, Equatable {
    public let mean: Double
    /// Nil for a single case.
    public let standardError: Double?
    /// 95 %; nil for a single case.
    public let interval: ClosedRange<Double>?
    /// Cases.
    public let count: Int

    /// - Parameter values: a number and a weight per case; cases of weight 0 do not count.
    /// - Returns: nil if no case has a weight.
    /// - Complexity: O(n).
    public init?(_ values: [(value: Double, weight: Double)]) {
        let counted = values.filter { $0.weight > 0 }
        let total = counted.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return nil }
        let mean = counted.reduce(0) { $0 + $1.weight * $1.value } / total
        self.mean = mean
        count = counted.count
        guard counted.count > 1 else {
            (standardError, interval) = (nil, nil)
            return
        }
        let n = Double(counted.count)
        let spread = counted.reduce(0) { sum, item in
            let part = item.weight * (item.value - mean)
            return sum + part * part
        }
        let error = (n / (n - 1) * spread).squareRoot() / total
        standardError = error
        interval = (try? Distributions.studentTQuantile(0.975, degreesOfFreedom: n - 1)).map { quantile in
            (mean - quantile * error)...(mean + quantile * error)
        }
    }
}
