import Analysis
import GameFixtures
import GameModel
import Solver
import Testing
import UserAgents

@Suite("Pearl points")
struct PearlTests {
    private var inputs = PearlTests.inputs(states: 3, foresight: 0)

    private static func inputs(states: Int, foresight: Double) -> GameInputs {
        GameInputs(
            definition: RandomGame {
                $0.users = 3
                $0.states = states
                $0.responses = 3
                $0.horizon = 4
                $0.features = 2
                $0.foresight = foresight
            }.definition(seed: 21),
            objective: Objective(goal: .payoff, reference: [0.5, 0.25, 0.25]))
    }

    private let satisfaction = [
        SatisfactionPredictor(bias: -0.25, features: [0.75, 0.25]),
        SatisfactionPredictor(bias: 0.125, features: [-0.5, 0.5]),
        SatisfactionPredictor(bias: 0, features: [0.5, -0.25]),
    ]

    private func policy() throws -> Policy {
        try GradientSolver(GradientSolverSettings(starts: 2, perturbations: 1)).search(
            Problem(game: inputs.game(), objective: inputs.objective), memory: .lastWithTurn
        ).policy
    }

    /// The value and the risk of a response with these features, by adding it to the game and asking the explanation.
    private func judged(
        _ features: [Double], _ policy: Policy, _ history: History, multipliers: [Double] = []
    ) throws -> Anticipation {
        var changed = inputs
        changed.definition.responses.append(Response(name: "draft", features: features, cost: 0.05))
        changed.objective.reference = changed.objective.reference.widened(by: 1)
        let game = try changed.game()
        let width = inputs.definition.responses.count
        let rows = (0..<policy.memory.nodeCount).reduce(into: [Double]()) { list, node in
            list += policy.strategies[node * width..<(node + 1) * width] + [0]
        }
        let memory = try ControllerMemory(.lastWithTurn, game: game)
        let wider = try Policy(memory: memory, strategies: rows, game: game)
        return try Explanation(wider, after: history, inputs: changed, multipliers: multipliers).candidates[width]
    }

    private func history() throws -> History {
        let later = Array(try inputs.game().observations.later)
        return History(cue: 0, steps: [History.Step(response: 1, observation: later[1])])
    }

    @Test("A draft's value and risk are those of the response added to the game", arguments: [nil, 0.3])
    func draftIsReal(limit: Double?) throws {
        let policy = try policy()
        let search = try PearlSearch(policy, inputs: inputs, multipliers: [], satisfaction: satisfaction)
        for history in [History(cue: 1), try history()] {
            let draft = try search.point(after: history, PearlQuestion(maximumRisk: limit, cost: 0.05)).draft
            let real = try judged(draft.features, policy, history)
            #expect(abs(draft.value - real.value) < 1e-10)
            #expect(abs(draft.risk - real.risk) < 1e-10)
        }
    }

    @Test("So they are against users with foresight, and without hidden states", arguments: [3, 1])
    func draftIsAnticipated(states: Int) throws {
        var other = self
        other.inputs = Self.inputs(states: states, foresight: 0.8)
        let policy = try other.policy()
        let search = try PearlSearch(policy, inputs: other.inputs, multipliers: [], satisfaction: satisfaction)
        for history in [History(cue: 1), try other.history()] {
            let draft = try search.point(
                after: history, PearlQuestion(maximumRisk: states == 1 ? 0.9 : 0.3, cost: 0.05)
            ).draft
            #expect(draft.isConverged)
            let real = try other.judged(draft.features, policy, history)
            #expect(abs(draft.value - real.value) < 1e-10)
            #expect(abs(draft.risk - real.risk) < 1e-10)
        }
    }

