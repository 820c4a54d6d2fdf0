internal import ExactEvaluation
public import GameModel

/// The exact gradient of an objective in a controller's strategies: one forward and one backward pass.
///
/// Keeps its scratch memory, so that repeated calls allocate almost nothing.
public struct StrategyGradient {
    private var passes: ControllerObjective
    private let memory: ControllerMemory

    /// - Parameter objective: with a KL term only against a reference whose rows the memory knows; `Reference` says which these are.
    public init(game: Game, memory: ControllerMemory, objective: Objective) {
        passes = ControllerObjective(game: game, memory: memory, objective: objective)
        self.memory = memory
    }

    /// The objective's value (constraints apart) and ∂ value / ∂ π(a | n), each entry of π taken as free.
    ///
    /// - Parameter strategies: [nodes, |A|] strategies.
    /// - Complexity: two passes; see ``Evaluation/init(_:game:reference:anticipated:)``.
    public mutating func callAsFunction(_ strategies: [Double]) -> (value: Double, gradient: [Double]) {
        let evaluation = passes.evaluate(strategies)
        passes.differentiate(strategies, multipliers: passes.objective.constraints.map { _ in 0 })
        return (passes.value(of: evaluation), passes.gradient)
    }

    /// The objective's value alone: one forward pass.
    public mutating func value(_ strategies: [Double]) -> Double {
        passes.value(of: passes.evaluate(strategies))
    }
}
