internal import NumericalMethods

/// The covariance of estimates in coordinates of one scale.
struct ScaledCovariance: Sendable {
    /// [P, P].
    let matrix: [Double]
    let map: Standardisation

    /// Deviations of β for standard normal numbers: draws from the distribution of the estimates.
    ///
    /// - Throws: ``CalibrationError`` if the matrix is no covariance.
    func deviations() throws(CalibrationError) -> @Sendable ([Double]) -> [Double] {
        let factor = try PredictiveCheck.factor(matrix, order: map.count)
        let map = map
        return { map.raw(factor.product($0)) }
    }
}
