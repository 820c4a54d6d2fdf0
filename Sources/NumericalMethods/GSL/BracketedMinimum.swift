import CGSL

/// A minimum of a function of one variable, enclosed in a bracket. Made by
/// ``bracketedMinimum(in:near:tolerance:maximumIterations:_:)``.
public struct BracketedMinimum: Sendable, Hashable, Codable {
    /// Why the search ended: ``SearchStatus/converged`` or ``SearchStatus/iterationLimit``.
    public let status: SearchStatus

    /// The best estimate of the minimiser; inside the bracket.
    public let point: Double

    /// f at `point`; finite.
    public let value: Double

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

/// Finds a local minimum of a continuous function inside an interval, by Brent's method.
///
///     let minimum = try bracketedMinimum(in: 0...3, near: 1.6, tolerance: 1e-6) { x in (x - 2) * (x - 2) }
///
/// - Parameters:
///   - interval: finite ends a < b.
///   - guess: a point m with a < m < b, f(m) < f(a) and f(m) < f(b), so that a minimum lies inside.
///   - tolerance: the width of the bracket to reach; finite and not negative. Below about 3·10⁻⁸·|m| it cannot be
///     reached, because f is flat there to rounding; the search then ends with ``SearchStatus/iterationLimit``.
///   - maximumIterations: the largest number of iterations, not negative.
///   - function: f(x); must be finite in the interval.
/// - Returns: the minimum and its bracket, converged or not.
/// - Throws: whatever the function throws, unchanged; ``GSLError`` if an argument is outside its domain, if the guess
///   does not lie below both ends, or if the function is not finite.
/// - Complexity: one evaluation an iteration, four to begin; about 1.44·log₂(width/tolerance) iterations at worst on
///   usual functions.
///
/// Source: R. P. Brent, "Algorithms for Minimization without Derivatives", 1973, chapter 5.
public func bracketedMinimum(
    in interval: ClosedRange<Double>,
    near guess: Double,
    tolerance: Double,
    maximumIterations: Int = 100,
    _ function: @escaping (Double) throws -> Double
) throws -> BracketedMinimum {
    let operation = "bracketedMinimum"
    try checkBracket(interval, tolerance, maximumIterations, operation)
    guard interval.lowerBound < guess, guess < interval.upperBound else {
        throw GSLError.invalid(operation, "the guess is \(guess); it must lie strictly inside \(interval)")
    }
    GSLRuntime.switchErrorHandlerOff()
    guard let solver = unsafe gsl_min_fminimizer_alloc(cgsl_min_brent()) else { throw GSLError.noMemory(operation) }
    defer { unsafe gsl_min_fminimizer_free(solver) }
    let bridge = ScalarBridge(function, operation: operation)
    return try withExtendedLifetime(bridge) {
        var callback = unsafe bridge.callback
        return try unsafe withUnsafeMutablePointer(to: &callback) { callback in
            let status = unsafe gsl_min_fminimizer_set(
                solver, callback, guess, interval.lowerBound, interval.upperBound)
            try bridge.finish(
                status, "the function at the guess \(guess) is not below that at both ends of \(interval); it must be")
            var iterations = 0
            while unsafe solver.pointee.x_upper - solver.pointee.x_lower > tolerance, iterations < maximumIterations {
                try bridge.finish(unsafe gsl_min_fminimizer_iterate(solver))
                iterations += 1
            }
            let lower = unsafe solver.pointee.x_lower
            let upper = unsafe solver.pointee.x_upper
            return BracketedMinimum(
                status: upper - lower <= tolerance ? .converged : .iterationLimit,
                point: unsafe solver.pointee.x_minimum,
                value: unsafe solver.pointee.f_minimum,
                lower: lower,
                upper: upper,
                tolerance: tolerance,
                iterations: iterations,
                functionEvaluations: bridge.functionEvaluations
            )
        }
    }
}
