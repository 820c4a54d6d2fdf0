/// Finds a local minimum of a smooth function of several variables, by descent along its gradient.
///
///     let bowl = try GradientMinimizer().minimize(from: [3, -2]) { x, gradient in
///         gradient[0] = 2 * x[0]
///         gradient[1] = 20 * x[1]
///         return x[0] * x[0] + 10 * x[1] * x[1]
///     }
///     // bowl.status is .converged, bowl.point is near (0, 0)
///
/// The search stops at a point with ‖∇f(x)‖₂ ≤ `gradientTolerance`. It is deterministic: the same settings, start and
/// objective give the same result, bit for bit, on one machine and one build of GSL.
///
/// Near a minimum the value is flat, f(x) − f* ≈ ½ (x−x*)ᵀH(x−x*), so differences below about 10⁻¹⁶·|f*| are rounding
/// and no line search can see them. With a very small tolerance the search then ends with ``SearchStatus/noProgress``
/// and a small residual, of the order of √(10⁻¹⁶·λ·|f*|) with λ the largest curvature of f at the minimum. Look at the
/// residual; it is often good enough.
///
/// Source: GSL 2.7 manual, chapter "Multidimensional Minimization".
public struct GradientMinimizer: Sendable, Hashable {
    /// What is asked of the search.
    public let settings: GradientMinimizerSettings

    private static let operation = "GradientMinimizer"

    /// Makes a minimiser; the settings are checked when it runs.
    public init(_ settings: GradientMinimizerSettings = GradientMinimizerSettings()) {
        self.settings = settings
    }

    /// Searches a minimum from a starting point.
    ///
    /// - Parameters:
    ///   - objective: f and ∇f; must be finite at every point that the search visits.
    ///   - start: the starting point, n ≥ 1 finite coordinates.
    ///   - shouldStop: asked before each iteration; true ends the search with ``SearchStatus/stopped``.
    /// - Returns: the best point found, whatever the status, with the settings.
    /// - Throws: whatever the objective throws, unchanged; ``GSLError`` if a setting or the start is outside its domain,
    ///   or if the objective or its gradient is not finite.
    /// - Complexity: O(n) memory for every method. An iteration costs O(n) and usually two or three evaluations, at most
    ///   about 100.
    ///
    /// If the start is a minimum already, no iteration is done. A function that falls without bound ends with
    /// ``SearchStatus/noProgress`` or ``SearchStatus/iterationLimit`` and a large residual, or with an error once the
    /// numbers overflow.
    public func minimize(
        _ objective: DifferentiableObjective,
        from start: [Double],
        shouldStop: () -> Bool = { false }
    ) throws -> GradientMinimum {
        try settings.check(Self.operation)
        try checkStart(start, Self.operation)
        var search = try GradientSearch(
            objective, dimension: start.count, settings: settings, operation: Self.operation)
        try search.begin(at: start)
        var iterations = 0
        var restarts = 0
        var movedSinceRestart = false
        var status: SearchStatus?
        while status == nil {
            if search.gradientNorm <= settings.gradientTolerance {
                status = .converged
            } else if iterations >= settings.maximumIterations {
                status = .iterationLimit
            } else if shouldStop() {
                status = .stopped
            } else {
                iterations += 1
                switch try search.advance() {
                case .advanced:
                    movedSinceRestart = true
                case .stuck where movedSinceRestart && restarts < settings.restarts:
                    restarts += 1
                    movedSinceRestart = false
                    try search.restart()
                case .stuck:
                    status = .noProgress
                }
            }
        }
        return GradientMinimum(
            settings: settings,
            status: status ?? .noProgress,
            point: search.point,
            value: search.value,
            gradient: search.gradient,
            residual: search.gradientNorm,
            iterations: iterations,
            restarts: restarts,
            functionEvaluations: search.bridge.functionEvaluations,
            gradientEvaluations: search.bridge.gradientEvaluations
        )
    }

    /// Searches a minimum of a function given as one closure; otherwise as ``minimize(_:from:shouldStop:)``.
    ///
    /// - Parameters:
    ///   - start: the starting point, n ≥ 1 finite coordinates.
    ///   - shouldStop: asked before each iteration; true ends the search with ``SearchStatus/stopped``.
    ///   - valueAndGradient: f(x), with ∇f(x) written into the second argument.
    /// - Returns: the best point found, whatever the status, with the settings.
    /// - Throws: as ``minimize(_:from:shouldStop:)``.
    public func minimize(
        from start: [Double],
        shouldStop: () -> Bool = { false },
        _ valueAndGradient: @escaping DifferentiableObjective.ValueAndGradient
    ) throws -> GradientMinimum {
        try minimize(
            DifferentiableObjective(valueAndGradient: valueAndGradient), from: start, shouldStop: shouldStop)
    }
}
