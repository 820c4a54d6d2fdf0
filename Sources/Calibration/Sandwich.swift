internal import NumericalMethods

/// The variance of an estimate whose observations depend on each other within clusters.
///
/// V = G/(G−1) · B (Σ_g s_g s_gᵀ) B, B the inverse information and s_g the score of cluster g.
///
/// Source: Liang & Zeger 1986, Biometrika 73; the factor as in Cameron & Miller 2015, J. Human Resources 50, §II.C.
enum Sandwich {
    /// - Parameters:
    ///   - bread: B, [P, P].
    ///   - scores: [G][P]; clusters whose score is zero throughout count too.
    /// - Complexity: O(G P² + P³).
    static func covariance(bread: [Double], scores: [[Double]]) -> [Double] {
        let clusters = Double(scores.count)
        let factor = clusters > 1 ? clusters / (clusters - 1) : .nan
        return product(bread: bread, scores: scores, times: factor)
    }

    /// f · B (Σ_g s_g s_gᵀ) B, symmetric to the last digit.
    static func product(bread: [Double], scores: [[Double]], times factor: Double = 1) -> [Double] {
        let order = scores.first?.count ?? 0
        var middle = [Double](repeating: 0, count: order * order)
        for score in scores {
            for row in 0..<order where score[row] != 0 {
                for column in 0..<order { middle[row * order + column] += score[row] * score[column] }
            }
        }
        let half = product(bread, middle, order)
        var result = product(half, bread, order).map { $0 * factor }
        for row in 0..<order {
            for column in 0..<row { result[column * order + row] = result[row * order + column] }
        }
        return result
    }

    private static func product(_ a: [Double], _ b: [Double], _ order: Int) -> [Double] {
        var result = [Double](repeating: 0, count: order * order)
        for row in 0..<order {
            for inner in 0..<order {
                let factor = a[row * order + inner]
                for column in 0..<order { result[row * order + column] += factor * b[inner * order + column] }
            }
        }
        return result
    }
}
