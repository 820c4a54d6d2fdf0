/// How soft planning went.
public struct SoftResult: SearchResult {
    /// The policy is a graph with a strategy per node that follows the model's own responses. Its value and bound include the KL term.
    public let solution: Solution
    /// The upper bound before the search, by the informed bound alone; of the problem without constraints.
    public let informedBound: Double
    /// Beliefs looked into, and beliefs bounded.
    public let beliefs: Int
    public let bounded: Int
    /// What was set aside for the search, in bytes.
    public let bytes: Int
    public let settings: SoftPlannerSettings
}
