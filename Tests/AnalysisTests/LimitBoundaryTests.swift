import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Boundaries along a limit")
struct LimitBoundaryTests {
    /// A game small enough that every plan can be written down: two turns, two responses, four observations.
    private func inputs(seed: UInt64, second: Bool = false) -> GameInputs {
        GameInputs(
            definition: RandomGame {
                $0.users = 2
                $0.states = 1
                $0.responses = 2
                $0.horizon = 2
                $0.discount = 0.9
            }.definition(seed: seed),
            objective: Objective(
                goal: .payoff, reference: [0.5, 0.5],
                constraints: [OutcomeConstraint(user: 0, outcome: 1, atMost: 0.5)]
                    + (second ? [OutcomeConstraint(user: 1, outcome: 1, atMost: 0.3)] : [])))
    }

    /// Value, probabilities and first responses per cue of every deterministic plan.
    private func plans(_ inputs: GameInputs) throws -> [(value: Double, shares: [Double], first: [Int])] {
        let game = try inputs.game()
        // Both observations: what was said first follows from the opening, so that these are all deterministic plans.
        let memory = try ControllerMemory(MemoryKind(observations: 2, usesTurn: true), game: game)
        var list: [(value: Double, shares: [Double], first: [Int])] = []
        for bits in 0..<(1 << memory.nodeCount) {
            var strategies: [Double] = []
            for node in 0..<memory.nodeCount { strategies += bits >> node & 1 == 1 ? [0, 1] : [1, 0] }
            let plan = try Policy(memory: memory, strategies: strategies, game: game)
            let evaluation = Evaluation(plan, game: game)
            list.append(
                (
                    evaluation.payoff, inputs.objective.constraints.map { evaluation.outcomes[$0.user][$0.outcome] },
                    game.cues.indices.map { cue in
                        memory.initial[cue].only.map { bits >> $0 & 1 } ?? -1
                    }
                ))
        }
        // Only plans that no other beats in both can be part of a best pair.
        return list.filter { plan in
            !list.contains {
                $0.value >= plan.value && $0.shares[0] <= plan.shares[0]
                    && $0.value + plan.shares[0] > plan.value + $0.shares[0]
            }
        }
    }

    /// The best value at a limit, and the shares of the first response after a cue: a search over all pairs of plans.
    private func best(
        _ plans: [(value: Double, shares: [Double], first: [Int])], limit: Double, cue: Int
    ) -> (value: Double, share: Double)? {
        var found: (value: Double, share: Double)?
        for a in plans {
            for b in plans {
                let (low, high) = (a.shares[0], b.shares[0])
                guard low <= limit, high >= low else { continue }
                let weight = high <= limit ? 1 : (limit - low) / (high - low)
                let value = a.value + weight * (b.value - a.value)
                if value > (found?.value ?? -.infinity) + 1e-13 {
                    found = (value, (1 - weight) * Double(a.first[cue]) + weight * Double(b.first[cue]))
                }
            }
        }
        return found
    }

