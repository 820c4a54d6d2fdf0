import CGSL

/// Carries a function of one variable across C: counts, checks, and keeps the first error.
///
/// Swift errors cannot cross C frames: the first one is stored in `failure`, GSL gets NaN and stops by itself, the
/// caller's function is not called any more, and the stored error is thrown once GSL has returned.
final class ScalarBridge {
    private let function: (Double) throws -> Double
    private let operation: String

    /// How often the caller's function was called.
    private(set) var functionEvaluations = 0

    /// The first error thrown by the caller's function or found in what it returned.
    private(set) var failure: (any Error)?

    init(_ function: @escaping (Double) throws -> Double, operation: String) {
        self.function = function
        self.operation = operation
    }

    /// f(x), or NaN after a failure.
    func value(at x: Double) -> Double {
        guard failure == nil else { return .nan }
        functionEvaluations += 1
        do {
            let value = try function(x)
            guard value.isFinite else {
                throw GSLError.badFunction(operation, "the function is \(value) at \(x); it must be finite")
            }
            return value
        } catch {
            failure = error
            return .nan
        }
    }

    /// Throws what went wrong in the caller's function, or else in GSL.
    func finish(_ status: Int32, _ detail: @autoclosure () -> String = "") throws {
        if let failure { throw failure }
        try GSLRuntime.check(status, operation, detail())
    }

    /// The callback of GSL. It holds the bridge unretained: whoever uses it keeps the bridge alive.
    var callback: gsl_function {
        unsafe gsl_function(
            function: { x, context in
                guard let context = unsafe context else { return .nan }
                return unsafe Unmanaged<ScalarBridge>.fromOpaque(context).takeUnretainedValue().value(at: x)
            },
            params: Unmanaged.passUnretained(self).toOpaque()
        )
    }
}
