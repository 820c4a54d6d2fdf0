import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Soft planning under constraints")
struct SoftConstraintTests {
    private typealias Fixture = SoftPlannerTests
    private let weight = 0.3

    /// Limits at a share of what the free soft optimum has.
    private func limits(_ game: Game, _ pairs: [(user: Int, outcome: Int)], share: Double) throws -> [OutcomeConstraint]
    {
        let free = try Fixture.solve(game, weight: weight)
        return pairs.map {
            OutcomeConstraint(
                user: $0.user, outcome: $0.outcome, atMost: share * free.evaluation.outcomes[$0.user][$0.outcome])
        }
    }

    /// The dual function by the recursion over every history, at the prices found.
    private func dual(
        _ definition: GameDefinition, _ constraints: [OutcomeConstraint], _ solution: SoftResult
    ) throws -> Double {
        var prices = definition.users.map { _ in definition.outcomes.map { _ in 0.0 } }
        for (constraint, multiplier) in zip(constraints, solution.multipliers) {
            prices[constraint.user][constraint.outcome] += multiplier / definition.users[constraint.user].prior
        }
        let oracle = BeliefOracle(definition, goal: .payoff, soft: (Fixture.reference, weight), prices: prices)
        return try zip(constraints, solution.multipliers).reduce(oracle.value()) { $0 + $1.1 * $1.0.atMost }
    }

    @Test("meets its limits at prices that prove it optimal", arguments: [UInt64](1...6))
    func certificate(seed: UInt64) throws {
        let definition = Fixture.definition(seed)
        let game = try Game(definition)
        let last = game.users.count - 1
        let wanted = last == 0 ? [(0, 1)] : [(0, 1), (last, 0)]
        let constraints = try limits(game, wanted, share: 0.97)
        let solution = try Fixture.solve(game, weight: weight, constraints: constraints)
        #expect(solution.violation <= 1e-6)
        #expect(solution.multipliers.contains { $0 > 0 })
        #expect(solution.gap < 1e-4)
        // Strong duality, by an oracle that knows nothing of the search.
        let bound = try dual(definition, constraints, solution)
        // A limit may be exceeded by the tolerance, which is worth its price.
        let slack = 1e-10 + 1e-6 * solution.multipliers.reduce(0, +)
        #expect(bound >= solution.value - slack)
        #expect(bound - solution.value < 1e-4)
        #expect(solution.bound >= solution.value - slack)
    }

    @Test("a limit that the free optimum meets costs nothing")
    func slack() throws {
        let game = try Game(Fixture.definition(2))
        let free = try Fixture.solve(game, weight: weight)
        let solution = try Fixture.solve(
            game, weight: weight, constraints: [OutcomeConstraint(user: 0, outcome: 0, atMost: 0.999)])
        #expect(solution.multipliers == [0])
        #expect(abs(solution.value - free.value) < 1e-10)
        #expect(solution.isConverged)
    }

    @Test("the multiplier is the gain per unit of a looser limit")
    func shadowPrice() throws {
        let game = try Game(Fixture.definition(4))
        let limit = try limits(game, [(0, 1)], share: 0.97)[0]
        func solve(_ shift: Double) throws -> SoftResult {
            var moved = limit
            moved.atMost += shift
            return try Fixture.solve(
                game, weight: weight, constraints: [moved],
                SoftPlannerSettings(gap: 0, feasibilityTolerance: 1e-10, priceRounds: 3))
        }
        let step = 1e-3 * limit.atMost
        let slope = (try solve(step).value - solve(-step).value) / (2 * step)
        let price = try solve(0).multipliers[0]
        #expect(price > 0)
        #expect(abs(slope - price) < 1e-3 * price)
    }

    @Test("a limit below what any policy can reach is infeasible, with the least violation")
    func infeasible() throws {
        let game = try Game(Fixture.definition(2))
        let constraint = OutcomeConstraint(user: 0, outcome: 1, atMost: 0)
        let solution = try Fixture.solve(game, weight: weight, constraints: [constraint])
        guard case .infeasible(let violation, .excess(let excess)) = solution.status else {
            Issue.record("the status is \(solution.status)")
            return
        }
        #expect(!solution.isConverged)
        // The least probability of the outcome is the hard optimum of its opposite.
        #expect(violation > 0)
        #expect(violation == solution.violation)
        #expect(abs(violation - (try least(game, user: 0, outcome: 1))) <= 1e-4 && excess <= violation + 1e-12)
        let free = try Fixture.solve(game, weight: weight)
        #expect(violation < free.evaluation.outcomes[0][1])
    }

