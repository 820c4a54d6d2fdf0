/// A small dense linear program: maximise c · x subject to A x = b, x ≥ 0.
///
/// The revised simplex method from a feasible basis. With few rows (one per constraint and one more) the equations of the
/// basis are re-solved in every iteration, so that no rounding builds up; the smallest index enters and leaves, so that
/// degenerate bases cannot go in circles.
///
/// Source: Dantzig 1963, Linear Programming and Extensions, ch. 9; the rule, Bland 1977 (doi:10.1287/moor.2.2.103).
package struct LinearProgram {
    /// [n][m] the columns of A.
    package var columns: [[Double]]
    /// [n] c
    package var costs: [Double]
    /// [m] b ≥ 0
    package let right: [Double]

    package init(columns: [[Double]], costs: [Double], right: [Double]) {
        self.columns = columns
        self.costs = costs
        self.right = right
    }

    /// An optimal basis.
    package struct Optimum {
        /// [m] the columns of the basis.
        package let basis: [Int]
        /// [m] x of these columns, at least 0.
        package let values: [Double]
        /// [m] y with y · A_j ≥ c_j for all columns, equal in the basis.
        package let duals: [Double]

        package init(basis: [Int], values: [Double], duals: [Double]) {
            self.basis = basis
            self.values = values
            self.duals = duals
        }

        /// x of a column.
        package func value(of column: Int) -> Double { basis.firstIndex(of: column).map { values[$0] } ?? 0 }
    }

    /// How much a reduced cost must exceed 0 to count, as a fraction of the largest cost.
    private static let tolerance = 1e-12
    private static let pivotTolerance = 1e-10

    /// - Parameter start: m columns that form a feasible basis.
    /// - Returns: nil if the start is singular, the program is unbounded, or the iterations run out: each a fault of the
    ///   caller's.
    /// - Complexity: O(m³ + n m) per iteration.
    package func maximise(from start: [Int]) -> Optimum? {
        var basis = start
        let scale = costs.reduce(0) { max($0, abs($1)) }
        for _ in 0..<10_000 {
            let rows = right.indices.map { row in basis.map { columns[$0][row] } }
            let turned = basis.map { columns[$0] }
            guard let values = LinearEquations.solve(rows, right),
                let duals = LinearEquations.solve(turned, basis.map { costs[$0] })
            else { return nil }
            let entering = columns.indices.first { column in
                !basis.contains(column) && reducedCost(column, duals) > Self.tolerance * scale
            }
            guard let entering else {
                return Optimum(basis: basis, values: values.map { max(0, $0) }, duals: duals)
            }
            guard let direction = LinearEquations.solve(rows, columns[entering]),
                let leaving = leaving(basis, values: values, direction: direction)
            else { return nil }
            basis[leaving] = entering
        }
        return nil
    }

    /// c_j − y · A_j.
    private func reducedCost(_ column: Int, _ duals: [Double]) -> Double {
        zip(columns[column], duals).reduce(costs[column]) { $0 - $1.0 * $1.1 }
    }

    /// The row whose variable reaches 0 first; among equals the smallest column.
    private func leaving(_ basis: [Int], values: [Double], direction: [Double]) -> Int? {
        var best: (row: Int, ratio: Double)?
        for row in basis.indices where direction[row] > Self.pivotTolerance {
            let ratio = max(0, values[row]) / direction[row]
            guard let present = best else {
                best = (row, ratio)
                continue
            }
            if ratio < present.ratio || ratio == present.ratio && basis[row] < basis[present.row] {
                best = (row, ratio)
            }
        }
        return best?.row
    }
}