    @Test("So they are where a limit on a type that never comes has a price")
    func draftIsCharged() throws {
        var other = self
        let rest = 1 - other.inputs.definition.users[1].prior
        for user in 0..<3 { other.inputs.definition.users[user].prior /= rest }
        other.inputs.definition.users[1].prior = 0
        other.inputs.objective.constraints = [OutcomeConstraint(user: 1, outcome: 1, atMost: 0.1)]
        let policy = try Policy.constant(
            [0.5, 0.25, 0.25], kind: .lastWithTurn, game: other.inputs.game())
        let (free, priced) = (
            try PearlSearch(policy, inputs: other.inputs, multipliers: [0], satisfaction: satisfaction),
            try PearlSearch(policy, inputs: other.inputs, multipliers: [0.7], satisfaction: satisfaction)
        )
        let question = PearlQuestion(maximumRisk: 0.9, cost: 0.05)
        for history in [History(cue: 1), try other.history()] {
            let draft = try priced.point(after: history, question).draft
            let real = try other.judged(draft.features, policy, history, multipliers: [0.7])
            #expect(abs(draft.value - real.value) < 1e-10)
            #expect(draft.value < (try free.point(after: history, question).draft.value) - 1e-4)
        }
    }

    @Test("No point of a grid inside the boundary is better", arguments: PearlQuestion.Goal.allCases)
    func grid(goal: PearlQuestion.Goal) throws {
        let policy = try policy()
        let history = try history()
        let search = try PearlSearch(policy, inputs: inputs, multipliers: [], satisfaction: satisfaction)
        var grid: [(features: [Double], risk: Double, value: Double)] = []
        for i in 0...10 {
            for j in 0...10 {
                let features = [Double(i) / 10, Double(j) / 10]
                let real = try judged(features, policy, history)
                grid.append((features, real.risk, real.value))
            }
        }
        let free = try search.point(after: history, PearlQuestion(goal: goal, maximumRisk: 1, cost: 0.05))
        let tight = grid.map(\.risk).sorted()[12]
        for limit in [1, tight] {
            let point = try search.point(after: history, PearlQuestion(goal: goal, maximumRisk: limit, cost: 0.05))
            #expect(point.draft.isConverged)
            #expect(point.draft.risk <= limit + 1e-6)
            #expect((point.draft.riskPrice > 0) == (free.draft.risk > limit + 1e-6))
            let inside = grid.filter { $0.risk <= limit }
            let best = try #require(
                inside.map { item in
                    goal == .objective
                        ? item.value
                        : zip(point.posterior, satisfaction).reduce(0) {
                            $0 + $1.0 * $1.1.value(features: item.features)
                        }
                }.max())
            let found = goal == .objective ? point.draft.value : try #require(point.draft.satisfaction)
            #expect(found >= best - 1e-6, "\(found) is less than \(best) of the grid")
            #expect(found <= best + 0.1, "\(found) is far above \(best) of the grid")
        }
    }

    @Test("The best candidate is the best of those inside, and the brief says what to change in the nearest")
    func candidates() throws {
        let policy = try policy()
        let search = try PearlSearch(policy, inputs: inputs, multipliers: [], satisfaction: satisfaction)
        let point = try search.point(after: try history(), PearlQuestion(goal: .satisfaction))
        let inside = point.candidates.filter(\.isInside)
        let best = try #require(point.best)
        #expect(point.candidates[best].satisfaction == inside.compactMap(\.satisfaction).max())
        let nearest = inputs.definition.responses[point.draft.nearest].features
        for (k, change) in point.draft.changes.enumerated() { #expect(nearest[k] + change == point.draft.features[k]) }
        let gain = try #require(point.draft.gain)
        #expect(gain >= -1e-9)
    }

    @Test("What cannot be judged is an error that says why")
    func errors() throws {
        let policy = try policy()
        let search = try PearlSearch(policy, inputs: inputs, multipliers: [], satisfaction: [])
        #expect(throws: AnalysisError.self) {
            try search.point(after: History(cue: 0), PearlQuestion(goal: .satisfaction))
        }
        #expect(throws: AnalysisError.self) {
            try PearlSearch(policy, inputs: inputs, multipliers: [], satisfaction: [satisfaction[0]])
        }
        var tabular = inputs
        let row = [Double](repeating: 1 / 5, count: 5)
        tabular.definition.users[0].agent = TabularUser(
            reactions: Array(repeating: Array(repeating: row, count: 3), count: 3),
            movement: .logit(MovePredictor(features: [0, 0], states: [0, 0, 0], reactions: [0, 0, 0, 0, 0])))
        let other = try PearlSearch(policy, inputs: tabular, multipliers: [], satisfaction: satisfaction)
        let error = #expect(throws: AnalysisError.self) { try other.point(after: History(cue: 0), PearlQuestion()) }
        #expect(error?.description.contains("users.user0") == true)
    }
}
