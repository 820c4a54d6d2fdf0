import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing
import UserAgents

@Suite("Revisions and rewrites of responses")
struct RewriteTests {
    private let inputs = GameInputs(
        definition: RandomGame {
            $0.users = 2
            $0.states = 2
            $0.responses = 2
            $0.horizon = 3
            $0.features = 2
        }.definition(seed: 31),
        objective: Objective(goal: .payoff, reference: [0.5, 0.5]))
    private let satisfaction = [
        SatisfactionPredictor(bias: -0.25, features: [0.75, 0.25]),
        SatisfactionPredictor(bias: 0.125, features: [-0.25, 0.5]),
    ]

    private func policy() throws -> Policy {
        try Policy.constant([0.5, 0.5], kind: .lastWithTurn, game: inputs.game())
    }

    @Test("A revision changes one feature a step, comes nearer every time, and ends where it says")
    func revision() throws {
        let search = try PearlSearch(policy(), inputs: inputs, multipliers: [], satisfaction: satisfaction)
        let revision = try search.revise(
            [0, 0], after: History(cue: 0), satisfactionTarget: 0.2, riskTarget: 0.6, largest: 0.125)
        #expect(revision.steps.count > 2)
        var last = Double.infinity
        for (before, after) in zip(revision.steps, revision.steps.dropFirst()) {
            let changed = before.features.indices.filter { before.features[$0] != after.features[$0] }
            #expect(changed == [try #require(after.feature)])
            #expect(changed.allSatisfy { abs(before.features[$0] - after.features[$0]) <= 0.125 + 1e-12 })
            let missing = max(0, 0.2 - after.satisfaction) + max(0, after.risk - 0.6)
            #expect(missing < last)
            last = missing
        }
        let end = try #require(revision.steps.last)
        #expect((revision.status == .met) == (end.satisfaction >= 0.2 && end.risk <= 0.6))
        let impossible = try search.revise(
            [0, 0], after: History(cue: 0), satisfactionTarget: 1, riskTarget: 0)
        #expect(impossible.status == .stuck)
    }

    @Test("A rewritten response is worth what it says, within its limits, and no grid point is better")
    func rewrite() throws {
        var limited = inputs
        let free = try ResponseRewriteSearch(policy(), inputs: inputs).rewrite(1)
        #expect(free.isConverged)
        let before = try value(inputs, inputs.definition.responses[1].features)
        #expect(abs(free.valueBefore - before.value) < 1e-12)
        // A limit that binds: between what the free rewrite does and the least of the grid.
        let shares = try grid.map { try value(inputs, $0).share }
        let limit = (try value(inputs, free.features).share + (shares.min() ?? 0)) / 2
        limited.objective.constraints = [OutcomeConstraint(user: 0, outcome: 1, atMost: limit)]
        let rewrite = try ResponseRewriteSearch(policy(), inputs: limited).rewrite(1)
        #expect(rewrite.isConverged)
        #expect(rewrite.shares[0] <= limit + 1e-6)
        #expect(rewrite.valueAfter <= free.valueAfter + 1e-6)
        let real = try value(inputs, rewrite.features)
        #expect(abs(real.value - rewrite.valueAfter) < 1e-12)
        for features in grid {
            let point = try value(inputs, features)
            #expect(point.value <= free.valueAfter + 1e-6)
            if point.share <= limit { #expect(point.value <= rewrite.valueAfter + 1e-6) }
        }
    }

    private var grid: [[Double]] { (0...8).flatMap { i in (0...8).map { [Double(i) / 8, Double($0) / 8] } } }

    private func value(_ inputs: GameInputs, _ features: [Double]) throws -> (value: Double, share: Double) {
        var changed = inputs
        changed.definition.responses[1].features = features
        let evaluation = Evaluation(try policy(), game: try changed.game())
        return (evaluation.payoff, evaluation.outcomes[0][1])
    }
}
