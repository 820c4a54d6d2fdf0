import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

/// The KL-regularised optimum over all memory, against the recursion over every history.
@Suite("Soft planning")
struct SoftPlannerTests {
    static let reference = [0.2, 0.3, 0.5]

    /// Small games, no two alike in kind.
    static func definition(_ seed: UInt64) -> GameDefinition {
        RandomGame {
            ($0.horizon, $0.responses, $0.users) = (Int(2 + seed % 2), 3, Int(1 + seed % 3))
            ($0.usesTurn, $0.mixesTabular, $0.feigns) = (seed % 2 == 0, seed % 3 == 0, seed % 4 != 1)
            ($0.states, $0.cues) = (Int(1 + seed % 3), Int(1 + (seed / 2) % 2))
        }.definition(seed: seed)
    }

    static func solve(
        _ game: Game, weight: Double, goal: Objective.Goal = .payoff, constraints: [OutcomeConstraint] = [],
        _ settings: SoftPlannerSettings = SoftPlannerSettings(gap: 0)
    ) throws -> SoftResult {
        try SoftPlanner(settings).search(
            Problem(
                game: game,
                objective: Objective(goal: goal, reference: reference, klWeight: weight, constraints: constraints)))
    }

    @Test("equals the recursion over every history", arguments: [UInt64](1...12), [0.05, 0.7])
    func equalsOracle(seed: UInt64, weight: Double) throws {
        let definition = Self.definition(seed)
        let game = try Game(definition)
        for goal in Objective.Goal.allCases {
            let exact = try BeliefOracle(definition, goal: goal, soft: (Self.reference, weight)).value()
            let solution = try Self.solve(game, weight: weight, goal: goal)
            #expect(solution.status == .optimal)
            #expect(abs(solution.value - exact) < 1e-10)
            #expect(abs(solution.bound - exact) < 1e-10)
            let evaluation = Evaluation(solution.policy, game: game, reference: Self.reference)
            #expect(evaluation == solution.evaluation)
            let earned = goal == .payoff ? evaluation.payoff : evaluation.safe
            #expect(abs(solution.value - (earned - weight * evaluation.divergence)) < 1e-12)
        }
    }

    @Test("its bounds hold the optimum however early it stops", arguments: [UInt64](1...6), [1, 3, 10, 40])
    func boundsHold(seed: UInt64, beliefs: Int) throws {
        let definition = Self.definition(seed)
        let game = try Game(definition)
        for delay in 0...2 {
            let settings = SoftPlannerSettings(
                gap: 0, maximumBeliefs: beliefs, delay: delay, plansPerTurn: 4, exactTurns: delay, lookahead: delay)
            for weight in [0.02, 0.5] {
                let exact = try BeliefOracle(definition, goal: .payoff, soft: (Self.reference, weight)).value()
                let solution = try Self.solve(game, weight: weight, settings)
                #expect(solution.value <= exact + 1e-12)
                #expect(solution.bound >= exact - 1e-12)
                #expect(solution.bound <= solution.informedBound + 1e-12)
                #expect(solution.beliefs <= beliefs)
                #expect(solution.isConverged == (solution.gap < 1e-10))
            }
        }
    }

    @Test("as τ falls it approaches the optimum without a KL term, as fast as it must", arguments: [UInt64](1...6))
    func smallWeight(seed: UInt64) throws {
        let definition = Self.definition(seed)
        let game = try Game(definition)
        let free = try BeliefOracle(definition, goal: .payoff).value()
        // A policy without randomness costs at most τ log(1 / least share) a turn.
        let dearest = (0..<game.horizon).reduce(0) { $0 + game.discounts[$1] } * 1.6094379124341005
        for weight in [0.3, 1e-2, 1e-4, 1e-9] {
            let value = try Self.solve(game, weight: weight).value
            #expect(value <= free + 1e-12)
            #expect(value >= free - weight * dearest - 1e-10)
        }
    }

    @Test("as τ grows it approaches the reference", arguments: [UInt64](1...6))
    func largeWeight(seed: UInt64) throws {
        let game = try Game(Self.definition(seed))
        let reference = try Evaluation(.constant(Self.reference, game: game), game: game).payoff
        for weight in [1e3, 1e6] {
            let solution = try Self.solve(game, weight: weight)
            #expect(solution.value >= reference - 1e-9)
            #expect(solution.value - reference < 200 / weight + 1e-9)
            for node in 0..<solution.policy.memory.nodeCount {
                for (share, today) in zip(solution.policy.strategy(at: node), Self.reference) {
                    #expect(abs(share - today) < 20 / weight)
                }
            }
        }
    }

    @Test("payoffs and τ in another unit give the same policy and the value in that unit")
    func scales() throws {
        let definition = Self.definition(5)
        var scaled = definition
        for index in scaled.responses.indices { scaled.responses[index].cost *= 8 }
        for index in scaled.users.indices {
            scaled.users[index].outcomePayoff = scaled.users[index].outcomePayoff.map { $0 * 8 }
            scaled.users[index].exposure = scaled.users[index].exposure.map { $0 * 8 }
        }
        let plain = try Self.solve(Game(definition), weight: 0.3)
        let large = try Self.solve(Game(scaled), weight: 2.4)
        // A power of two changes no digit.
        #expect(large.value == 8 * plain.value)
        #expect(large.policy == plain.policy)
    }

