import Analysis
import ExactEvaluation
import GameFixtures
import GameModel
import Solver
import Testing

@Suite("Explanations")
struct ExplanationTests {
    private let inputs = GameInputs(
        definition: RandomGame {
            $0.users = 3
            $0.states = 2
            $0.responses = 3
            $0.horizon = 4
        }.definition(seed: 11),
        objective: Objective(
            goal: .payoff, reference: [0.5, 0.25, 0.25],
            constraints: [OutcomeConstraint(user: 1, outcome: 1, atMost: 0.9)]))
    private let game: Game
    private let policy: Policy
    private let history: History

    init() throws {
        game = try inputs.game()
        policy = try GradientSolver(GradientSolverSettings(starts: 2, perturbations: 1)).search(
            Problem(game: game, objective: inputs.objective), memory: .lastWithTurn
        ).policy
        let later = Array(game.observations.later)
        history = History(
            cue: 0,
            steps: [
                History.Step(response: 1, observation: later[0]), History.Step(response: 2, observation: later[3]),
            ])
    }

    @Test("Evidence weighs as Bayes' rule says, and the last posterior is the belief of the game")
    func posteriors() throws {
        let explanation = try Explanation(policy, after: history, inputs: inputs, multipliers: [0.3])
        #expect(explanation.posteriors.count == 3)
        var expected = game.prior
        for posterior in explanation.posteriors {
            for user in game.users.indices {
                expected[user] *= exponential(try #require(posterior.weights[user]))
                #expect(abs(posterior.users[user] - expected[user]) < 1e-12)
            }
            #expect(abs(posterior.states.reduce(0, +) - 1) < 1e-12)
        }
        let belief = try #require(try history.beliefs(in: game).last).belief
        #expect(explanation.posteriors.last?.users == belief.users(in: game))
        #expect(try Belief.opening(0, game: game).likelihood == explanation.posteriors[0].likelihood)
    }

    @Test("Candidates have the action values, and their outcomes add up to what the policy does")
    func candidates() throws {
        let explanation = try Explanation(policy, after: history, inputs: inputs, multipliers: [0.3])
        let belief = try #require(try history.beliefs(in: game).last).belief
        let node = try history.node(in: policy.memory, game: game)
        let values = try ActionValues(policy, game: game, objective: inputs.objective, multipliers: [0.3])
            .expected(belief: belief, turn: 3, node: node)
        for candidate in explanation.candidates {
            #expect(abs(candidate.value - values[candidate.response]) < 1e-12)
            #expect(abs(candidate.reactions.reduce(0, +) - 1) < 1e-12)
            #expect(abs(candidate.outcomes.reduce(0, +) - 1) < 1e-12)
            let risk = zip(candidate.outcomes, game.outcomes).reduce(0) { $1.1.isSafe ? $0 : $0 + $1.0 }
            #expect(abs(candidate.risk - risk) < 1e-15)
        }
    }

    @Test("From the openings, outcomes averaged over cues and responses are those of the evaluation")
    func openings() throws {
        var outcomes = [Double](repeating: 0, count: game.outcomes.count)
        for cue in game.cues.indices {
            let explanation = try Explanation(policy, after: History(cue: cue), inputs: inputs, multipliers: [0])
            for candidate in explanation.candidates {
                for outcome in outcomes.indices {
                    outcomes[outcome] +=
                        explanation.posteriors[0].likelihood * candidate.strategy * candidate.outcomes[outcome]
                }
            }
        }
        let evaluation = Evaluation(policy, game: game)
        for outcome in outcomes.indices {
            let exact = game.users.indices.reduce(0) { $0 + game.prior[$1] * evaluation.outcomes[$1][outcome] }
            #expect(abs(outcomes[outcome] - exact) < 1e-12)
        }
    }

    @Test("At a flip both responses are worth the same, and beyond it the other is better")
    func flips() throws {
        let explanation = try Explanation(policy, after: history, inputs: inputs, multipliers: [0.3])
        let search = FlipSearch(explanation, controller: policy, inputs: inputs, multipliers: [0.3])
        let flips = try search.flips(among: 12)
        #expect(!flips.isEmpty)
        let runnerUp = try #require(explanation.runnerUp)
        for flip in flips {
            func margin(_ value: Double) throws -> Double {
                let changed = try inputs.setting(flip.parameter, to: value)
                let other = try Explanation(policy, after: history, inputs: changed, multipliers: [0.3])
                return other.candidates[explanation.decision].value - other.candidates[runnerUp].value
            }
            #expect(abs(try margin(flip.threshold)) < 1e-8)
            let step = (flip.threshold - flip.value) * 1e-3
            let sign = try #require(explanation.margin) > 0
            #expect(try (margin(flip.threshold - step) > 0) == sign)
        }
        #expect(flips == flips.sorted { $0.relativeChange < $1.relativeChange })
    }

    @Test("Evidence that cannot happen is an error that names it")
    func impossible() throws {
        var definition = inputs.definition
        for user in definition.users.indices { definition.users[user].cues = [[1, 0], [1, 0]] }
        let changed = GameInputs(definition: definition, objective: inputs.objective)
        let error = #expect(throws: GameError.self) {
            try Explanation(policy, after: History(cue: 1), inputs: changed, multipliers: [0])
        }
        #expect(error?.description.contains("cue1") == true)
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private func exponential(_ value: Double) -> Double { exp(value) }
