public import GameModel

/// Finds the KL-regularised optimum against users without foresight, and proves how good it is.
///
/// ```swift
/// let objective = Objective(goal: .payoff, reference: reference, klWeight: 0.2)
/// let found = try SoftPlanner().search(Problem(game: game, objective: objective))
/// ```
///
/// V_t(b) = τ_t log Σ_a π_ref(a) exp(Q_t(b, a)/τ_t) over posteriors b, with τ_t = τ γ^{t−1} in units of the conversation's
/// start, and π*(a | b) = π_ref(a) exp((Q_t(b, a) − V_t(b))/τ_t). Where the reachable posteriors fit, all are looked into and the
/// bounds meet; otherwise ``SoftInformedBound`` and exact plans bound what lies beyond. The policy is returned as a graph and
/// valued again by the forward pass that values any controller.
///
/// Constraints get prices. At given prices the soft optimum is unique, so the policy moves continuously with them and a limit can
/// be met exactly: there is no pair of equally good policies to be mixed, as there is without the KL term.
public struct SoftPlanner: PolicySolver {
    public let settings: SoftPlannerSettings

    public init(_ settings: SoftPlannerSettings = SoftPlannerSettings()) { self.settings = settings }

    /// The KL-regularised optimum with the proof.
    public func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
        try SoftPlanner(settings.controlled(by: control)).search(problem, control: control).solution
    }

    /// - Parameter control: asked to stop often, told of the bounds after every round of a search.
    /// - Throws: ``SolverError`` if the objective has no KL term, or the memory is too small for the game's tables.
    /// - Complexity: exponential in T at worst, bounded by the memory and by the control.
    public func search(_ problem: Problem, control: RunControl = RunControl()) throws -> SoftResult {
        try settings.check()
        try SolverError.requireMyopic(problem.game, for: "the soft method")
        try Self.check(problem.objective)
        let task = try SoftTask(
            game: problem.game, objective: problem.objective, settings: settings, control: control)
        return problem.objective.constraints.isEmpty ? try task.free() : try task.constrained()
    }

    private static func check(_ objective: Objective) throws(SolverError) {
        guard objective.klWeight > 0, objective.klWeight.isFinite else {
            throw SolverError(
                "soft planning needs a KL weight above 0 and the objective's is \(objective.klWeight); give --tau (or "
                    + "kl_weight in the scenario), or use --method belief, which finds the optimum without a KL term")
        }
        guard objective.reference.isConstant else {
            throw SolverError(
                "soft planning is for a reference that is the same in every situation, and objective.reference has rows: "
                    + SolverError.driftingAdvice(objective.reference))
        }
    }
}
