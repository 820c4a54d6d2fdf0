/// A number that was estimated from a sample, never to be shown without its standard error and sample size.
public struct Estimate: Sendable, Equatable {
    /// Nil where there is no sample.
    public let mean: Double?
    /// Nil where the sample is too small to tell.
    public let standardError: Double?
    /// A 95 % interval, or nil where the sample is too small to tell.
    public let interval: ClosedRange<Double>?
    public let count: Int

    /// The two-sided 95 % quantile of the normal distribution.
    static let z = 1.959_963_984_540_054

    /// The mean of a sample, with the normal interval mean ± 1.96 standard errors.
    init(_ moments: Moments) {
        mean = moments.count > 0 ? moments.mean : nil
        standardError = moments.standardError
        // Means and errors beyond what a Double holds have no interval.
        interval = moments.standardError.flatMap { error in
            let (low, high) = (moments.mean - Self.z * error, moments.mean + Self.z * error)
            return low <= high ? low...high : nil
        }
        count = moments.count
    }

    /// A share with its binomial standard error √(p (1 − p) / n) and Wilson's interval, which stays honest where nothing
    /// (or everything) was seen and the standard error is 0.
    ///
    /// Source: Wilson 1927 (doi:10.1080/01621459.1927.10502953).
    init(successes: Int, of count: Int) {
        self.count = count
        guard count > 0 else {
            (mean, standardError, interval) = (nil, nil, nil)
            return
        }
        let (n, share) = (Double(count), Double(successes) / Double(count))
        mean = share
        standardError = (share * (1 - share) / n).squareRoot()
        let square = Self.z * Self.z
        let centre = (share + square / (2 * n)) / (1 + square / n)
        let half = Self.z / (1 + square / n) * (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
        interval = (successes == 0 ? 0 : centre - half)...(successes == count ? 1 : centre + half)
    }
}
