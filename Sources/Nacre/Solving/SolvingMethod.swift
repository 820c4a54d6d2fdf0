public import GameModel
public import Scenarios
internal import Solver

/// A way to solve a scenario: a solver, and what is to be said of how it went.
///
/// Scenarios take the methods by name, `scenario.solve(.belief(gap: 1e-4))`, and any ``PolicySolver`` as it is.
public protocol SolvingMethod: Sendable {
    func solve(_ scenario: Scenario, _ control: RunControl) throws -> SolvedScenario
}

extension RunControl {
    /// Whether the caller, rather than the clock, asked to stop.
    var wasInterrupted: Bool { stop() }
}
