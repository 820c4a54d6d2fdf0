package import GameModel
internal import InputErrors
internal import Output
package import Scenarios
internal import Solver

/// How the explorer solves: fast while numbers move, or with bounds that close.
package enum ExplorerMethod: Sendable, Hashable {
    /// A controller by the gradient from one start: it remembers the last message, or the turn too.
    case quick(usesTurn: Bool)
    /// The gradient from many starts, with the last message and the turn remembered: for users with foresight, and to be surer.
    case starts(Int)
    /// Belief planning: everything is remembered, and what upper − lower bound may leave open is given.
    case planned(gap: Double)

    /// The word of requests and the page.
    package var name: String {
        switch self {
        case .quick(usesTurn: false): "last"
        case .quick(usesTurn: true): "last-turn"
        case .starts: "gradient"
        case .planned: "belief"
        }
    }

    /// What names a solution besides its numbers.
    var settings: String {
        switch self {
        case .quick: "\(name) 1 start"
        case .starts(let count): "gradient \(count) starts"
        case .planned(let gap): "belief \(gap)"
        }
    }
}

extension Explorer {
    /// How long a fast solution may take, in seconds; one that was stopped says so.
    static let quickTime = 2.0

    /// Solves for the numbers of a request; a solution that was found already is taken again.
    ///
    /// - Parameter control: asked to stop, told of bounds.
    /// - Throws: `SolverError` for what the method does not take.
    package func solve(
        _ method: ExplorerMethod, changes: [ParameterChange], _ control: RunControl
    ) throws -> ExplorerSolution {
        let changed = try scenario(with: changes)
        var name = solutionName(method, changed)
        if let known = solved.solution(name) { return known }
        let start = ContinuousClock.now
        let problem = Problem(game: changed.game, objective: changed.objective)
        let solution = try solve(method, problem, control)
        // What was stopped is one of many that may be found: the name says which.
        if solution.status == .stopped || control.shouldStop() {
            name += "-\(String(solution.value.bitPattern, radix: 16))"
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let found = ExplorerSolution(
            policy: PricedPolicy(
                label: name, policy: solution.policy, prices: solution.multipliers,
                klWeight: changed.objective.klWeight),
            scenario: changed, solution: solution, method: method.name, seconds: seconds)
        solved.keep(found)
        return found
    }

    private func solve(_ method: ExplorerMethod, _ problem: Problem, _ control: RunControl) throws -> Solution {
        switch method {
        case .quick(let usesTurn):
            let memory = MemoryKind(observations: 1, usesTurn: usesTurn)
            return try GradientSolver(GradientSolverSettings(memory: memory, starts: 1)).solve(problem, control)
        case .starts(let count):
            return try GradientSolver(GradientSolverSettings(starts: count)).solve(problem, control)
        case .planned(let gap):
            let settings = BeliefPlannerSettings(gap: gap)
            guard !problem.objective.constraints.isEmpty else {
                return try BeliefPlanner(settings).solve(problem, control)
            }
            return try ConstrainedPlanner(
                ConstrainedPlannerSettings(planner: settings, seeds: ConstrainedPlannerSettings.fewStarts)
            )
            .solve(problem, control)
        }
    }

    /// The game's hash leaves out the objective, which counts here.
    private func solutionName(_ method: ExplorerMethod, _ changed: Scenario) -> String {
        let goal = changed.objective
        let parts =
            [changed.gameHash, method.settings, goal.goal.rawValue, "\(goal.reference)", "\(goal.klWeight)"]
            + goal.constraints.map { "\($0.user) \($0.outcome) \($0.atMost)" } + changed.assumptionParts
        return SolvedPolicies.prefix + ContentHash.sha256(parts.joined(separator: "\n")).prefix(16)
    }
}
