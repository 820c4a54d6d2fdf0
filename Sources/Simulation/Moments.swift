/// Count, mean and sum of squared deviations of a sample, mergeable without loss of precision.
///
/// Source: Chan, Golub & LeVeque 1983 (doi:10.1080/00031305.1983.10483115), Eq. 2.1.
public struct Moments: Sendable, Equatable, Codable {
    public private(set) var count = 0
    public private(set) var mean = 0.0
    /// Σ (x − mean)².
    public private(set) var squaredDeviations = 0.0

    public init() {}

    /// The moments of a sample given by its sum and sum of squares, both relative to an origin.
    ///
    /// - Parameter origin: a value from within the sample, so that the difference of squares keeps its digits.
    package init(count: Int, sum: Double, sumOfSquares: Double, origin: Double = 0) {
        guard count > 0 else { return }
        self.count = count
        let offset = sum / Double(count)
        mean = origin + offset
        squaredDeviations = max(0, sumOfSquares - sum * offset)
    }

    /// Whether these can be the moments of a sample: a saved number may be anything.
    var isSound: Bool {
        (0...Self.mostValues).contains(count) && mean.isFinite && squaredDeviations.isFinite && squaredDeviations >= 0
    }

    /// Sums of counts up to this one cannot overflow, however many are added in a run.
    private static let mostValues = Int.max >> 16

    /// The sum of counts that may be anything; nil if one is negative, or the sum too large.
    static func sum(_ counts: [Int]) -> Int? {
        var sum = 0
        for count in counts {
            guard (0...(mostValues - sum)).contains(count) else { return nil }
            sum += count
        }
        return sum
    }

    /// Adds another sample.
    public mutating func merge(_ other: Moments) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        let total = Double(count + other.count)
        let difference = other.mean - mean
        squaredDeviations +=
            other.squaredDeviations + difference * difference * Double(count) * Double(other.count) / total
        mean += difference * Double(other.count) / total
        count += other.count
    }

    /// Sample variance, or nil below two values.
    public var variance: Double? { count > 1 ? squaredDeviations / Double(count - 1) : nil }

    /// Standard error of the mean, or nil below two values.
    public var standardError: Double? { variance.map { ($0 / Double(count)).squareRoot() } }
}
