public import ExactEvaluation
public import GameModel

/// A policy that soft planning found, between bounds that hold for every policy of the game.
public struct SoftSolution: Sendable, Equatable {
    /// Why the search ended.
    public enum Status: Sendable, Equatable {
        /// The bounds met, up to rounding: the policy is the soft optimum.
        case optimal
        /// The bounds are as close as was asked for.
        case gapReached
        /// As many beliefs were looked into as were allowed, or the prices were fitted as often as was allowed.
        case limitReached
        /// The memory ran out, or the policy has as many nodes as a controller may have.
        case memoryLimit
        /// The caller asked to stop: a time limit, or an interruption.
        case stopped
        /// No policy that satisfies the constraints was found; the number is the largest excess probability of the policy
        /// returned. `isProven` says whether the dual bound rules every policy out.
        case infeasible(leastViolation: Double, isProven: Bool)
    }

    public let status: Status
    /// The policy: a graph with a strategy per node that follows the model's own responses.
    public let controller: FiniteMemoryController
    /// The policy evaluated by a forward pass over its graph, which knows nothing of the search.
    public let evaluation: Evaluation
    /// The goal's value of ``evaluation`` with its KL term: the lower bound where the policy is feasible. Exact.
    public let value: Double
    /// No policy that satisfies the constraints can do better, KL term included. Exact.
    public let upperBound: Double
    /// The upper bound before the search, by the informed bound alone; of the problem without constraints.
    public let informedBound: Double
    /// μ ≥ 0 per constraint: what the goal would gain per unit of probability if the limit were loosened.
    public let multipliers: [Double]
    /// The largest excess over a constraint's limit, at least 0.
    public let violation: Double
    /// Beliefs looked into, and beliefs bounded.
    public let beliefs: Int
    public let bounded: Int
    /// What was set aside for the search, in bytes.
    public let bytes: Int
    public let settings: SoftPlannerSettings

    /// Upper bound − value; below 0 only by rounding. With constraints it includes the duality gap.
    public var gap: Double { upperBound - value }

    /// Whether the policy is as good as was asked for.
    public var isConverged: Bool { status == .optimal || status == .gapReached }
}

/// How far a soft search has come.
public struct SoftProgress: Sendable, Equatable {
    /// Bounds on the soft value at the present prices.
    public let lower: Double
    public let upper: Double
    /// Beliefs looked into so far.
    public let beliefs: Int
}
