import Conformance
import ExactEvaluation
import GameModel
import Solver
import Testing

/// A solver with its name and the problems that it is for.
struct NamedSolver: Sendable, CustomTestStringConvertible {
    let name: String
    let solver: any PolicySolver
    let kit: @Sendable () throws -> SolverConformance
    var testDescription: String { name }

    init(_ name: String, _ solver: any PolicySolver, _ kit: @escaping @Sendable () throws -> SolverConformance) {
        (self.name, self.solver, self.kit) = (name, solver, kit)
    }

    func violations() throws -> [String] {
        func run(_ solver: some PolicySolver) throws -> [String] { try kit().violations(of: solver) }
        return try run(solver)
    }
}

private let fewStarts = GradientSolverSettings(starts: 4)
private let exact = BeliefPlannerSettings(gap: 1e-7)

/// The least value over user types: what a policy is worth against every prior.
private func worstType(_ policy: Policy, _ problem: Problem) throws -> Double {
    let game = problem.game
    let evaluation = Evaluation(policy, game: game)
    let values = game.users.indices.map { user in
        problem.objective.goal == .payoff ? evaluation.payoffByUser[user] : evaluation.safeShare(ofUser: user)
    }
    return values.min() ?? .nan
}

private let solvers = [
    NamedSolver("gradient", GradientSolver(fewStarts)) { try SolverConformance() },
    NamedSolver("gradient with a KL term", GradientSolver(fewStarts)) { try SolverConformance(klWeight: 0.3) },
    NamedSolver("gradient under limits", GradientSolver(fewStarts)) {
        try SolverConformance(isLimited: true, seeds: 1...3)
    },
    NamedSolver("gradient against users with foresight", GradientSolver(fewStarts)) {
        try SolverConformance(foresight: 0.9, seeds: 1...3)
    },
    NamedSolver("belief", BeliefPlanner(exact)) { try SolverConformance() },
    NamedSolver("belief under limits", ConstrainedPlanner(ConstrainedPlannerSettings(planner: exact))) {
        try SolverConformance(isLimited: true)
    },
    NamedSolver("soft", SoftPlanner()) { try SolverConformance(klWeight: 0.3) },
    NamedSolver("soft under limits", SoftPlanner()) {
        try SolverConformance(klWeight: 0.3, isLimited: true, seeds: 1...3)
    },
    NamedSolver("robust", RobustSolver(fewStarts, robustness: .allPriors)) {
        var kit = try SolverConformance(seeds: 1...3)
        kit.worth = worstType
        return kit
    },
    NamedSolver(
        "belief against the worst prior",
        WorstPriorPlanner(ConstrainedPlannerSettings(planner: exact, seeds: nil), robustness: .allPriors)
    ) {
        var kit = try SolverConformance(seeds: 1...3)
        kit.worth = worstType
        return kit
    },
]

@Suite("Every solver of the library")
struct SolversTests {
    @Test("passes the kit", arguments: solvers)
    func conforms(named: NamedSolver) throws { #expect(try named.violations() == []) }
}
