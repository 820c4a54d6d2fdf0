public import GameModel

/// The best controller with little memory that a search began with: what there is to compare a policy that remembers
/// everything with.
public struct FiniteMemoryBest: Sendable, Equatable {
    /// What it remembers.
    public let memory: MemoryKind
    /// The goal's value. Exact; no proof that no other controller of this memory is better.
    public let value: Double
    /// From how many starting points it was looked for.
    public let starts: Int

    /// - Returns: nil if the controller found breaks a limit.
    init?(_ solution: GradientResult, memory: MemoryKind) {
        guard solution.violation <= solution.settings.feasibilityTolerance else { return nil }
        self.memory = memory
        value = solution.value
        starts = solution.starts.count
    }
}
