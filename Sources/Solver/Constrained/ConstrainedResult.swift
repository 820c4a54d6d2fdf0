public import GameModel

/// How column generation went.
public struct ConstrainedResult: SearchResult {
    /// The policy is a graph that draws its first node: a mixture. Its bound is the least of L(μ) over the prices that were tried;
    /// multipliers are zeros where the constraints were not satisfied.
    public let solution: Solution
    /// The probabilities of the policies that are mixed, the largest first; they sum to 1.
    public let weights: [Double]
    /// The policies that are mixed, one per weight.
    public let parts: [Policy]
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
}
