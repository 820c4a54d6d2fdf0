internal import NumericalMethods

/// Ridge regression in its dual form: f(x) = b + ⟨w, x⟩ with w = Σ_i a_i x_i.
///
///     minimises  Σ_i (y_i − f(x_i))²  +  λ ‖w‖²
///
/// The intercept carries no penalty, as in scikit-learn's `Ridge(alpha=λ)`.
package struct KernelRidge: Sendable {
    /// a, [n].
    package let coefficients: [Double]
    package let intercept: Double

    /// - Parameters:
    ///   - gram: inner products of the n training texts.
    ///   - targets: y, [n].
    ///   - penalty: λ > 0.
    package init(_ gram: GramMatrix, targets: [Double], penalty: Double) {
        let n = Double(gram.order)
        let mean = targets.reduce(0, +) / n
        let centred: ([Double]) -> [Double] = { vector in
            let mean = vector.reduce(0, +) / n
            return vector.map { $0 - mean }
        }
        coefficients = ConjugateGradients().solve(targets.map { $0 - mean }) { vector in
            var image = centred(gram.product(centred(vector)))
            for index in image.indices { image[index] += penalty * vector[index] }
            return image
        }
        // The coefficients sum to 0, so that of the centring only their product with the means of the rows is left.
        let means = gram.product([Double](repeating: 1 / n, count: gram.order))
        intercept = mean - zip(coefficients, means).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The values at other texts, [texts].
    ///
    /// - Parameter products: their inner products with the training texts, [texts, n].
    package func values(_ products: [Double], texts: Int) -> [Double] {
        GramMatrix.product(products, rows: texts, coefficients).map { $0 + intercept }
    }
}
