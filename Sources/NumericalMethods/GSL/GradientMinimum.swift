/// What a ``GradientMinimizer`` found, with the settings it was asked with.
public struct GradientMinimum: Sendable, Hashable, Codable {
    /// The settings of the search.
    public let settings: GradientMinimizerSettings

    /// Why the search ended; only ``SearchStatus/converged`` says that the tolerance was reached.
    public let status: SearchStatus

    /// The best point found, n coordinates.
    public let point: [Double]

    /// f at `point`; finite.
    public let value: Double

    /// ∇f at `point`, n numbers; finite.
    public let gradient: [Double]

    /// ‖∇f‖₂ at `point`: what was reached of `settings.gradientTolerance`.
    public let residual: Double

    /// Iterations (line searches) done, failed ones included.
    public let iterations: Int

    /// Restarts done.
    public let restarts: Int

    /// How often the objective was called, for the value alone or with the gradient.
    public let functionEvaluations: Int

    /// How many of those calls computed the gradient as well.
    public let gradientEvaluations: Int

    /// Whether the asked tolerance was reached.
    public var isConverged: Bool { status == .converged }
}
