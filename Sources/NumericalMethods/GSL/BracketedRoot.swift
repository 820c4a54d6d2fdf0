import CGSL

/// A root of a function of one variable, enclosed in a bracket. Made by ``bracketedRoot(in:tolerance:maximumIterations:_:)``.
public struct BracketedRoot: Sendable, Hashable, Codable {
    /// Why the search ended: ``SearchStatus/converged`` or ``SearchStatus/iterationLimit``.
    public let status: SearchStatus

    /// The best estimate of the root; inside the bracket.
    public let root: Double

    /// The lower end of the last bracket.
    public let lower: Double

    /// The upper end of the last bracket.
    public let upper: Double

    /// The asked width of the bracket.
    public let tolerance: Double

    /// Iterations done.
    public let iterations: Int

    /// How often the function was called.
    public let functionEvaluations: Int

    /// The reached width of the bracket.
    public var residual: Double { upper - lower }
}

/// Finds a root of a continuous function that changes sign over an interval, by Brent's method.
///
///     let fixedPoint = try bracketedRoot(in: 0...1, tolerance: 1e-12) { x in cos(x) - x }
///     // fixedPoint.root is near 0.739085133215
///
/// - Parameters:
///   - interval: finite ends at which f has different signs, or is zero at one of them.
///   - tolerance: the width of the bracket to reach; finite and not negative. Below about 10⁻¹⁶·|root| it cannot be
///     reached, unless f is exactly zero somewhere.
///   - maximumIterations: the largest number of iterations, not negative.
///   - function: f(x); must be finite in the interval.
/// - Returns: the root and its bracket, converged or not.
/// - Throws: whatever the function throws, unchanged; ``GSLError`` if an argument is outside its domain, if the signs at
///   the ends are equal, or if the function is not finite.
/// - Complexity: one evaluation an iteration, two to begin; about log₂(width/tolerance) iterations at worst on usual
///   functions, about ten on smooth ones.
///
/// Source: R. P. Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 4.
public func bracketedRoot(
    in interval: ClosedRange<Double>,
    tolerance: Double,
    maximumIterations: Int = 100,
    _ function: @escaping (Double) throws -> Double
) throws -> BracketedRoot {
    let operation = "bracketedRoot"
    try checkBracket(interval, tolerance, maximumIterations, operation)
    GSLRuntime.switchErrorHandlerOff()
    guard let solver = unsafe gsl_root_fsolver_alloc(cgsl_root_brent()) else { throw GSLError.noMemory(operation) }
    defer { unsafe gsl_root_fsolver_free(solver) }
    let bridge = ScalarBridge(function, operation: operation)
    return try withExtendedLifetime(bridge) {
        var callback = unsafe bridge.callback
        return try unsafe withUnsafeMutablePointer(to: &callback) { callback in
            let status = unsafe gsl_root_fsolver_set(solver, callback, interval.lowerBound, interval.upperBound)
            try bridge.finish(status, "the function has the same sign at both ends of \(interval); it must change sign")
            var iterations = 0
            while unsafe solver.pointee.x_upper - solver.pointee.x_lower > tolerance, iterations < maximumIterations {
                try bridge.finish(unsafe gsl_root_fsolver_iterate(solver))
                iterations += 1
            }
            let lower = unsafe solver.pointee.x_lower
            let upper = unsafe solver.pointee.x_upper
            return BracketedRoot(
                status: upper - lower <= tolerance ? .converged : .iterationLimit,
                root: unsafe solver.pointee.root,
                lower: lower,
                upper: upper,
                tolerance: tolerance,
                iterations: iterations,
                functionEvaluations: bridge.functionEvaluations
            )
        }
    }
}

/// Throws unless the interval is finite and the tolerance and the limit are in their domains.
func checkBracket(
    _ interval: ClosedRange<Double>,
    _ tolerance: Double,
    _ maximumIterations: Int,
    _ operation: String
) throws(GSLError) {
    guard interval.lowerBound.isFinite, interval.upperBound.isFinite else {
        throw .domain(operation, "the interval is \(interval); both ends must be finite")
    }
    guard tolerance.isFinite, tolerance >= 0 else {
        throw .invalid(operation, "tolerance is \(tolerance); it must be finite and not negative")
    }
    guard maximumIterations >= 0 else {
        throw .invalid(operation, "maximumIterations is \(maximumIterations); it must not be negative")
    }
}
