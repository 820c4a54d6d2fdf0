import CGSL

/// Carries an objective with gradient across C: caches, counts, checks, and keeps the first error.
///
/// GSL asks for f, for ∇f, or for both, and often for f and then ∇f at one point. The bridge keeps the last point with
/// what is known there, so that no function is evaluated twice in a row at one point. Swift errors cannot cross C
/// frames: the first one is stored in `failure`, GSL gets NaN, no function of the caller is called any more, and the
/// owner throws the stored error once GSL has returned.
///
/// GSL sees f and ∇f times `scale`; everything stored here is unscaled.
///
/// Invariant: `gradient` belongs to `point` if `knowsGradient`; `lastValue` belongs to `point` if `knowsValue`.
final class GradientBridge {
    private let objective: DifferentiableObjective
    private let scale: Double
    private let operation: String
    private var point: [Double]
    private var gradient: [Double]
    private var lastValue = Double.nan
    private var knowsValue = false
    private var knowsGradient = false

    /// How often the caller's functions were called; each call computes a value.
    private(set) var functionEvaluations = 0

    /// How many of those calls computed a gradient as well.
    private(set) var gradientEvaluations = 0

    /// The first error thrown by the caller's functions or found in what they returned.
    private(set) var failure: (any Error)?

    init(_ objective: DifferentiableObjective, dimension: Int, scale: Double, operation: String) {
        self.objective = objective
        self.scale = scale
        self.operation = operation
        self.point = Array(repeating: .nan, count: dimension)
        self.gradient = Array(repeating: .nan, count: dimension)
    }

    /// Scaled f(x), or NaN after a failure.
    func value(at x: UnsafePointer<gsl_vector>) -> Double {
        guard failure == nil else { return .nan }
        unsafe moveTo(x)
        if !knowsValue { evaluate(withGradient: objective.value == nil) }
        return failure == nil ? scale * lastValue : .nan
    }

    /// Scaled f(x), with the scaled ∇f(x) copied into a vector of GSL; NaN everywhere after a failure.
    @discardableResult
    func valueAndGradient(at x: UnsafePointer<gsl_vector>, into output: UnsafeMutablePointer<gsl_vector>) -> Double {
        if failure == nil {
            unsafe moveTo(x)
            if !knowsGradient { evaluate(withGradient: true) }
        }
        guard failure == nil else {
            unsafe gsl_vector_set_all(output, .nan)
            return .nan
        }
        unsafe GSLVector.write(gradient, times: scale, into: output)
        return scale * lastValue
    }

    /// Makes `x` the current point and forgets what was known, unless it is the current point already.
    private func moveTo(_ x: UnsafePointer<gsl_vector>) {
        if unsafe GSLVector.copy(x, into: &point) {
            knowsValue = false
            knowsGradient = false
        }
    }

    /// Calls the caller's function at the current point and checks what it returns.
    private func evaluate(withGradient: Bool) {
        guard point.allSatisfy(\.isFinite) else {
            fail("the search left the finite numbers, at \(shortText(point)); the objective must be bounded below")
            return
        }
        functionEvaluations += 1
        do {
            if let value = objective.value, !withGradient {
                lastValue = try value(point.span)
            } else {
                gradientEvaluations += 1
                var output = gradient.mutableSpan
                output.update(repeating: .nan)
                lastValue = try objective.valueAndGradient(point.span, &output)
                knowsGradient = true
            }
            knowsValue = true
        } catch {
            failure = error
            return
        }
        checkFinite()
    }

    private func checkFinite() {
        guard (scale * lastValue).isFinite else {
            fail("the objective is \(lastValue) at \(shortText(point)); it must be finite, also times \(scale)")
            return
        }
        guard knowsGradient, let index = gradient.firstIndex(where: { !(scale * $0).isFinite }) else { return }
        fail("gradient[\(index)] is \(gradient[index]) at \(shortText(point)); it must be written and finite")
    }

    private func fail(_ detail: String) {
        failure = GSLError.badFunction(operation, detail)
    }
}
