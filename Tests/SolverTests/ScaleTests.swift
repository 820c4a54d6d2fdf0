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