    @Test("Values, prices, the lowest limit and first responses are those of all pairs of plans", arguments: 1...6)
    func bruteForce(seed: Int) throws {
        let inputs = inputs(seed: UInt64(seed))
        let game = try inputs.game()
        let decisions = game.cues.indices.map { History(cue: $0) }
        let parameter = try inputs.parameter("objective.constraints.user0.outcome1.at_most")
        let variation = try Variation(parameter, from: 0, to: 1, inputs: inputs)
        let policy = try LimitQuery(
            inputs: inputs, decisions: decisions,
            settings: ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 0), seeds: nil))
        let (curve, lines) = try policy.lines(along: variation)
        #expect(curve.isComplete)
        #expect(curve.gap < 1e-8)
        let plans = try plans(inputs)
        let least = try #require(plans.map { $0.shares[0] }.min())
        #expect(abs(try #require(curve.edge) - least) < 1e-8)
        var compared = 0
        for step in 1..<400 {
            let limit = Double(step) / 400
            guard limit > least + 1e-6 else {
                #expect(curve.pieces.allSatisfy { $0.lower > limit - 1e-6 })
                continue
            }
            let piece = try #require(curve.pieces.first { $0.lower <= limit && limit <= $0.upper })
            let value = piece.valueAtLower + piece.price * (limit - piece.lower)
            for (cue, line) in lines.enumerated() {
                let wanted = try #require(best(plans, limit: limit, cue: cue))
                #expect(abs(value - wanted.value) < 1e-9)
                let near = line.switches.contains { abs($0.value - limit) < 1e-6 }
                let segment = try #require(line.segments.first { $0.lower <= limit && limit <= $0.upper })
                guard !near, abs(wanted.share - 0.5) > 1e-9 else { continue }
                #expect(segment.response == (wanted.share > 0.5 ? 1 : 0), "at \(limit), cue \(cue)")
                #expect(segment.responses == [0, 1].filter { $0 == 0 ? wanted.share < 1 - 1e-9 : wanted.share > 1e-9 })
                compared += 1
            }
        }
        #expect(compared > 100)
    }

    @Test(
        "With another limit held, values and prices are those of the planner asked at the limit alone",
        arguments: [2, 5])
    func held(seed: Int) throws {
        let inputs = inputs(seed: UInt64(seed), second: true)
        let parameter = try inputs.parameter("objective.constraints.user0.outcome1.at_most")
        let settings = ConstrainedPlannerSettings(planner: BeliefPlannerSettings(gap: 0), seeds: nil)
        let policy = try LimitQuery(inputs: inputs, decisions: [History(cue: 0)], settings: settings)
        let variation = try Variation(parameter, from: 0, to: 1, inputs: inputs)
        let game = try inputs.game()
        func solved(_ limit: Double) throws -> ConstrainedResult {
            try ConstrainedPlanner(settings).search(
                Problem(game: game, objective: inputs.setting(parameter, to: limit).objective))
        }
        let edge: Double
        do {
            let (curve, lines) = try policy.lines(along: variation)
            edge = curve.edge ?? 0
            #expect(curve.isComplete && lines.count == 1)
            for step in 0..<40 {
                let limit = edge + 1e-6 + (1 - edge - 1e-6) * (Double(step) + 0.5) / 40
                let alone = try solved(limit)
                let piece = try #require(curve.pieces.first { $0.lower <= limit && limit <= $0.upper })
                #expect(abs(piece.valueAtLower + piece.price * (limit - piece.lower) - alone.value) < 1e-9)
            }
        } catch let error as AnalysisError {
            // The other limit may not be kept by any policy; then it is said.
            #expect(error.description.contains("no policy keeps the constraints"))
            #expect(try solved(1).violation > 0)
            return
        }
        if edge > 0 { #expect(try solved(edge - 1e-6).violation > 0) }
    }

    @Test("Solved anew at sampled values, switches are those of planning without constraints")
    func sampled() throws {
        var inputs = inputs(seed: 3)
        inputs.objective.constraints = []
        let decisions = [History(cue: 0), History(cue: 1)]
        let variation = try Variation(inputs.parameter("users.user0.prior"), inputs: inputs)
        let planned = try PlannedQuery(inputs: inputs, decisions: decisions).lines(along: variation)
        let sampled = try ResolvedQuery(
            inputs: inputs, decisions: decisions, method: .planning(BeliefPlannerSettings(gap: 0)), samples: 16
        ).lines(along: variation, threads: 2)
        for (a, b) in zip(planned, sampled) {
            #expect(a.switches.map(\.below) == b.switches.map(\.below))
            for (exact, found) in zip(a.switches, b.switches) {
                #expect(abs(exact.value - found.value) <= found.uncertainty + 1e-9)
                #expect(found.uncertainty < 1e-6)
            }
        }
    }

    @Test("A commitment re-solved is what the gradient method finds on either side of its switches")
    func commitment() throws {
        let found = try (UInt64(1)...6).reduce(0) { try $0 + switches(seed: $1) }
        #expect(found > 0)
    }

    /// Checks the commitment of one game; how many switches it has.
    private func switches(seed: UInt64) throws -> Int {
        let inputs = GameInputs(
            definition: RandomGame {
                $0.users = 2
                $0.states = 1
                $0.horizon = 3
                $0.foresight = 0.8
                $0.rationality = 3
            }.definition(seed: seed), objective: Objective(goal: .payoff, reference: [0.5, 0.5]))
        let settings = GradientSolverSettings(starts: 4, perturbations: 2)
        let variation = try Variation(inputs.parameter("users.user0.prior"), inputs: inputs)
        let lines = try ResolvedQuery(
            inputs: inputs, decisions: [History(cue: 0), History(cue: 1)], method: .gradient(settings, .lastWithTurn),
            samples: 6
        ).lines(along: variation)
        for line in lines {
            guard case .searched(8, _, isLocal: true, isConverged: true) = line.completeness else {
                Issue.record("\(line.completeness)")
                continue
            }
            for segment in line.segments {
                let changed = try inputs.setting(variation.parameter, to: 0.5 * (segment.lower + segment.upper))
                let policy = try GradientSolver(settings).search(
                    Problem(game: changed.game(), objective: inputs.objective), memory: .lastWithTurn
                ).policy
                let strategy = policy.memory.initial[line.decision.cue].strategy(of: policy)
                #expect(strategy.indices.max { strategy[$0] < strategy[$1] } == segment.response)
            }
        }
        return lines.reduce(0) { $0 + $1.switches.count }
    }
}
