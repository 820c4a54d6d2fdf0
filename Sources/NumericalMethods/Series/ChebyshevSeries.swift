/// A polynomial on an interval as a Chebyshev series: f(x) ≈ Σ_k c_k T_k(s), s ∈ [−1, 1] the place in the interval.
///
/// Source: Trefethen 2013, Approximation Theory and Approximation Practice, ch. 3–4 and 8.
package struct ChebyshevSeries: Sendable, Equatable {
    package let lower: Double
    package let upper: Double
    package let coefficients: [Double]

    /// The n + 1 points of the second kind, from the upper end down. Those of degree n are among those of degree 2n, bit for bit.
    package static func nodes(from lower: Double, to upper: Double, degree: Int) -> [Double] {
        (0...degree).map { index in
            switch index {
            case 0: upper
            case degree: lower
            default:
                lower + 0.5 * (upper - lower) * (1 + Libm.cos(.pi * Double(index) / Double(degree)))
            }
        }
    }

    /// The interpolant of values at the nodes of ``nodes(from:to:degree:)``.
    ///
    /// - Complexity: O(n²).
    package init(from lower: Double, to upper: Double, values: [Double]) {
        let degree = values.count - 1
        self.lower = lower
        self.upper = upper
        coefficients = (0...degree).map { order in
            var sum = 0.0
            for (index, value) in values.enumerated() {
                let weight = index == 0 || index == degree ? 0.5 : 1
                sum += weight * value * Libm.cos(.pi * Double(index * order % (2 * degree)) / Double(degree))
            }
            return sum * (order == 0 || order == degree ? 1 : 2) / Double(degree)
        }
    }

    package init(from lower: Double, to upper: Double, coefficients: [Double]) {
        self.lower = lower
        self.upper = upper
        self.coefficients = coefficients
    }

    /// Where a value of the variable stands: −1 at the lower end, 1 at the upper.
    package func place(_ x: Double) -> Double { (2 * x - lower - upper) / (upper - lower) }

    /// The value of the variable at a place.
    package func argument(_ place: Double) -> Double { 0.5 * (lower + upper) + 0.5 * (upper - lower) * place }

    package func callAsFunction(_ x: Double) -> Double { value(at: place(x)) }

    /// Clenshaw's recurrence.
    package func value(at place: Double) -> Double {
        var (next, afterNext) = (0.0, 0.0)
        for coefficient in coefficients.dropFirst().reversed() {
            (next, afterNext) = (coefficient + 2 * place * next - afterNext, next)
        }
        return (coefficients.first ?? 0) + place * next - afterNext
    }

    /// ∂f/∂s, in the place.
    package var derivative: ChebyshevSeries {
        let degree = coefficients.count - 1
        guard degree > 0 else { return ChebyshevSeries(from: lower, to: upper, coefficients: [0]) }
        var result = [Double](repeating: 0, count: degree + 2)
        for order in stride(from: degree, through: 1, by: -1) {
            result[order - 1] = result[order + 1] + 2 * Double(order) * coefficients[order]
        }
        result[0] /= 2
        return ChebyshevSeries(from: lower, to: upper, coefficients: Array(result.prefix(degree)))
    }

    /// Σ |c_k|: no value in the interval is larger in magnitude.
    package var bound: Double { coefficients.reduce(0) { $0 + abs($1) } }

    package static func - (first: ChebyshevSeries, second: ChebyshevSeries) -> ChebyshevSeries {
        let count = max(first.coefficients.count, second.coefficients.count)
        return ChebyshevSeries(
            from: first.lower, to: first.upper,
            coefficients: (0..<count).map { order in
                (order < first.coefficients.count ? first.coefficients[order] : 0)
                    - (order < second.coefficients.count ? second.coefficients[order] : 0)
            })
    }
}
