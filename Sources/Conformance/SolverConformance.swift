internal import ExactEvaluation
public import GameModel
public import Solver

/// The kit that every ``PolicySolver`` passes: small random problems, and what must be true of whatever a solver answers.
///
/// ```swift
/// @Test func mySolver() throws {
///     #expect(try SolverConformance().violations(of: MySolver()) == [])
/// }
/// ```
///
/// A solver that takes limits, a KL term or users with foresight is asked for these too:
/// `SolverConformance(klWeight: 0.3, foresight: 0.9, isLimited: true)`. One that promises something else than the objective's value,
/// such as a worst case, says by ``worth`` what its policies are judged by.
///
/// What is checked, of every problem:
///
/// - The policy is one of the game; the value is what it is worth by an exact evaluation that knows nothing of the solver; the
///   evaluation, the excess over limits and the multipliers are of that policy and those limits.
/// - The bound is below neither the value nor a constant policy that keeps the limits.
/// - No status says more than is true: an optimum has no gap, a gap that was reached has a bound, a converged policy keeps the limits
///   and is at least as good as every constant policy that keeps them, and limits that a constant policy keeps are not called
///   impossible.
/// - The same settings give the same solution twice, and on one and two threads.
/// - Asked to stop before it begins, or past its deadline, it returns a solution for which all this holds, and says that it stopped,
///   unless it had proven something by then.
public struct SolverConformance: Sendable {
    /// What solvers are asked.
    public var problems: [Problem]
    /// What a policy is worth in a problem, in the goal's units; the objective's exact value if nothing else is said.
    public var worth: @Sendable (Policy, Problem) throws -> Double = { policy, problem in
        let evaluation = Evaluation(policy, game: problem.game, reference: problem.objective.reference)
        return problem.objective.value(of: evaluation, game: problem.game)
    }
    /// By how much of the problem's scale a converged policy may be worth less than a constant one.
    public var optimalityTolerance = 1e-6
    /// By how much probability a converged policy may exceed a limit.
    public var feasibilityTolerance = 1e-7

    /// The kit for problems of one's own.
    public init(problems: [Problem]) { self.problems = problems }

    /// The kit on the family ``RandomGame/small(_:)``, each game once for payoff and once for safe outcomes.
    ///
    /// - Parameters:
    ///   - klWeight: τ of the objectives, in payoff units.
    ///   - foresight: δ of the users who choose by utilities; 0 for games in which nobody looks ahead.
    ///   - isLimited: whether the first type's unsafe ending has a limit: a quarter of the way from the constant policy that leads to
    ///     it least often to the one that does most often, so that some constant policy keeps it and not all do.
    ///   - seeds: one game each.
    /// - Throws: `GameError` if a number is out of its range.
    public init(
        klWeight: Double = 0, foresight: Double = 0, isLimited: Bool = false, seeds: ClosedRange<UInt64> = 1...6
    ) throws(GameError) {
        problems = []
        for seed in seeds {
            var family = RandomGame.small(seed)
            family.foresight = foresight
            let game = try family.game(seed: seed)
            let limits = isLimited ? [try Self.limit(game)] : []
            for goal in Objective.Goal.allCases {
                let objective = Objective(
                    goal: goal, reference: [0.2, 0.3, 0.5], klWeight: klWeight, constraints: limits)
                problems.append(Problem(game: game, objective: objective))
            }
        }
    }

    private static func limit(_ game: Game) throws(GameError) -> OutcomeConstraint {
        let outcome = game.outcomes.firstIndex { !$0.isSafe } ?? 0
        var (least, most) = (1.0, 0.0)
        for response in game.responses.indices {
            let share = Evaluation(try .always(response, game: game), game: game).outcomes[0][outcome]
            (least, most) = (min(least, share), max(most, share))
        }
        return OutcomeConstraint(user: 0, outcome: outcome, atMost: least + (most - least) / 4)
    }

    /// Everything that is wrong with a solver, in words; empty if it conforms.
    ///
    /// - Complexity: five searches per problem; the kit itself evaluates some ten policies exactly.
    public func violations(of solver: some PolicySolver) -> [String] {
        problems.flatMap { problem -> [String] in
            let place = "\(problem.game.name) for \(problem.objective.goal.rawValue)"
            do {
                return try violations(of: solver, in: problem).map { "\(place): \($0)" }
            } catch {
                return ["\(place): throws: \(error)"]
            }
        }
    }

    private func violations(of solver: some PolicySolver, in problem: Problem) throws -> [String] {
        let audit = try SolutionAudit(problem, kit: self)
        let first = try solver.solve(problem, RunControl(threads: 1))
        var found = audit.violations(of: first)
        if try solver.solve(problem, RunControl(threads: 1)) != first { found.append("gives two different solutions") }
        if try solver.solve(problem, RunControl(threads: 2)) != first {
            found.append("gives another solution on two threads")
        }
        let hurried = [
            ("asked to stop", RunControl(threads: 1, stop: { true })),
            ("past its deadline", RunControl(within: .zero, threads: 1)),
        ]
        for (occasion, control) in hurried {
            do {
                found += audit.violations(ofStopped: try solver.solve(problem, control)).map { "\(occasion): \($0)" }
            } catch {
                found.append("\(occasion): throws: \(error)")
            }
        }
        return found
    }
}
