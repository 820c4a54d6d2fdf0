internal import NumericalMethods

/// Maximises the log-likelihood of a choice model by Newton's method with an exact Hessian and step halving.
///
/// The search runs in coordinates of one scale (``Standardisation``), so that units neither slow it down nor cost digits.
/// With a prior it maximises L(β) − ½ Σ_p π_p (β_p − m_p)², π_p the precision of a normal prior around m_p.
struct NewtonSearch {
    let scaled: StandardisedModel
    let counts: [Double]
    /// π_p ≥ 0 per coefficient.
    let precisions: [Double]
    /// m_p per coefficient.
    let means: [Double]
    let settings: ChoiceFitSettings

    struct Maximum {
        /// β.
        var coefficients: [Double]
        /// γ, the same in coordinates of one scale.
        var standard: [Double]
        /// L alone, without the prior.
        var logLikelihood: Double
        /// −∂²L/∂γ², without the prior.
        var information: [Double]
        /// The information with the prior, factored.
        var factor: CholeskyFactor
        /// max_p |∂/∂β_p| · √((H⁻¹)_pp): the gradient in units of its standard error.
        var residual: Double
        var iterations: Int
        /// What goes to infinity as the likelihood rises without end, with signs, if that was found on the way.
        var separation: [String]?
        var isConverged: Bool
    }

    /// A gradient of so many standard errors that no longer falls is rounding: with millions of observations it is far above what
    /// is asked for.
    private static let roundingGradient = 1e-6

    /// A log-likelihood may fall by this share of itself, or by this much an observation (a few units in the last place of a sum
    /// that begins at 1), before a step is too long: that is rounding. Of a thousand million choices it hides what the rare ones add.
    private static let (roundingShare, roundingEach) = (1e-12, 4 * Double.ulpOfOne)

    /// log P of the prior, up to a constant, is −½ Σ_p π_p (β_p − m_p)².
    private func penalised(_ value: Double, _ coefficients: [Double]) -> Double {
        coefficients.indices.reduce(value) { sum, index in
            let distance = coefficients[index] - means[index]
            return sum - 0.5 * precisions[index] * distance * distance
        }
    }

    /// Whether the prior ends a direction, however far it goes before.
    private func isHeld(_ direction: [Double]) -> Bool {
        zip(Identification.cleaned(direction), precisions).contains { $0 != 0 && $1 > 0 }
    }

    /// - Parameter start: where to begin, β.
    /// - Throws: ``GSLError`` if the information is not positive definite at the start, which collinear terms lead to.
    func run(from start: [Double]) throws(GSLError) -> Maximum {
        let (model, map) = (scaled.model, scaled.map)
        let order = start.count
        let prior = map.quadratic(precisions)
        var point = map.standard(start)
        let observations = counts.reduce(0, +)
        var iterations = 0
        var lastDecrement = Double.infinity
        while true {
            let derivatives = model.derivatives(counts, point)
            let raw = map.raw(point)
            let pull = map.gradient(raw.indices.map { precisions[$0] * (raw[$0] - means[$0]) })
            let gradient = zip(derivatives.gradient, pull).map { $0 - $1 }
            let hessian = zip(derivatives.information, prior).map { $0 + $1 }
            let factor = try CholeskyFactor(hessian, order: order)
            let step = factor.solve(gradient)
            // gᵀ H⁻¹ g: twice the expected gain, and the squared length of the gradient in standard errors.
            let decrement = zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 }.squareRoot()
            let isRounding = decrement <= Self.roundingGradient && decrement > lastDecrement / 2
            var result = Maximum(
                coefficients: raw, standard: point, logLikelihood: derivatives.value,
                information: derivatives.information, factor: factor, residual: decrement, iterations: iterations,
                separation: nil, isConverged: decrement <= settings.tolerance || isRounding)
            // A diverging search walks along a direction of separation; the check is a proof, so it may come early.
            if iterations >= 4, step.contains(where: { abs($0) > 1e-3 }), !isHeld(step),
                Identification.separates(step, model: model, counts: counts)
            {
                result.separation = Identification.names(of: step, scaled)
                result.isConverged = false
                return result
            }
            if result.isConverged || iterations >= settings.maximumIterations { return result }
            let here = penalised(derivatives.value, raw)
            let least = here - Self.roundingShare * abs(here) - Self.roundingEach * observations
            var length = 1.0
            var next = point
            repeat {
                next = zip(point, step).map { $0 + length * $1 }
                length /= 2
            } while penalised(model.logLikelihood(counts, next), map.raw(next)) < least
                && length > 1e-9
            if next == point {
                result.isConverged = decrement <= Self.roundingGradient
                return result
            }
            point = next
            lastDecrement = decrement
            iterations += 1
        }
    }
}
