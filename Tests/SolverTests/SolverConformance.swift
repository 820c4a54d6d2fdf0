import GameFixtures
import GameModel
import Simulation
import Solver
import Testing

/// What every solver must satisfy, whatever its method: a new solver joins by one entry in ``solvers``.
struct SolverConformance: Sendable, CustomTestStringConvertible {
    /// What a solver answers, as far as the kit is concerned.
    struct Answer: Equatable {
        var controller: FiniteMemoryController
        var value: Double
        var upperBound: Double
        var isConverged: Bool
    }

    let name: String
    /// τ of the objectives that the solver is for.
    var klWeight = 0.0
    let solve: @Sendable (Game, Objective) throws -> Answer

    var testDescription: String { name }

    /// Every solver of the library.
    static let solvers: [SolverConformance] =
        [
            MemoryKind.stationary, MemoryKind(observations: 0, usesTurn: true),
            MemoryKind(observations: 1, usesTurn: false), .lastWithTurn, MemoryKind(observations: 2, usesTurn: true),
        ].map { kind in
            SolverConformance(name: "gradient, \(kind)") { game, objective in
                let solution = try GradientSolver(GradientSolverSettings(starts: 4)).solve(
                    game: game, objective: objective, memory: kind)
                return Answer(
                    controller: solution.controller, value: solution.value, upperBound: solution.upperBound,
                    isConverged: solution.status == .converged)
            }
        } + [
            SolverConformance(name: "belief") { game, objective in
                let solution = try BeliefPlanner(BeliefPlannerSettings(gap: 1e-7)).solve(
                    game: game, objective: objective)
                return Answer(
                    controller: solution.controller, value: solution.value, upperBound: solution.upperBound,
                    isConverged: solution.isConverged)
            },
            SolverConformance(name: "belief under a limit that does not bind") { game, objective in
                var objective = objective
                objective.constraints = [OutcomeConstraint(user: 0, outcome: 0, atMost: 1)]
                let solution = try ConstrainedPlanner().solve(game: game, objective: objective)
                return Answer(
                    controller: solution.controller, value: solution.value, upperBound: solution.upperBound,
                    isConverged: solution.isConverged)
            },
            SolverConformance(name: "soft", klWeight: 0.3) { game, objective in
                let solution = try SoftPlanner().solve(game: game, objective: objective)
                return Answer(
                    controller: solution.controller, value: solution.value, upperBound: solution.upperBound,
                    isConverged: solution.isConverged)
            },
        ]

    func objective(_ goal: Objective.Goal, _ reference: [Double]) -> Objective {
        Objective(goal: goal, reference: reference, klWeight: klWeight)
    }

    /// What a policy is worth to an objective without constraints.
    static func worth(_ controller: FiniteMemoryController, _ objective: Objective, _ game: Game) -> Double {
        let evaluation = Evaluation(controller, game: game, reference: objective.reference)
        let goal = objective.goal == .payoff ? evaluation.payoff : evaluation.safe
        return objective.klWeight == 0 ? goal : goal - objective.klWeight * evaluation.divergence
    }

    /// A family of small games, no two alike in kind.
    static func game(_ seed: UInt64) throws -> Game {
        try RandomGame {
            ($0.horizon, $0.responses, $0.users) = (Int(2 + seed % 3), 3, Int(1 + seed % 3))
            ($0.usesTurn, $0.mixesTabular, $0.feigns) = (seed % 2 == 0, seed % 3 == 0, seed % 4 != 1)
            ($0.states, $0.cues) = (Int(1 + seed % 3), Int(1 + (seed / 2) % 3))
        }.game(seed: seed)
    }
}

@Suite("Every solver")
struct SolverConformanceTests {
    private static let reference = [0.2, 0.3, 0.5]
    private static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6]

    @Test("returns the value of the policy it returns, below its bound", arguments: SolverConformance.solvers, seeds)
    func honestValue(solver: SolverConformance, seed: UInt64) throws {
        let game = try SolverConformance.game(seed)
        for goal in Objective.Goal.allCases {
            let objective = solver.objective(goal, Self.reference)
            let answer = try solver.solve(game, objective)
            #expect(abs(answer.value - SolverConformance.worth(answer.controller, objective, game)) < 1e-12)
            #expect(answer.value <= answer.upperBound + 1e-12)
            #expect(answer.isConverged)
        }
    }

    @Test("does at least as well as every constant policy", arguments: SolverConformance.solvers, seeds)
    func beatsConstants(solver: SolverConformance, seed: UInt64) throws {
        let game = try SolverConformance.game(seed)
        let objective = solver.objective(.payoff, Self.reference)
        let answer = try solver.solve(game, objective)
        var others = try game.responses.indices.map { try FiniteMemoryController.always($0, game: game) }
        others.append(try .uniform(game: game))
        others.append(try .constant(Self.reference, game: game))
        for other in others { #expect(answer.value >= SolverConformance.worth(other, objective, game) - 1e-6) }
    }

    @Test("gives the same answer twice", arguments: SolverConformance.solvers)
    func repeatable(solver: SolverConformance) throws {
        let game = try SolverConformance.game(2)
        let objective = solver.objective(.payoff, Self.reference)
        #expect(try solver.solve(game, objective) == solver.solve(game, objective))
    }

    @Test("is confirmed by simulation within 4.5 standard errors", arguments: SolverConformance.solvers)
    func simulated(solver: SolverConformance) throws {
        let game = try SolverConformance.game(4)
        let objective = solver.objective(.payoff, Self.reference)
        let answer = try solver.solve(game, objective)
        let simulation = Simulation(
            game: game, policies: [answer.controller], settings: .init(episodes: 100_000, seed: 3))
        let payoff = try simulation.run().tallies[0].payoff
        let (mean, error) = (try #require(payoff.mean), try #require(payoff.standardError))
        // A simulation plays the goal; the KL term is no part of a conversation.
        let exact = Evaluation(answer.controller, game: game).payoff
        #expect(abs(mean - exact) < 4.5 * error)
        if objective.klWeight == 0 { #expect(abs(exact - answer.value) < 1e-12) }
    }
}
