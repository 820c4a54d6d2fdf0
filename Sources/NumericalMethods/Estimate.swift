/// A number with how it was obtained: exactly, or from a sample, and then never to be shown without its standard error.
///
/// ```swift
/// let share = Estimate(successes: 73, of: 100)
/// share?.value           // 0.73
/// share?.interval        // Wilson's, 0.6355…0.8074
/// ```
public struct Estimate: Sendable, Equatable, Codable {
    /// How the number was obtained.
    public enum Method: String, Sendable, Equatable, Codable {
        case exact
        /// From a sample of conversations.
        case simulated
    }

    public let value: Double
    /// Nil where exact, or where the sample is too small for one.
    public let standardError: Double?
    /// The size of the sample; nil where exact.
    public let count: Int?
    /// Whether it is a share of the sample, whose interval is Wilson's.
    private let isShare: Bool

    /// The two-sided 95 % quantile of the normal distribution.
    static let z = 1.959_963_984_540_054

    /// A number without sampling.
    public init(exact value: Double) {
        self.value = value
        (standardError, count, isShare) = (nil, nil, false)
    }

    /// The mean of a sample.
    ///
    /// - Parameters:
    ///   - standardError: in the units of the mean; nil where the sample is too small for one.
    ///   - count: the size of the sample.
    public init(mean value: Double, standardError: Double?, count: Int) {
        self.value = value
        self.standardError = standardError
        self.count = count
        isShare = false
    }

    /// A share with its binomial standard error √(p (1 − p) / n).
    ///
    /// - Returns: nil where there is no sample.
    public init?(successes: Int, of count: Int) {
        guard count > 0 else { return nil }
        let share = Double(successes) / Double(count)
        value = share
        standardError = (share * (1 - share) / Double(count)).squareRoot()
        self.count = count
        isShare = true
    }

    public var method: Method { count == nil ? .exact : .simulated }

    public var isExact: Bool { count == nil }

    /// A 95 % interval; nil where exact, and where the sample is too small for one or a Double for its ends.
    ///
    /// Of a mean it is mean ± 1.96 standard errors; of a share it is Wilson's, which stays honest where nothing (or everything) was seen
    /// and the standard error is 0.
    ///
    /// Source: Wilson 1927 (doi:10.1080/01621459.1927.10502953).
    public var interval: ClosedRange<Double>? {
        guard let count, let standardError else { return nil }
        guard isShare else {
            let (low, high) = (value - Self.z * standardError, value + Self.z * standardError)
            return low <= high ? low...high : nil
        }
        let n = Double(count)
        let square = Self.z * Self.z
        let centre = (value + square / (2 * n)) / (1 + square / n)
        let half = Self.z / (1 + square / n) * (value * (1 - value) / n + square / (4 * n * n)).squareRoot()
        return (value == 0 ? 0 : centre - half)...(value == 1 ? 1 : centre + half)
    }
}
