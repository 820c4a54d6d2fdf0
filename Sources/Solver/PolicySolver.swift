public import GameModel

/// A way to find good policies. Its settings are the conforming value.
///
/// ```swift
/// struct FirstResponse: PolicySolver {
///     func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
///         try Solution(of: problem, policy: .always(0, game: problem.game), status: .limitReached)
///     }
/// }
/// ```
///
/// A solver decides by itself which problems it takes: one that cannot serve constraints, a KL term or users with foresight throws a
/// ``SolverError`` that says so and names one that can. Every conformer passes the kit in `Conformance`: the value is that of the policy,
/// the bound is above it, no status claims more than is true, and the same settings give the same policy on any number of threads.
public protocol PolicySolver: Sendable {
    /// Searches for the best policy of the problem.
    ///
    /// - Throws: ``SolverError`` for a problem that the solver does not take.
    func solve(_ problem: Problem, _ control: RunControl) throws -> Solution
}

extension PolicySolver {
    /// The same with nothing to say about time, memory or threads.
    public func solve(_ problem: Problem) throws -> Solution { try solve(problem, RunControl()) }
}
