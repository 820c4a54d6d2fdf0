/// How well a number that was given agrees with one that is taken for true.
public struct AmountFigures: Sendable, Equatable {
    public let count: Int
    /// Mean absolute error.
    public let error: Double
    /// Mean of given − true.
    public let bias: Double
    /// Pearson's correlation; nil where one of the two does not vary.
    public let correlation: Double?
    /// Share of true numbers within two given standard deviations; nil where none are given.
    public let covered: Double?

    /// - Parameters:
    ///   - truths: [n]; n at least 1.
    ///   - given: [n] means with standard deviations.
    public init(truths: [Double], given: [TextLabel.Amount]) {
        let n = Double(truths.count)
        count = truths.count
        let differences = zip(given, truths).map { $0.mean - $1 }
        error = differences.reduce(0) { $0 + abs($1) } / n
        bias = differences.reduce(0, +) / n
        let (x, y) = (truths, given.map(\.mean))
        let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
        let xx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
        let yy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
        let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
        // What rounding leaves of equal numbers is no variation.
        correlation = xx > 1e-20 && yy > 1e-20 ? xy / (xx * yy).squareRoot() : nil
        let within = zip(given, differences).count { abs($1) <= 2 * $0.deviation }
        covered = given.contains { $0.deviation > 0 } ? Double(within) / n : nil
    }
}
