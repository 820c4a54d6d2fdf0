import NumericalMethods

/// Pearson's chi-squared test of counts against exact probabilities.
enum ChiSquare {
    /// The p-value, or nil if the counts fill fewer than two cells.
    ///
    /// Cells that expect fewer than five are pooled into one, as the approximation by the continuous distribution needs. A
    /// count in a cell of probability 0 is a p-value of 0: it cannot happen at all.
    static func pValue(counts: [Int], probabilities: [Double]) throws -> Double? {
        let total = Double(counts.reduce(0, +))
        var (cells, pooled): ([(Double, Double)], (Double, Double)) = ([], (0, 0))
        for (count, probability) in zip(counts, probabilities) {
            if probability == 0 {
                if count > 0 { return 0 }
            } else if total * probability < 5 {
                pooled = (pooled.0 + Double(count), pooled.1 + total * probability)
            } else {
                cells.append((Double(count), total * probability))
            }
        }
        if pooled.1 >= 1 { cells.append(pooled) }
        guard cells.count > 1 else { return nil }
        let statistic = cells.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
        return try Distributions.chiSquaredUpperTail(statistic, degreesOfFreedom: Double(cells.count - 1))
    }

    /// The smallest k with P(more than k of n successes of probability p) below `risk`: what chance allows.
    static func mostByChance(of n: Int, probability p: Double, risk: Double) -> Int {
        var term = (0..<n).reduce(1.0) { product, _ in product * (1 - p) }
        var (tail, k) = (1 - term, 0)
        while tail >= risk {
            term *= Double(n - k) / Double(k + 1) * p / (1 - p)
            k += 1
            tail -= term
        }
        return k
    }
}
