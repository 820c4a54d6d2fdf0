import ExactEvaluation
import GameFixtures
import GameModel
import NumericalMethods
import Simulation
import Solver
import Testing

/// What every solver must satisfy, whatever its method: a new solver joins by one entry in ``solvers``. Beyond the kit of
/// `Conformance`, which `ConformanceTests` runs, this takes solvers that know no bound of their own or play several games, and has
/// every answer confirmed by simulation.
///
/// A solver plays some games of a family and says what its policy is worth. What it maximises is told by a ``Yardstick``, which knows
/// nothing of the solver: the value of any policy, and the games, with their weights, in which that value is attained.
struct SolverTrial: Sendable, CustomTestStringConvertible {
    /// What a solver answers, as far as the kit is concerned.
    struct Answer: Equatable {
        var controller: Policy
        var value: Double
        var upperBound: Double
        var isConverged: Bool
        /// The standard error of the value; 0 for exact methods.
        var uncertainty = 0.0
    }

    let name: String
    /// τ of the objectives that the solver is for.
    var klWeight = 0.0
    /// What policies are judged by.
    var yardstick = Yardstick.nominal
    /// The games that are played, the nominal one first, made from a seed.
    var games: @Sendable (UInt64) throws -> [GameDefinition] = { [RandomGame.small($0).definition(seed: $0)] }
    let solve: @Sendable ([Game], Objective) throws -> Answer

    var testDescription: String { name }

    func objective(_ goal: Objective.Goal, _ reference: [Double]) -> Objective {
        Objective(goal: goal, reference: reference, klWeight: klWeight)
    }
}

@Suite("Every solver")
struct SolverConformanceTests {
    private static let reference = [0.2, 0.3, 0.5]
    private static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6]
    /// Standard errors that a value may be off: a level of 7·10⁻⁶ under fixed seeds.
    private static let errors = 4.5

    @Test("returns the value of the policy it returns, below its bound", arguments: SolverTrial.solvers, seeds)
    func honestValue(solver: SolverTrial, seed: UInt64) throws {
        let definitions = try solver.games(seed)
        for goal in Objective.Goal.allCases {
            let objective = solver.objective(goal, Self.reference)
            let answer = try solver.solve(definitions.map { try Game($0) }, objective)
            let worth = try solver.yardstick.measure(answer.controller, objective, definitions).value
            let noise = Self.errors * answer.uncertainty
            #expect(abs(answer.value - worth) < 1e-12 + noise)
            #expect(answer.value <= answer.upperBound + 1e-12 + noise)
            #expect(answer.isConverged)
        }
    }

    @Test("does at least as well as every constant policy", arguments: SolverTrial.solvers, seeds)
    func beatsConstants(solver: SolverTrial, seed: UInt64) throws {
        let definitions = try solver.games(seed)
        let game = try Game(definitions[0])
        let objective = solver.objective(.payoff, Self.reference)
        let answer = try solver.solve(definitions.map { try Game($0) }, objective)
        var others = try game.responses.indices.map { try Policy.always($0, game: game) }
        others.append(try .uniform(game: game))
        others.append(try .constant(Self.reference, game: game))
        for other in others {
            let worth = try solver.yardstick.measure(other, objective, definitions).value
            #expect(answer.value >= worth - 1e-6 - Self.errors * answer.uncertainty)
        }
    }

    @Test("gives the same answer twice", arguments: SolverTrial.solvers)
    func repeatable(solver: SolverTrial) throws {
        let games = try solver.games(2).map { try Game($0) }
        let objective = solver.objective(.payoff, Self.reference)
        #expect(try solver.solve(games, objective) == solver.solve(games, objective))
    }

    @Test("is confirmed by simulation within 4.5 standard errors", arguments: SolverTrial.solvers)
    func simulated(solver: SolverTrial) throws {
        let definitions = try solver.games(4)
        let objective = solver.objective(.payoff, Self.reference)
        let answer = try solver.solve(definitions.map { try Game($0) }, objective)
        // A simulation plays the goal; the KL term is no part of a conversation.
        for (definition, weight) in try solver.yardstick.measure(answer.controller, objective, definitions).cases
        where weight > 0 {
            let game = try Game(definition)
            let simulation = Rollouts(
                game: game, policies: [answer.controller], settings: .init(episodes: 100_000, seed: 3))
            let payoff = try simulation.run().tallies[0].payoff
            let (mean, error) = (try #require(payoff?.value), try #require(payoff?.standardError))
            #expect(abs(mean - Evaluation(answer.controller, game: game).payoff) < Self.errors * error)
        }
    }
}
