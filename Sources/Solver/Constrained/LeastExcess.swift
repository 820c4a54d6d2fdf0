internal import GameModel

/// Whether limits can be kept at all, whatever the goal: policies that keep them, or a proof that none does.
///
/// P(ω | θ) is given the type, so what is found holds under every prior, and against a KL term too: neither changes which policies
/// there are. It is phase one of ``ConstrainedPlanner`` and ends where that would begin with the goal.
struct LeastExcess {
    /// A policy and its share in a mixture.
    typealias Part = (controller: Policy, probability: Double)

    enum Finding {
        /// The parts of a mixture that keeps every limit.
        case kept([Part])
        /// Every policy exceeds some limit by at least this, above 0; the parts of the mixture that exceeds least.
        case infeasible(atLeast: Double, [Part])
        /// The search ended before it knew.
        case open
    }

    private let problem: Problem
    private let settings: ConstrainedPlannerSettings

    /// - Parameter planner: how policies are found; its gap is how close the least excess is looked at once it is known to be above 0.
    init(_ problem: Problem, planner: BeliefPlannerSettings) {
        var free = problem.objective
        // Only limits count: what the goal would pay, or a KL term cost, is not looked at.
        free.klWeight = 0
        self.problem = Problem(game: problem.game, objective: free)
        settings = ConstrainedPlannerSettings(planner: planner, seeds: nil)
    }

    /// - Throws: ``SolverError`` as ``ConstrainedPlanner/search(_:policies:control:)``.
    /// - Complexity: a search by ``BeliefPlanner`` per price on the limits; one alone for one limit.
    func search(shouldStop: @escaping @Sendable () -> Bool) throws -> Finding {
        let game = problem.game
        var pool = PolicyPool(game: game, objective: problem.objective, limit: settings.poolBytes)
        for response in game.responses.indices { pool.add(try .always(response, game: game)) }
        var search = PriceSearch(
            game: game, objective: problem.objective, settings: settings, pool: pool, endsAtFeasible: true,
            shouldStop: shouldStop)
        let status = try search.run(shouldStop: shouldStop, progress: { _ in })
        let best = try search.pool.best()
        let parts = search.pool.parts(of: best)
        if best.excess <= 0 { return .kept(parts) }
        if case .infeasible(_, .excess(let least)) = status { return .infeasible(atLeast: least, parts) }
        return .open
    }
}
