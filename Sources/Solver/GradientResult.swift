/// How the gradient method went.
public struct GradientResult: SearchResult {
    /// The policy is a local optimum of the controller class; the bound holds for every policy, see ``FastInformedBound``.
    public let solution: Solution
    /// The stationarity gap reached, in the goal's units.
    public let residual: Double
    /// The stationarity gap that counts as converged, in the goal's units.
    public let tolerance: Double
    /// Iterations of the minimiser over all starts.
    public let iterations: Int
    public let settings: GradientSolverSettings
}
