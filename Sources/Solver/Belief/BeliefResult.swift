internal import GameModel

/// How belief planning went.
public struct BeliefResult: SearchResult {
    /// The policy is a graph with one response per node; the bounds hold for every policy of the game.
    public let solution: Solution
    /// What the search took the policy to be worth; differs from the solution's value by rounding only.
    public let claimedValue: Double
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
}
