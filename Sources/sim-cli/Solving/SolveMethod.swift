internal import ArgumentParser

/// The ways to find a policy.
enum SolveMethod: String, ExpressibleByArgument, CaseIterable {
    /// Finite-memory controllers by the exact gradient.
    case gradient
    /// Policies that remember everything, with bounds that close.
    case belief
    /// Policies that remember everything and pay for leaving the reference, with bounds.
    case soft
}
