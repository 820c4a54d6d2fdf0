/// Finds a local minimum of a function of several variables from its values alone, by the simplex of Nelder and Mead.
///
///     let bowl = try SimplexMinimizer().minimize(from: [3, -2]) { x in
///         x[0] * x[0] + 10 * x[1] * x[1]
///     }
///
/// Meant for few variables (up to about ten), for functions that are noisy, kinked, or without a gradient. It needs far
/// more evaluations than ``GradientMinimizer``, and a small simplex is no proof of a minimum. It is deterministic.
///
/// Source: J. A. Nelder, R. Mead, The Computer Journal 7 (1965) 308–313, doi:10.1093/comjnl/7.4.308; GSL 2.7
/// `nmsimplex2`.
public struct SimplexMinimizer: Sendable, Hashable {
    /// What is asked of the search.
    public let settings: SimplexMinimizerSettings

    private static let operation = "SimplexMinimizer"

    /// Makes a minimiser; the settings are checked when it runs.
    public init(_ settings: SimplexMinimizerSettings = SimplexMinimizerSettings()) {
        self.settings = settings
    }

    /// Searches a minimum from a starting point.
    ///
    /// - Parameters:
    ///   - start: the starting point, n ≥ 1 finite coordinates.
    ///   - shouldStop: asked after each iteration that has not converged; true ends the search with
    ///     ``SearchStatus/stopped``.
    ///   - objective: f(x); must be finite at every point that the search visits.
    /// - Returns: the best corner found, with the settings; its status is never ``SearchStatus/noProgress``.
    /// - Throws: whatever the objective throws, unchanged; ``GSLError`` if a setting or the start is outside its domain,
    ///   or if the objective is not finite.
    /// - Complexity: n + 1 evaluations to begin; then one or two an iteration, rarely n + 2. O(n²) memory.
    ///
    /// At least one iteration is done, even from a minimum.
    public func minimize(
        from start: [Double],
        shouldStop: () -> Bool = { false },
        _ objective: @escaping DifferentiableObjective.Value
    ) throws -> SimplexMinimum {
        try checkStart(start, Self.operation)
        try settings.check(dimension: start.count, Self.operation)
        var search = try SimplexSearch(objective, dimension: start.count, operation: Self.operation)
        try search.begin(at: start, steps: settings.initialSteps)
        var iterations = 0
        var status: SearchStatus?
        while status == nil {
            try search.advance()
            iterations += 1
            if search.size < settings.sizeTolerance {
                status = .converged
            } else if iterations >= settings.maximumIterations {
                status = .iterationLimit
            } else if shouldStop() {
                status = .stopped
            }
        }
        return SimplexMinimum(
            settings: settings,
            status: status ?? .iterationLimit,
            point: search.point,
            value: search.value,
            residual: search.size,
            iterations: iterations,
            functionEvaluations: search.bridge.functionEvaluations
        )
    }
}
