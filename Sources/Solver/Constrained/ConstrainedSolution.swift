public import ExactEvaluation
public import GameModel

/// A mixture of policies that satisfies constraints on outcomes, with prices and bounds.
public struct ConstrainedSolution: Sendable, Equatable {
    /// Why the search ended.
    public enum Status: Sendable, Equatable {
        /// The bounds met, up to rounding: no mixture of any policies is better.
        case optimal
        /// The bounds are as close as was asked for.
        case gapReached
        /// The prices that may be tried, or the planner's steps, ran out.
        case stepLimit
        /// The memory ran out.
        case memoryLimit
        /// The caller asked to stop: a time limit, or an interruption.
        case stopped
        /// No policy whatsoever satisfies the constraints: the largest excess over a limit is at least `atLeast`, which is
        /// above 0, and that of the policy returned is `found`.
        case infeasible(atLeast: Double, found: Double)
        /// The search ended before any policy that satisfies the constraints was found, and without a proof that there is
        /// none; the largest excess of the policy returned is `found`.
        case undecided(found: Double)
    }

    public let status: Status
    /// The policy: a graph that draws its first node.
    public let controller: FiniteMemoryController
    /// The policy evaluated by a forward pass over its graph, which knows nothing of the search.
    public let evaluation: Evaluation
    /// The goal's value of ``evaluation``. Exact.
    public let value: Double
    /// No policy that satisfies the constraints can do better: the least of L(μ) over the prices that were tried. Exact.
    public let upperBound: Double
    /// μ ≥ 0 per constraint, in the goal's units per unit of probability: what the goal would gain if the limit were
    /// loosened. Zeros where the constraints were not satisfied.
    public let multipliers: [Double]
    /// The largest excess over a constraint's limit, at least 0.
    public let violation: Double
    /// The probabilities of the policies that are mixed, the largest first; they sum to 1.
    public let weights: [Double]
    /// The policies that are mixed, one per weight.
    public let parts: [FiniteMemoryController]
    /// How many prices were tried.
    public let iterations: Int
    /// Policies known at the end, of which the mixture is the best one.
    public let policies: Int
    /// Beliefs looked into, best first and depth first, over all prices.
    public let steps: Int
    /// The value of the best mixture of the policies that the search began with; nil if none satisfied the constraints.
    public let seedValue: Double?
    /// The best controller that the gradient method found to begin with; nil if it was not asked or found none that satisfies the
    /// constraints.
    public let finiteMemory: FiniteMemoryBest?
    public let settings: ConstrainedPlannerSettings

    /// The duality gap: upper bound − value; below 0 only by rounding.
    public var gap: Double { upperBound - value }

    /// Whether the policy satisfies the constraints and is as good as was asked for.
    public var isConverged: Bool { status == .optimal || status == .gapReached }
}

/// How far a constrained search has come.
public struct ConstrainedProgress: Sendable, Equatable {
    /// The value of the best mixture so far; nil before one satisfies the constraints.
    public let lower: Double?
    /// No policy that satisfies the constraints can do better.
    public let upper: Double
    /// Prices tried so far.
    public let iterations: Int
    /// Beliefs looked into so far, over all prices.
    public let steps: Int
}
