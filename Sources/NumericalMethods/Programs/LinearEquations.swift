/// A small dense system of linear equations, by Gaussian elimination with partial pivoting.
package enum LinearEquations {
    /// x with Σ_j a_ij x_j = b_i, or nil if the matrix is singular to working precision.
    ///
    /// - Parameter rows: [m][m], row by row.
    /// - Complexity: O(m³).
    package static func solve(_ rows: [[Double]], _ right: [Double]) -> [Double]? {
        let count = right.count
        var (rows, right) = (rows, right)
        let scale = rows.joined().reduce(0) { max($0, abs($1)) }
        for column in 0..<count {
            let pivot = (column..<count).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            guard abs(rows[pivot][column]) > 1e-13 * scale else { return nil }
            rows.swapAt(column, pivot)
            right.swapAt(column, pivot)
            for row in column + 1..<max(column + 1, count) where rows[row][column] != 0 {
                let factor = rows[row][column] / rows[column][column]
                for index in column..<count { rows[row][index] -= factor * rows[column][index] }
                right[row] -= factor * right[column]
            }
        }
        for row in stride(from: count - 1, through: 0, by: -1) {
            for index in row + 1..<max(row + 1, count) { right[row] -= rows[row][index] * right[index] }
            right[row] /= rows[row][row]
        }
        return right
    }
}
