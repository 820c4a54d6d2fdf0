public import GameModel
internal import Scenarios
public import Solver

/// A method with its limits, to be named in one breath: `.belief(gap: 1e-4, within: .seconds(60))`.
public struct SolveChoice: Sendable {
    let method: any SolvingMethod
    let duration: Duration?

    /// How long belief and soft planning may take where nobody says.
    public static let planningTime: Duration = .seconds(60)

    /// Any method.
    ///
    /// - Parameter duration: how long it may take; nil for as long as it needs.
    public init(_ method: any SolvingMethod, within duration: Duration? = nil) {
        self.method = method
        self.duration = duration
    }

    /// Policies that remember everything, with bounds that close.
    ///
    /// - Parameter gap: what upper − lower bound may leave open, in the goal's units.
    public static func belief(gap: Double = 1e-4, within duration: Duration? = planningTime) -> SolveChoice {
        SolveChoice(BeliefMethod(gap: gap), within: duration)
    }

    /// The KL-regularised optimum, with bounds.
    public static func soft(gap: Double = 1e-4, within duration: Duration? = planningTime) -> SolveChoice {
        SolveChoice(SoftMethod(gap: gap), within: duration)
    }

    /// The best finite-state controller that the exact gradient finds from many starts.
    public static func gradient(
        memory: MemoryKind = .lastWithTurn, starts: Int = 20, seed: UInt64 = 1, within duration: Duration? = nil
    ) -> SolveChoice {
        SolveChoice(
            GradientMethod(GradientSolverSettings(memory: memory, starts: starts, seed: seed)), within: duration)
    }

    /// The controller whose worst case is best.
    public static func robust(
        against robustness: Robustness, memory: MemoryKind = .lastWithTurn, starts: Int = 20,
        within duration: Duration? = nil
    ) -> SolveChoice {
        SolveChoice(
            RobustMethod(GradientSolverSettings(memory: memory, starts: starts), against: robustness), within: duration)
    }
}

/// Any solver as a method, under a name that files and scripts give it.
public struct SolverMethod<S: PolicySolver>: SolvingMethod {
    let solver: S
    let name: String

    /// - Parameter name: nil for that of the type.
    public init(_ solver: S, name: String? = nil) {
        self.solver = solver
        self.name = name ?? "\(S.self)"
    }

    public func solve(_ scenario: Scenario, _ control: RunControl) throws -> SolvedScenario {
        let problem = Problem(game: scenario.game, objective: scenario.objective)
        let solution = try solver.solve(problem, control)
        return SolvedScenario(
            solution, of: scenario, method: name, ending: Ending.text(solution.status), notes: [],
            members: ["violation": .number(solution.violation)], settings: [:],
            summary: { [name] in solution.summary(method: name, problem.objective, problem.game) })
    }
}
