internal import NumericalMethods

/// Which inputs are correlated, and how: jointly normal groups, each drawn one number after the other.
///
/// Rosenblatt's transform of a normal group in an order σ is the Cholesky factor L of its covariance in that order: with z independent
/// standard normal numbers, x = L z has the covariance, the first number of the order is a function of its own z alone, and the
/// last one's z moves nothing else. So the classical indices of f(L z) in the first z are those of the number together with all
/// that goes with it, and in the last z those of what is its own.
///
/// Source: Rosenblatt 1952 (doi:10.1214/aoms/1177729394); Mara & Tarantola 2012 (doi:10.1016/j.ress.2011.08.008).
public struct InputDependence: Sendable, Equatable {
    /// [d][d] covariances; rows of inputs that are not correlated do not matter.
    public let covariance: [[Double]]
    /// The correlated inputs, in groups of two and more, each in increasing order.
    public let groups: [[Int]]

    /// - Parameter covariance: [d][d], symmetric and positive semidefinite; 0 for an input whose deviation is not known.
    public init(covariance: [[Double]]) {
        self.covariance = covariance
        var groups: [[Int]] = []
        var seen: Set<Int> = []
        for start in covariance.indices where seen.insert(start).inserted {
            var group = [start]
            var next = 0
            while next < group.count {
                let row = group[next]
                for other in covariance.indices
                where Self.isCorrelated(covariance, row, other) && seen.insert(other).inserted {
                    group.append(other)
                }
                next += 1
            }
            if group.count > 1 { groups.append(group.sorted()) }
        }
        self.groups = groups
    }

    /// Inputs that do not depend on each other.
    static func none(_ dimension: Int) -> InputDependence {
        let row = [Double](repeating: 0, count: dimension)
        return InputDependence(covariance: [[Double]](repeating: row, count: dimension))
    }

    /// The group of an input and its place in it; nil if it is not correlated.
    func place(of input: Int) -> (group: [Int], index: Int)? {
        for group in groups {
            if let index = group.firstIndex(of: input) { return (group, index) }
        }
        return nil
    }

    /// A group turned round so that an input comes first.
    static func turned(_ group: [Int], first index: Int) -> [Int] { Array(group[index...] + group[..<index]) }

    /// Correlated coordinates of a point of [0, 1)^d replaced by deviations from their means.
    ///
    /// - Parameter order: the order of one group; other groups have their own.
    /// - Throws: never for coordinates in [0, 1); the quantile's domain is kept.
    /// - Complexity: O(Σ group³).
    func transformed(_ point: [Double], order: [Int]) throws -> [Double] {
        var point = point
        for group in groups {
            let order = order.first.map(group.contains) == true ? order : group
            let normals = try order.map { input in
                // Never 0 or 1, whose quantiles are infinite.
                try Distributions.standardNormalQuantile((Double(UInt64(point[input] * 0x1p53)) + 0.5) * 0x1p-53)
            }
            let factor = factor(order)
            for (row, input) in order.enumerated() {
                point[input] = zip(factor[row], normals).reduce(0) { $0 + $1.0 * $1.1 }
            }
        }
        return point
    }

    private static func isCorrelated(_ covariance: [[Double]], _ a: Int, _ b: Int) -> Bool {
        a != b && abs(covariance[a][b]) > 1e-12 * (covariance[a][a] * covariance[b][b]).squareRoot()
    }

    /// The lower Cholesky factor in an order; a number that follows from those before it has no column of its own.
    private func factor(_ order: [Int]) -> [[Double]] {
        var factor = order.map { _ in [Double](repeating: 0, count: order.count) }
        for row in order.indices {
            for column in 0...row {
                let rest = (0..<column).reduce(covariance[order[row]][order[column]]) {
                    $0 - factor[row][$1] * factor[column][$1]
                }
                if row == column {
                    factor[row][row] = rest > 1e-12 * covariance[order[row]][order[row]] ? rest.squareRoot() : 0
                } else if factor[column][column] > 0 {
                    factor[row][column] = rest / factor[column][column]
                }
            }
        }
        return factor
    }
}
