import CGSL

/// Eigenvalues and eigenvectors of a symmetric matrix.
///
/// Source: GSL 2.7 manual, chapter "Eigensystems", section "Real Symmetric Matrices".
public struct SymmetricEigensystem: Sendable {
    /// λ, from the smallest to the largest.
    public let values: [Double]
    /// One unit vector of n numbers per eigenvalue.
    public let vectors: [[Double]]

    /// - Parameters:
    ///   - matrix: A, [n, n] row by row; only the lower triangle is read.
    ///   - order: n, at least 1.
    /// - Throws: ``GSLError`` if a number is not finite, or if GSL has no memory or does not converge.
    /// - Complexity: O(n³).
    public init(_ matrix: [Double], order: Int) throws(GSLError) {
        let operation = "SymmetricEigensystem"
        GSLRuntime.switchErrorHandlerOff()
        precondition(order >= 1 && matrix.count == order * order, "a matrix of order n has n² numbers")
        guard matrix.allSatisfy(\.isFinite) else {
            throw .domain(operation, "the matrix has a number that is not finite")
        }
        guard let workspace = unsafe gsl_eigen_symmv_alloc(order) else { throw .noMemory(operation) }
        defer { unsafe gsl_eigen_symmv_free(workspace) }
        var numbers = matrix
        var values = [Double](repeating: 0, count: order)
        var vectors = [Double](repeating: 0, count: order * order)
        let status = unsafe numbers.withUnsafeMutableBufferPointer { a in
            unsafe values.withUnsafeMutableBufferPointer { l in
                unsafe vectors.withUnsafeMutableBufferPointer { v -> Int32 in
                    var matrix = unsafe gsl_matrix_view_array(a.baseAddress, order, order)
                    var eigenvalues = unsafe gsl_vector_view_array(l.baseAddress, order)
                    var eigenvectors = unsafe gsl_matrix_view_array(v.baseAddress, order, order)
                    let status = unsafe gsl_eigen_symmv(
                        &matrix.matrix, &eigenvalues.vector, &eigenvectors.matrix, workspace)
                    guard status == GSLRuntime.success else { return status }
                    return unsafe gsl_eigen_symmv_sort(
                        &eigenvalues.vector, &eigenvectors.matrix, GSL_EIGEN_SORT_VAL_ASC)
                }
            }
        }
        try GSLRuntime.check(status, operation)
        self.values = values
        self.vectors = (0..<order).map { column in (0..<order).map { vectors[$0 * order + column] } }
    }
}
