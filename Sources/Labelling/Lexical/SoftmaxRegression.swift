internal import NumericalMethods

/// Multinomial logistic regression with a penalty on the weights: scores s_k(x) = ⟨w_k, x⟩ + b_k, probabilities ∝ exp s_k.
///
///     minimises  Σ_i m_i Σ_k −y_ik ln p_k(x_i)  +  (λ/2) Σ_k ‖w_k‖²
///
/// The optimum is a sum of the training texts, w_k = Σ_i a_ik x_i, so that n numbers a class are found instead of one a piece.
package struct SoftmaxRegression: Sendable {
    /// a, [K, n]: class by class. 0 for classes that no training text has.
    package let coefficients: [Double]
    /// b, [K]; −∞ for classes that no training text has.
    package let intercepts: [Double]
    package let classes: Int
    /// The norm of the gradient where the search ended.
    package let residual: Double

    /// - Parameters:
    ///   - gram: inner products of the n training texts.
    ///   - targets: y, [n, K]: a distribution a text.
    ///   - weights: m, [n]; nil for 1 each.
    ///   - penalty: λ > 0.
    ///   - start: a fit under another penalty to begin at.
    package init(
        _ gram: GramMatrix, targets: [[Double]], weights: [Double]? = nil, penalty: Double,
        from start: SoftmaxRegression? = nil, tolerance: Double = 1e-6, iterations: Int = 2000
    ) {
        let (n, all) = (gram.order, targets.first?.count ?? 0)
        let present = (0..<all).filter { index in targets.contains { $0[index] > 0 } }
        let count = present.count
        var point = [Double](repeating: 0, count: count * (n + 1))
        if let start, start.coefficients.count == all * n {
            for (own, index) in present.enumerated() {
                point.replaceSubrange(own * n..<own * n + n, with: start.coefficients[index * n..<index * n + n])
                let intercept = start.intercepts[index]
                point[count * n + own] = intercept.isFinite ? intercept : 0
            }
        }
        let search = LimitedMemoryMinimizer(gradientTolerance: tolerance, maximumIterations: iterations)
        func metric(_ x: [Double]) -> [Double] {
            var image: [Double] = []
            image.reserveCapacity(x.count)
            for own in 0..<count { image += gram.product(x[own * n..<own * n + n]) }
            return image + x[(count * n)...]
        }
        let found = search.minimize(from: point, metric: metric) { x, image, gradient in
            var value = 0.0
            var scores = [Double](repeating: 0, count: count)
            for own in 0..<count { gradient[count * n + own] = 0 }
            for text in 0..<n {
                for own in 0..<count { scores[own] = image[own * n + text] + image[count * n + own] }
                let total = Softmax.normalise(&scores)
                let weight = weights?[text] ?? 1
                for own in 0..<count {
                    let target = targets[text][present[own]]
                    let score = image[own * n + text] + image[count * n + own]
                    value -= weight * target * (score - total)
                    let error = weight * (scores[own] - target)
                    gradient[own * n + text] = error + penalty * x[own * n + text]
                    gradient[count * n + own] += error
                }
            }
            for index in 0..<count * n { value += 0.5 * penalty * x[index] * image[index] }
            return value
        }
        var (coefficients, intercepts) = (
            [Double](repeating: 0, count: all * n), [Double](repeating: -.infinity, count: all)
        )
        for (own, index) in present.enumerated() {
            coefficients.replaceSubrange(index * n..<index * n + n, with: found.point[own * n..<own * n + n])
            intercepts[index] = found.point[count * n + own]
        }
        (self.coefficients, self.intercepts, classes) = (coefficients, intercepts, all)
        residual = found.residual
    }

    /// The scores of other texts: [K] each.
    ///
    /// - Parameter products: their inner products with the training texts, [texts, n].
    package func scores(_ products: [Double], texts: Int) -> [[Double]] {
        let n = coefficients.count / max(1, classes)
        let columns = (0..<classes).map { index in
            GramMatrix.product(products, rows: texts, Array(coefficients[index * n..<index * n + n]))
        }
        return (0..<texts).map { text in (0..<classes).map { columns[$0][text] + intercepts[$0] } }
    }
}

/// Scores as probabilities.
package enum Softmax {
    /// Turns scores into probabilities; returns ln Σ exp.
    @discardableResult
    static func normalise(_ scores: inout [Double]) -> Double {
        let largest = scores.max() ?? 0
        var total = 0.0
        for index in scores.indices {
            scores[index] = Libm.exp(scores[index] - largest)
            total += scores[index]
        }
        for index in scores.indices { scores[index] /= total }
        return largest + Libm.log(total)
    }

    /// p_k ∝ exp(s_k / T).
    package static func probabilities(_ scores: [Double], temperature: Double) -> [Double] {
        var scores = scores.map { $0 / temperature }
        normalise(&scores)
        return scores
    }
}
