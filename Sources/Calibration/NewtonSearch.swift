internal import GSLMath

/// Maximises the log-likelihood of a choice model by Newton's method with an exact Hessian and step halving.
///
/// With a prior it maximises L(β) − ½ Σ_p π_p (β_p − m_p)², π_p the precision of a normal prior around m_p.
struct NewtonSearch {
    let model: ChoiceModel
    let counts: [Double]
    /// π_p ≥ 0 per coefficient.
    let precisions: [Double]
    /// m_p per coefficient.
    let means: [Double]
    let settings: ChoiceFitSettings

    struct Maximum {
        var coefficients: [Double]
        /// L alone, without the prior.
        var logLikelihood: Double
        /// −∂²L/∂β², without the prior.
        var information: [Double]
        /// The information with the prior, factored.
        var factor: CholeskyFactor
        /// max_p |∂/∂β_p| · √((H⁻¹)_pp): the gradient in units of its standard error.
        var residual: Double
        var iterations: Int
        /// Directions that raise the likelihood without end, if one was found on the way.
        var separation: [Double]?
        var isConverged: Bool
    }

    private func penalised(_ value: Double, _ coefficients: [Double]) -> Double {
        coefficients.indices.reduce(value) { sum, index in
            let distance = coefficients[index] - means[index]
            return sum - 0.5 * precisions[index] * distance * distance
        }
    }

    /// - Parameter start: where to begin.
    /// - Throws: ``GSLError`` if the information is not positive definite at the start, which collinear terms lead to.
    func run(from start: [Double]) throws(GSLError) -> Maximum {
        let order = start.count
        var point = start
        var iterations = 0
        while true {
            let derivatives = model.derivatives(counts, point)
            var (gradient, hessian) = (derivatives.gradient, derivatives.information)
            for index in 0..<order {
                gradient[index] -= precisions[index] * (point[index] - means[index])
                hessian[index * order + index] += precisions[index]
            }
            let factor = try CholeskyFactor(hessian, order: order)
            let step = factor.solve(gradient)
            // gᵀ H⁻¹ g: twice the expected gain, and the squared length of the gradient in standard errors.
            let decrement = zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 }.squareRoot()
            var result = Maximum(
                coefficients: point, logLikelihood: derivatives.value, information: derivatives.information,
                factor: factor, residual: decrement, iterations: iterations, separation: nil,
                isConverged: decrement <= settings.tolerance)
            // A diverging search walks along a direction of separation; the check is a proof, so it may come early.
            if iterations >= 4, step.contains(where: { abs($0) > 1e-3 }),
                Identification.separates(step, model: model, counts: counts)
            {
                result.separation = step
                result.isConverged = false
                return result
            }
            if result.isConverged || iterations >= settings.maximumIterations { return result }
            let here = penalised(derivatives.value, point)
            var length = 1.0
            var next = point
            repeat {
                next = zip(point, step).map { $0 + length * $1 }
                length /= 2
            } while penalised(model.logLikelihood(counts, next), next) < here - 1e-12 * abs(here) && length > 1e-9
            if next == point { return result }
            point = next
            iterations += 1
        }
    }
}
