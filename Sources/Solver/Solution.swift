public import ExactEvaluation
public import GameModel

/// A policy that a solver found, with what is known about how good it is.
public struct Solution: Sendable, Equatable {
    /// How the search ended. Only `converged` may be called an optimum, and then a local one unless ``gap`` says more.
    public enum Status: Sendable, Equatable {
        /// Stationary and feasible within the tolerances asked for.
        case converged
        /// The iterations ran out, or no further progress was possible, before the tolerance was reached.
        case limitReached
        /// Interrupted by the caller; this is the best so far.
        case stopped
        /// No policy that satisfies the constraints was found; the policy is the one that violates them least, and the
        /// number is by how much (the largest excess probability).
        case infeasible(leastViolation: Double)
    }

    public let status: Status
    public let controller: FiniteMemoryController
    public let evaluation: Evaluation
    /// The goal's value with its KL term, in the goal's units. Exact.
    public let value: Double
    /// No policy whatsoever can do better than this; see ``FastInformedBound``. Exact.
    public let upperBound: Double
    /// μ ≥ 0 per constraint: what the goal would gain per unit of probability if the limit were loosened.
    public let multipliers: [Double]
    /// The largest excess over a constraint's limit, at least 0.
    public let violation: Double
    /// The stationarity gap reached, in the goal's units.
    public let residual: Double
    /// The stationarity gap that counts as converged, in the goal's units.
    public let tolerance: Double
    /// Iterations of the minimiser over all starts.
    public let iterations: Int
    public let starts: [StartReport]
    public let settings: GradientSolverSettings

    /// Upper bound − value, at least 0 up to rounding.
    public var gap: Double { upperBound - value }

    /// How many starts ended at the returned value, within the tolerance or 10^−6 of the value range.
    public var successes: Int { starts.count(where: \.reachedBest) }
}

/// How one start of a multi-start search went.
public struct StartReport: Sendable, Equatable {
    public let value: Double
    public let violation: Double
    public let residual: Double
    public let iterations: Int
    public let isConverged: Bool
    /// Whether it ended (feasible) at the best value of all starts.
    public let reachedBest: Bool
}
