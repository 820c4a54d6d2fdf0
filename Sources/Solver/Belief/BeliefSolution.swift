public import ExactEvaluation
public import GameModel

/// A policy that belief planning found, between bounds that hold for every policy of the game.
public struct BeliefSolution: Sendable, Equatable {
    /// Why the search ended.
    public enum Status: String, Sendable, Equatable {
        /// The bounds met, up to rounding: the policy is optimal.
        case optimal
        /// The bounds are as close as was asked for.
        case gapReached = "gap_reached"
        /// The steps ran out.
        case stepLimit = "step_limit"
        /// The memory ran out.
        case memoryLimit = "memory_limit"
        /// The caller asked to stop: a time limit, or an interruption.
        case stopped
    }

    public let status: Status
    /// The policy, as a graph with one response per node.
    public let controller: FiniteMemoryController
    /// The policy evaluated by a forward pass over its graph, which knows nothing of the search.
    public let evaluation: Evaluation
    /// The goal's value of ``evaluation``: the lower bound. Exact.
    public let value: Double
    /// What the search took the policy to be worth; differs from ``value`` by rounding only.
    public let claimedValue: Double
    /// No policy whatsoever can do better. Exact.
    public let upperBound: Double
    /// The upper bound before the search, by the informed bound alone.
    public let informedBound: Double
    /// The best controller that the gradient method found to begin with; nil if it was not asked.
    public internal(set) var finiteMemory: FiniteMemoryBest?
    /// Beliefs looked into by the best-first search.
    public let steps: Int
    /// Beliefs looked into by the depth-first search.
    public let exactSteps: Int
    /// What was set aside for the search, in bytes.
    public let bytes: Int
    /// What of it the tables, the tree and the plans came to hold; at most ``bytes``.
    public let bytesUsed: Int
    /// Whether the tree of beliefs took all the memory it may, so that the rest was searched depth first.
    public let isMemoryFull: Bool
    public let settings: BeliefPlannerSettings

    /// Upper bound − value; below 0 only by rounding.
    public var gap: Double { upperBound - value }

    /// Whether the policy is as good as was asked for.
    public var isConverged: Bool { status == .optimal || status == .gapReached }
}

/// How far a search has come.
public struct BeliefProgress: Sendable, Equatable {
    /// The value of the best policy found so far.
    public let lower: Double
    /// No policy can do better.
    public let upper: Double
    /// Beliefs looked into so far.
    public let steps: Int
}