    @Test("less weight never costs value, and no finite memory does better", arguments: [UInt64](1...4))
    func aboveGradient(seed: UInt64) throws {
        let game = try Game(Self.definition(seed))
        var last = -Double.infinity
        for weight in [2.0, 0.5, 0.1] {
            let best = try Self.solve(game, weight: weight).value
            #expect(best >= last - 1e-12)
            last = best
            let objective = Objective(goal: .payoff, reference: Self.reference, klWeight: weight)
            for kind in [MemoryKind.lastWithTurn, MemoryKind(observations: 3, usesTurn: true)] {
                let found = try GradientSolver(GradientSolverSettings(starts: 2)).search(
                    Problem(game: game, objective: objective), memory: kind)
                #expect(found.value <= best + 1e-9)
            }
        }
    }

    @Test("every node answers softly to its own action values", arguments: [UInt64](1...4))
    func softAnswers(seed: UInt64) throws {
        let game = try Game(Self.definition(seed))
        let weight = 0.4
        let solution = try Self.solve(game, weight: weight)
        let objective = Objective(goal: .payoff, reference: Self.reference, klWeight: weight)
        let values = try ActionValues(solution.policy, game: game, objective: objective, multipliers: [])
        var checked = 0
        func follow(_ belief: Belief, turn: Int, node: Int) throws {
            let q = values.expected(belief: belief, turn: turn, node: node)
            let wanted = SoftAnswer.strategy(q, reference: Self.reference, weight: weight)
            for (found, share) in zip(solution.policy.strategy(at: node), wanted) {
                #expect(abs(found - share) < 1e-10)
            }
            checked += 1
            guard turn < game.horizon else { return }
            for response in game.responses.indices {
                for observation in game.observations.later
                where belief.likelihood(of: observation, after: response, turn: turn, game: game) > 0 {
                    let next = try belief.updated(turn: turn, response: response, observation: observation, game: game)
                    let node = solution.policy.memory.successor(
                        of: node, after: response, observation: observation, game: game)
                    try follow(next.belief, turn: turn + 1, node: node)
                }
            }
        }
        for cue in game.cues.indices {
            try follow(
                Belief.opening(cue, game: game).belief, turn: 1,
                node: solution.policy.memory.initial[cue].entries[0].node)
        }
        #expect(checked > 5)
    }

    @Test("a response that the reference never gives stays out of play")
    func outOfPlay() throws {
        let definition = Self.definition(6)
        let game = try Game(definition)
        let reference = [0.4, 0, 0.6]
        let objective = Objective(goal: .payoff, reference: reference, klWeight: 0.1)
        let solution = try SoftPlanner(SoftPlannerSettings(gap: 0)).search(Problem(game: game, objective: objective))
        let exact = try BeliefOracle(definition, goal: .payoff, soft: (reference, 0.1)).value()
        #expect(abs(solution.value - exact) < 1e-10)
        #expect(solution.evaluation.divergence.isFinite)
        for node in 0..<solution.policy.memory.nodeCount {
            #expect(Array(solution.policy.strategy(at: node))[1] == 0)
        }
    }

    @Test("equal beliefs are one node: without states the order of what was seen does not matter")
    func mergesBeliefs() throws {
        let definition = RandomGame { ($0.states, $0.horizon, $0.responses) = (1, 4, 3) }.definition(seed: 2)
        let game = try Game(definition)
        let solution = try Self.solve(
            game, weight: 0.3, SoftPlannerSettings(gap: 0, delay: 0, plansPerTurn: 1, exactTurns: 0, lookahead: 0))
        let exact = try BeliefOracle(definition, goal: .payoff, soft: (Self.reference, 0.3)).value()
        #expect(solution.status == .optimal)
        #expect(abs(solution.value - exact) < 1e-10)
        // 2 (1 + 12 + 144 + 1728) histories, and 2 (1 + 12 + 78 + 364) where only what was seen counts, not when.
        #expect(solution.bounded < 1000)
    }

    @Test("gives the same answer twice, and stops when told to")
    func repeatable() throws {
        let game = try Game(Self.definition(5))
        #expect(try Self.solve(game, weight: 0.2) == Self.solve(game, weight: 0.2))
        let stopped = try SoftPlanner(SoftPlannerSettings(gap: 0)).search(
            Problem(game: game, objective: Objective(goal: .payoff, reference: Self.reference, klWeight: 0.2)),
            control: RunControl(stop: { true }))
        #expect(stopped.status == .stopped)
        #expect(!stopped.isConverged)
    }

    @Test("refuses what it cannot do, and says what to do instead")
    func refuses() throws {
        let game = try Game(Self.definition(2))
        let none = try #require(throws: SolverError.self) { try Self.solve(game, weight: 0) }
        #expect(none.problem.contains("--method belief"))
        #expect(throws: SolverError.self) { try Self.solve(game, weight: 1, SoftPlannerSettings(gap: -1)) }
        #expect(throws: SolverError.self) { try Self.solve(game, weight: 1, SoftPlannerSettings(memoryMebibytes: 0)) }
    }

    @Test("a limit on a type that never comes is proven infeasible where it is, and so it is without the KL term")
    func absentType() throws {
        var definition = Self.definition(2)
        definition.users[0].prior += definition.users[1].prior
        definition.users[1].prior = 0
        let game = try Game(definition)
        let limit = OutcomeConstraint(user: 1, outcome: 0, atMost: 0.5)
        let soft = try Self.solve(game, weight: 1, constraints: [limit])
        guard case .infeasible(let found, .excess) = soft.status else {
            Issue.record("\(soft.status)")
            return
        }
        let hard = try ConstrainedPlanner().search(
            Problem(game: game, objective: Objective(goal: .payoff, reference: Self.reference, constraints: [limit])))
        guard case .infeasible(_, .excess(let least)) = hard.status else {
            Issue.record("\(hard.status)")
            return
        }
        #expect(least > 0.1 && found >= least - 1e-9)
    }
}