    /// The least P(ω | θ) of any policy, by a planner that knows no KL term.
    private func least(_ game: Game, user: Int, outcome: Int) throws -> Double {
        let objective = Objective(
            goal: .payoff, reference: Fixture.reference,
            constraints: [OutcomeConstraint(user: user, outcome: outcome, atMost: 0)])
        let found = try ConstrainedPlanner(
            ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 1e-11), seeds: nil)
        ).search(Problem(game: game, objective: objective))
        guard case .infeasible(_, .excess(let least)) = found.status else { return 0 }
        return least
    }

    @Test(
        "of several limits that cannot be kept at once, the policy returned breaks the worst one least",
        arguments: [UInt64](1...4))
    func leastViolation(seed: UInt64) throws {
        let game = try Game(Fixture.definition(seed))
        let impossible = game.users.indices.map { OutcomeConstraint(user: $0, outcome: 1, atMost: 0) }
        let solution = try Fixture.solve(game, weight: 1e-3, constraints: impossible, SoftPlannerSettings())
        let objective = Objective(goal: .payoff, reference: Fixture.reference, constraints: impossible)
        let hard = try ConstrainedPlanner(
            ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 1e-9), seeds: nil)
        ).search(Problem(game: game, objective: objective))
        #expect(hard.violation > 0)
        #expect(abs(solution.violation - hard.violation) <= 1e-4)
        #expect(solution.evaluation.divergence.isFinite && solution.value.isFinite)
    }

    @Test("a limit that is missed by less than the tolerance is proven infeasible, and never called optimal")
    func missedByAHair() throws {
        let game = try Game(Fixture.definition(2))
        let least = try least(game, user: 0, outcome: 1)
        try #require(least > 1e-3)
        for hair in [4e-8, 4e-7] {
            let limit = OutcomeConstraint(user: 0, outcome: 1, atMost: least - hair)
            let solution = try Fixture.solve(game, weight: weight, constraints: [limit], SoftPlannerSettings())
            guard case .infeasible(let violation, .excess(let excess)) = solution.status else {
                Issue.record("missed by \(hair) the status is \(solution.status), gap \(solution.gap)")
                continue
            }
            #expect(abs(excess - hair) <= 1e-9 && violation >= excess - 1e-12)
            // Prices at the end of their range are none.
            #expect(solution.multipliers == [0])
        }
    }

    @Test("a limit that is kept by less than half the tolerance is kept, and its bound lies above the value")
    func keptByAHair() throws {
        let game = try Game(Fixture.definition(2))
        let least = try least(game, user: 0, outcome: 1)
        let limit = OutcomeConstraint(user: 0, outcome: 1, atMost: least + 2e-7)
        let solution = try Fixture.solve(game, weight: weight, constraints: [limit], SoftPlannerSettings())
        if case .infeasible = solution.status { Issue.record("\(solution.status)") }
        #expect(solution.violation <= 1e-9)
        #expect(solution.bound >= solution.value - 1e-10)
    }

    @Test("staying below a limit costs less than the gap, however dear the limit is")
    func dearLimit() throws {
        let game = try Game(Fixture.definition(4))
        let constraints = try limits(game, [(0, 1)], share: 0.97)
        // Half of this tolerance at the price is many times the gap.
        let solution = try Fixture.solve(
            game, weight: weight, constraints: constraints, SoftPlannerSettings(gap: 1e-4, feasibilityTolerance: 1e-2))
        #expect(solution.multipliers[0] * 5e-3 > 3e-4)
        #expect(solution.isConverged && solution.gap <= 1e-4, "\(solution.status), gap \(solution.gap)")
        #expect(solution.violation == 0)
    }

    @Test("a search that is stopped before it keeps the limits says so, and one that ends early says what ended it")
    func endsEarly() throws {
        let game = try Game(Fixture.definition(5))
        let constraints = try limits(game, [(0, 1)], share: 0.97)
        let objective = Objective(
            goal: .payoff, reference: Fixture.reference, klWeight: weight, constraints: constraints)
        let stopped = try SoftPlanner().search(
            Problem(game: game, objective: objective), control: RunControl(stop: { true }))
        if stopped.violation > 1e-6 {
            #expect(stopped.status == .undecided(violation: stopped.violation))
        }
        let short = try SoftPlanner(SoftPlannerSettings(gap: 0, maximumBeliefs: 1)).search(
            Problem(game: game, objective: objective))
        #expect((short.status == .limitReached) == (short.limit != nil))
    }
}
