/// What ended a soft search before its bounds were as close as was asked for.
public enum SoftLimit: Sendable, Equatable {
    /// As many beliefs were looked into as the settings allow.
    case beliefs
    /// A larger round would not have fitted into the memory.
    case memory
    /// Too little time was left for a larger round.
    case time
    /// Every search closed: what is open lies between the bound, which is made at prices, and the policy's own graph.
    case prices
}

/// How soft planning went.
public struct SoftResult: SearchResult {
    /// The policy is a graph with a strategy per node that follows the model's own responses. Its value and bound include the KL term.
    public let solution: Solution
    /// Which limit was reached, where the status says that one was.
    public let limit: SoftLimit?
    /// The upper bound before the search, by the informed bound alone; of the problem without constraints.
    public let informedBound: Double
    /// Beliefs looked into, and beliefs bounded.
    public let beliefs: Int
    public let bounded: Int
    /// What was set aside for the search, in bytes.
    public let bytes: Int
    public let settings: SoftPlannerSettings
}
