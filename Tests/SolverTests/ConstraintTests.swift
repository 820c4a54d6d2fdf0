import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

/// Constraints: limits hold, prices are right, infeasibility is said.
@Suite("Constrained solving")
struct ConstraintTests {
    private static let family = RandomGame {
        ($0.horizon, $0.responses, $0.cues) = (3, 3, 2)
    }
    private static let reference = [0.2, 0.3, 0.5]

    private func solve(
        _ game: Game, _ constraints: [OutcomeConstraint], _ kind: MemoryKind = .lastWithTurn
    ) throws -> GradientResult {
        let objective = Objective(goal: .payoff, reference: Self.reference, constraints: constraints)
        return try GradientSolver(GradientSolverSettings(starts: 6)).search(
            Problem(game: game, objective: objective), memory: kind)
    }

    /// A limit halfway between what the free optimum does and the least that is possible.
    private func halfway(_ game: Game, user: Int, outcome: Int, kind: MemoryKind) throws -> OutcomeConstraint {
        let free = try solve(game, [], kind).evaluation.outcomes[user][outcome]
        let none = try solve(game, [OutcomeConstraint(user: user, outcome: outcome, atMost: 0)], kind)
        return OutcomeConstraint(
            user: user, outcome: outcome, atMost: (free + none.evaluation.outcomes[user][outcome]) / 2)
    }

    @Test(
        "a limit between the free optimum and the least possible holds", arguments: [UInt64](1...6),
        [MemoryKind.lastWithTurn, MemoryKind(observations: 1, usesTurn: false)])
    func holds(seed: UInt64, kind: MemoryKind) throws {
        let game = try Self.family.game(seed: seed)
        let constraint = try halfway(game, user: 1, outcome: 1, kind: kind)
        let solution = try solve(game, [constraint], kind)
        let excess = solution.evaluation.excess(constraint)
        #expect(excess <= 1e-7)
        #expect(solution.multipliers[0] >= 0)
        // Without the turn both searches end in local optima, which need not be in order.
        guard kind.usesTurn else { return }
        let free = try solve(game, [], kind)
        #expect(solution.value <= free.value + 1e-9)
        if free.evaluation.excess(constraint) > 1e-6, solution.status == .converged {
            #expect(solution.multipliers[0] > 0)
            #expect(excess > -1e-6)
        }
    }

    @Test("the price is the slope of the value in the limit", arguments: [UInt64](1...4))
    func priceIsSlope(seed: UInt64) throws {
        let game = try Self.family.game(seed: seed)
        let constraint = try halfway(game, user: 1, outcome: 1, kind: .lastWithTurn)
        let step = 1e-5
        func value(_ change: Double) throws -> GradientResult {
            try solve(game, [OutcomeConstraint(user: 1, outcome: 1, atMost: constraint.atMost + change)])
        }
        let (below, here, above) = (try value(-step), try value(0), try value(step))
        let slope = (above.value - below.value) / (2 * step)
        #expect(here.status == .converged)
        #expect(abs(slope - here.multipliers[0]) <= 1e-3 * max(1, abs(slope)))
    }

    @Test("an impossible limit is called infeasible, with the least violation found")
    func infeasible() throws {
        let game = try Self.family.game(seed: 3)
        let solution = try solve(game, [OutcomeConstraint(user: 0, outcome: 1, atMost: 0)])
        guard case .infeasible(let violation, .unproven) = solution.status else {
            Issue.record("the status is \(solution.status)")
            return
        }
        // Nobody can do better: with the outcome's probability itself as the goal, its least value is the violation.
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        var random = SplitMix64(seed: 9)
        for _ in 0..<2000 {
            let rows = (0..<memory.nodeCount).flatMap { _ -> [Double] in
                let choice = Int(random.next() % 3)
                return (0..<3).map { $0 == choice ? 1.0 : 0.0 }
            }
            let other = Evaluation(
                try Policy(memory: memory, strategies: rows, game: game), game: game)
            #expect(other.outcomes[0][1] >= violation - 1e-9)
        }
        #expect(violation == solution.violation)
    }

    @Test("a limit that does not bind costs nothing")
    func slack() throws {
        let game = try Self.family.game(seed: 4)
        let free = try solve(game, [])
        let solution = try solve(game, [OutcomeConstraint(user: 0, outcome: 1, atMost: 1)])
        #expect(abs(solution.value - free.value) < 1e-9)
        #expect(solution.multipliers == [0])
    }

    @Test("safe outcomes as the goal reach at least the safe share of the payoff optimum")
    func safeGoal() throws {
        let game = try Self.family.game(seed: 5)
        let payoff = try solve(game, [])
        let safe = try GradientSolver(GradientSolverSettings(starts: 6)).search(
            Problem(game: game, objective: Objective(goal: .safeOutcomes, reference: Self.reference)),
            memory: .lastWithTurn)
        #expect(safe.evaluation.safe >= payoff.evaluation.safe - 1e-9)
        #expect(safe.bound <= 1 + 1e-12)
    }
}
