public import NumericalMethods

/// How well names that were given agree with names that are taken for true.
public struct NominalFigures: Sendable, Equatable {
    /// Cohen's κ, the agreement beyond what the two sets of names would reach by chance.
    public struct Kappa: Sendable, Equatable {
        public let value: Double
        /// Asymptotic.
        public let standardError: Double

        /// From a table of counts, true names by given names; nil where one name is all there is, or nothing.
        ///
        /// Source: Cohen 1960 (doi:10.1177/001316446002000104); Fleiss, Cohen and Everitt 1969 (doi:10.1037/h0028106), equation 13.
        public init?(_ table: [[Int]]) {
            let n = Double(table.reduce(0) { $0 + $1.reduce(0, +) })
            guard n > 0 else { return nil }
            let names = table.indices
            let p = table.map { $0.map { Double($0) / n } }
            let rows = names.map { p[$0].reduce(0, +) }
            let columns = names.map { column in names.reduce(0) { $0 + p[$1][column] } }
            let observed = names.reduce(0) { $0 + p[$1][$1] }
            let expected = names.reduce(0) { $0 + rows[$1] * columns[$1] }
            guard expected < 1 else { return nil }
            let kappa = (observed - expected) / (1 - expected)
            var (same, other) = (0.0, 0.0)
            for row in names {
                for column in names {
                    if row == column {
                        let term = 1 - (rows[row] + columns[row]) * (1 - kappa)
                        same += p[row][row] * term * term
                    } else {
                        let term = columns[row] + rows[column]
                        other += p[row][column] * term * term
                    }
                }
            }
            let centre = kappa - expected * (1 - kappa)
            let variance = (same + (1 - kappa) * (1 - kappa) * other - centre * centre) / n
            value = kappa
            standardError = max(0, variance).squareRoot() / (1 - expected)
        }

        /// 95 %.
        public var interval: ClosedRange<Double> {
            let half = 1.959_963_984_540_054 * standardError
            return value - half...value + half
        }
    }

    /// A tenth of the range of certainty: how sure, and how often right.
    public struct Bin: Sendable, Equatable {
        public let lower: Double
        public let count: Int
        public let certainty: Double
        public let accuracy: Double
    }

    /// What remains where the least certain are left to a person.
    public struct Coverage: Sendable, Equatable {
        /// The share that is left to a person.
        public let left: Double
        public let accuracy: Estimate
    }

    public let count: Int
    public let accuracy: Estimate?
    public let kappa: Kappa?
    /// The mean of −Σ y ln p; nil where nothing was given as a distribution, or a true name has the probability 0.
    public let logLoss: Double?
    /// True names with the given probability 0, of a distribution.
    public let impossible: Int
    /// Expected calibration error: the mean distance of certainty and accuracy over ten bins; nil without distributions.
    public let calibrationError: Double?
    public let bins: [Bin]
    public let coverage: [Coverage]
    /// True names by given names.
    public let table: [[Int]]

    /// The shares of texts that are left to a person.
    static let leftShares = [0.0, 0.1, 0.3, 0.5]
    /// With fewer texts the 95 % interval of a share of one half is wider than ± 0.1.
    public static let enough = 93

    /// - Parameters:
    ///   - truths: [n, K], distributions; the true name is the likeliest, of equals the first.
    ///   - given: [n, K], distributions.
    public init(truths: [[Double]], given: [[Double]]) {
        let names = truths.first?.count ?? 0
        count = truths.count
        var (table, right) = ([[Int]](repeating: [Int](repeating: 0, count: names), count: names), [Bool]())
        var (loss, impossible) = (0.0, 0)
        for (truth, probabilities) in zip(truths, given) {
            let (row, column) = (Self.likeliest(truth), Self.likeliest(probabilities))
            table[row][column] += 1
            right.append(row == column)
            let terms = zip(truth, probabilities).filter { $0.0 > 0 }
            if terms.contains(where: { $0.1 == 0 }) {
                impossible += 1
            } else {
                loss -= terms.reduce(0) { $0 + $1.0 * Libm.log($1.1) }
            }
        }
        self.table = table
        accuracy = Estimate(successes: right.count { $0 }, of: count)
        kappa = Kappa(table)
        let certainties = given.map { $0.max() ?? 0 }
        let isCertain = certainties.allSatisfy { $0 == 1 }
        self.impossible = isCertain ? 0 : impossible
        logLoss = count == 0 || isCertain || impossible > 0 ? nil : loss / Double(count)
        bins = isCertain ? [] : Self.bins(certainties, right)
        let weighted = bins.reduce(0.0) { $0 + Double($1.count) * abs($1.certainty - $1.accuracy) }
        calibrationError = bins.isEmpty ? nil : weighted / Double(count)
        coverage = isCertain ? [] : Self.coverage(certainties, right)
    }

    /// The index of the largest number, the first among equals.
    public static func likeliest(_ probabilities: [Double]) -> Int {
        probabilities.indices.max {
            probabilities[$0] < probabilities[$1] || probabilities[$0] == probabilities[$1] && $0 > $1
        }
            ?? 0
    }

    private static func bins(_ certainties: [Double], _ right: [Bool]) -> [Bin] {
        (0..<10).compactMap { index in
            let own = certainties.indices.filter { min(9, Int(certainties[$0] * 10)) == index }
            guard !own.isEmpty else { return nil }
            let n = Double(own.count)
            return Bin(
                lower: Double(index) / 10, count: own.count,
                certainty: own.reduce(0) { $0 + certainties[$1] } / n, accuracy: Double(own.count { right[$0] }) / n)
        }
    }

    private static func coverage(_ certainties: [Double], _ right: [Bool]) -> [Coverage] {
        let order = certainties.indices.sorted { (-certainties[$0], $0) < (-certainties[$1], $1) }
        return leftShares.compactMap { left in
            let kept = order.prefix(order.count - Int(left * Double(order.count)))
            return Estimate(successes: kept.count { right[$0] }, of: kept.count).map {
                Coverage(left: left, accuracy: $0)
            }
        }
    }
}
