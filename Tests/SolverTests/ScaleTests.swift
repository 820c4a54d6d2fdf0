import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Units of payoffs change nothing but the units")
struct ScaleTests {
    /// A game whose amounts are multiplied by a power of two, so that every sum is the same number in other units.
    private static func game(_ factor: Double, seed: UInt64) throws -> Game {
        var definition = RandomGame {
            $0.users = 2
            $0.states = 2
            $0.responses = 3
            $0.horizon = 3
        }.definition(seed: seed)
        for user in definition.users.indices {
            definition.users[user].outcomePayoff = definition.users[user].outcomePayoff.map { $0 * factor }
            definition.users[user].exposure = definition.users[user].exposure.map { $0 * factor }
        }
        for response in definition.responses.indices { definition.responses[response].cost *= factor }
        return try Game(definition)
    }

    private static let objective = Objective(goal: .payoff, reference: [1, 1, 1].map { $0 / 3 })
    private static let factors = [0x1p-300, 0x1p-60, 0x1p60, 0x1p300]

    @Test("Belief planning proves the same optimum", arguments: factors)
    func planner(factor: Double) throws {
        for seed in UInt64(1)...3 {
            func value(_ factor: Double) throws -> Double {
                let solution = try BeliefPlanner(BeliefPlannerSettings(gap: 0)).search(
                    Problem(game: Self.game(factor, seed: seed), objective: Self.objective))
                #expect(solution.isConverged && solution.gap <= 1e-10 * factor)
                return solution.value
            }
            let (own, scaled) = (try value(1), try value(factor))
            #expect(abs(scaled / factor - own) <= 1e-10)
        }
    }

    @Test("Under constraints, too", arguments: factors)
    func constrained(factor: Double) throws {
        var objective = Self.objective
        objective.constraints = [OutcomeConstraint(user: 0, outcome: 1, atMost: 0.3)]
        func value(_ factor: Double) throws -> Double {
            let solution = try ConstrainedPlanner(
                ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 0))
            ).search(Problem(game: Self.game(factor, seed: 4), objective: objective))
            #expect(solution.isConverged)
            return solution.value
        }
        let (own, scaled) = (try value(1), try value(factor))
        #expect(abs(scaled / factor - own) <= 1e-9)
    }

    @Test("Against the worst prior, with a limit and without", arguments: factors)
    func worstPriors(factor: Double) throws {
        for constraints in [[], [OutcomeConstraint(user: 0, outcome: 1, atMost: 0.3)]] {
            var objective = Self.objective
            objective.constraints = constraints
            func values(_ factor: Double) throws -> (planned: Double, searched: Double) {
                let worst = try WorstCase(
                    games: [Self.game(factor, seed: 4)], objective: objective, robustness: .allPriors)
                let planned = try WorstPriorPlanner(
                    ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 1e-6 * factor), seeds: nil)
                ).search(worst)
                let searched = try RobustSolver(GradientSolverSettings(starts: 4)).search(worst, memory: .lastWithTurn)
                #expect(planned.isConverged && searched.isConverged)
                return (planned.value, searched.value)
            }
            let (own, scaled) = (try values(1), try values(factor))
            #expect(abs(scaled.planned / factor - own.planned) <= 2e-6)
            #expect(abs(scaled.searched / factor - own.searched) <= 1e-6)
        }
    }

    /// A long step along a slope leaves little of the probabilities that it is added to.
    @Test("Robust strategies are distributions, of many responses and in large units", arguments: [1.0, 1e3, 1e9])
    func manyResponses(factor: Double) throws {
        var definition = RandomGame {
            ($0.users, $0.responses, $0.horizon, $0.states, $0.cues) = (3, 40, 1, 2, 2)
        }.definition(seed: 377)
        for user in definition.users.indices {
            definition.users[user].outcomePayoff = definition.users[user].outcomePayoff.map { $0 * factor }
        }
        let objective = Objective(goal: .payoff, reference: [Double](repeating: 1 / 40, count: 40))
        for robustness in [Robustness.allPriors, .prior(radius: 0.3)] {
            let worst = try WorstCase(games: [Game(definition)], objective: objective, robustness: robustness)
            let searched = try RobustSolver(GradientSolverSettings(starts: 3)).search(worst, memory: .lastWithTurn)
            let proven = try WorstPriorPlanner(
                ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 1e-6 * factor), seeds: nil)
            ).search(worst)
            #expect(searched.isConverged && proven.isConverged)
            #expect(abs(searched.value - proven.value) <= 1e-3 * factor)
        }
    }

    @Test("Amounts whose squares are no numbers make no game", arguments: [1e101, -1e154, 1.7e308, .infinity, .nan])
    func refused(amount: Double) throws {
        func definition(_ change: (inout GameDefinition) -> Void) -> GameDefinition {
            var definition = RandomGame {
                $0.users = 2
                $0.responses = 2
                $0.horizon = 2
            }.definition(seed: 1)
            change(&definition)
            return definition
        }
        #expect(throws: GameError.self) { try Game(definition { $0.users[0].outcomePayoff[0] = amount }) }
        #expect(throws: GameError.self) { try Game(definition { $0.users[1].exposure[0] = amount }) }
        #expect(throws: GameError.self) { try Game(definition { $0.responses[0].cost = abs(amount) }) }
        #expect(throws: Never.self) { try Game(definition { $0.users[0].outcomePayoff[0] = 1e100 }) }
    }
}
