/// What a ``SimplexMinimizer`` found, with the settings it was asked with.
public struct SimplexMinimum: Sendable, Hashable, Codable {
    /// The settings of the search.
    public let settings: SimplexMinimizerSettings

    /// Why the search ended; only ``SearchStatus/converged`` says that the tolerance was reached.
    public let status: SearchStatus

    /// The best corner of the last simplex, n coordinates.
    public let point: [Double]

    /// f at `point`; finite.
    public let value: Double

    /// The size of the last simplex: what was reached of `settings.sizeTolerance`. It is not a distance to the minimum.
    public let residual: Double

    /// Iterations done.
    public let iterations: Int

    /// How often the objective was called.
    public let functionEvaluations: Int

    /// Whether the asked tolerance was reached.
    public var isConverged: Bool { status == .converged }
}
