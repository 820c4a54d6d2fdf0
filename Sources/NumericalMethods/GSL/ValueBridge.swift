import CGSL

/// Carries a function of several variables across C: counts, checks, and keeps the first error.
///
/// Swift errors cannot cross C frames: the first one is stored in `failure`, GSL gets NaN, the caller's function is not
/// called any more, and the owner throws the stored error once GSL has returned.
final class ValueBridge {
    private let objective: DifferentiableObjective.Value
    private let operation: String
    private var point: [Double]

    /// How often the caller's function was called.
    private(set) var functionEvaluations = 0

    /// The first error thrown by the caller's function or found in what it returned.
    private(set) var failure: (any Error)?

    init(_ objective: @escaping DifferentiableObjective.Value, dimension: Int, operation: String) {
        self.objective = objective
        self.operation = operation
        self.point = Array(repeating: .nan, count: dimension)
    }

    /// f(x), or NaN after a failure.
    func value(at x: UnsafePointer<gsl_vector>) -> Double {
        guard failure == nil else { return .nan }
        _ = unsafe GSLVector.copy(x, into: &point)
        functionEvaluations += 1
        do {
            let value = try objective(point.span)
            guard value.isFinite else {
                throw GSLError.badFunction(
                    operation, "the objective is \(value) at \(shortText(point)); it must be finite")
            }
            return value
        } catch {
            failure = error
            return .nan
        }
    }
}
