import CGSL

/// The Cholesky factor of a symmetric positive definite matrix, A = L Lᵀ: solutions, inverse and determinant.
///
/// ```swift
/// let factor = try CholeskyFactor([4, 2, 2, 3], order: 2)
/// let x = factor.solve([8, 7])     // A x = b
/// ```
///
/// Source: GSL 2.7 manual, chapter "Linear Algebra", section "Cholesky Decomposition".
public struct CholeskyFactor: Sendable {
    /// n.
    public let order: Int
    /// L in the lower triangle, row by row; the upper triangle is not used.
    private let factor: [Double]

    /// - Parameters:
    ///   - matrix: A, [n, n] row by row; only the lower triangle is read.
    ///   - order: n, at least 1.
    /// - Throws: ``GSLError`` if a number is not finite, or if the matrix is not positive definite.
    /// - Complexity: O(n³).
    public init(_ matrix: [Double], order: Int) throws(GSLError) {
        GSLRuntime.switchErrorHandlerOff()
        precondition(order >= 1 && matrix.count == order * order, "a matrix of order n has n² numbers")
        guard matrix.allSatisfy(\.isFinite) else {
            throw .domain("CholeskyFactor", "the matrix has a number that is not finite")
        }
        var numbers = matrix
        let status = unsafe numbers.withUnsafeMutableBufferPointer { buffer -> Int32 in
            var view = unsafe gsl_matrix_view_array(buffer.baseAddress, order, order)
            return unsafe gsl_linalg_cholesky_decomp1(&view.matrix)
        }
        try GSLRuntime.check(status, "CholeskyFactor", "the matrix is not positive definite")
        self.order = order
        factor = numbers
    }

    /// x with A x = b.
    ///
    /// - Complexity: O(n²).
    public func solve(_ right: [Double]) -> [Double] {
        precondition(right.count == order, "the right side has n numbers")
        var x = right
        for row in 0..<order {
            for column in 0..<row { x[row] -= factor[row * order + column] * x[column] }
            x[row] /= factor[row * order + row]
        }
        for row in stride(from: order - 1, through: 0, by: -1) {
            for below in row + 1..<order { x[row] -= factor[below * order + row] * x[below] }
            x[row] /= factor[row * order + row]
        }
        return x
    }

    /// L z: with z standard normal, a draw from the normal distribution with covariance A.
    ///
    /// - Complexity: O(n²).
    public func product(_ z: [Double]) -> [Double] {
        precondition(z.count == order, "the vector has n numbers")
        return (0..<order).map { row in (0...row).reduce(0) { $0 + factor[row * order + $1] * z[$1] } }
    }

    /// A⁻¹, [n, n] row by row, exactly symmetric.
    ///
    /// - Complexity: O(n³).
    public var inverse: [Double] {
        var result = [Double](repeating: 0, count: order * order)
        for column in 0..<order {
            var unit = [Double](repeating: 0, count: order)
            unit[column] = 1
            let x = solve(unit)
            for row in column..<order {
                result[row * order + column] = x[row]
                result[column * order + row] = x[row]
            }
        }
        return result
    }
}
