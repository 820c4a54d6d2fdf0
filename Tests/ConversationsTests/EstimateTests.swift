import Conversations
import ExactEvaluation
import GameFixtures
import GameModel
import Labelling
import LanguageModels
import NumericalMethods
import Simulation
import Testing

@Suite("What played conversations say of a model")
struct EstimateTests {
    private let definition: GameDefinition
    private let game: Game
    private let policy: Policy

    init() throws {
        definition = RandomGame { ($0.horizon, $0.users, $0.responses) = (4, 2, 3) }.definition(seed: 21)
        game = try Game(definition)
        policy = try .random(MemoryKind(observations: 1, usesTurn: false), game: game, seed: 5)
    }

    private func conversations(_ count: Int, seed: UInt64, _ policy: Policy? = nil) throws -> [SpokenConversation] {
        let policy = policy ?? self.policy
        return try played(
            PolicyAnswers(policy, name: "policy", game: game, texts: .plain(game), seed: seed), definition,
            episodes: count, seed: seed, expected: policy)
    }

    @Test("The fitted policy is the smoothed mean of the labels, situation by situation")
    func fitted() throws {
        let many = try conversations(40_000, seed: 3)
        let fitted = try FittedPolicy.fit(many, game: game)
        #expect(fitted.memory == policy.memory)
        var visits = [Double](repeating: 0, count: game.observations.count)
        for conversation in many {
            for turn in conversation.turns.indices { visits[conversation.observation(at: turn, in: game)] += 1 }
        }
        for node in 0..<fitted.memory.nodeCount {
            let count = visits[fitted.memory.remembered[node][0]]
            for (found, true_) in zip(fitted.strategy(at: node), policy.strategy(at: node)) where count > 50 {
                let error = (true_ * (1 - true_) / count).squareRoot()
                #expect(abs(found - true_) < 4 * error + 2 / count)
            }
        }
        let none = try FittedPolicy.fit([], game: game)
        #expect(none.strategies.allSatisfy { abs($0 - 1 / 3) < 1e-15 })
        // One answer at one place: (1 + m) / 2 there, m elsewhere, with the mean m of one answer and one uniform pseudo-count.
        let one = try #require(many.first { $0.turns.count == 1 })
        let small = try FittedPolicy.fit([one], game: game)
        let given = one.turns[0].meaning.likeliest
        let mean = (1 + 1.0 / 3) / 2
        for node in 0..<small.memory.nodeCount {
            let isThere = small.memory.remembered[node][0] == one.openingCue
            #expect(abs(small.strategies[node * 3 + given] - (isThere ? (1 + mean) / 2 : mean)) < 1e-15)
        }
    }

    @Test("Controlled means are unbiased, and most of the variance is gone")
    func controlled() throws {
        let exact = Evaluation(policy, game: game)
        var payoffs: [Double] = []
        var safes: [Double] = []
        var plains: [Double] = []
        var coverage = 0
        for seed in 1...UInt64(300) {
            let means = try #require(
                try ControlledMeans.measured(conversations(40, seed: seed), game: game, definition: definition))
            payoffs.append(means.payoff.controlled.value)
            safes.append(means.safe.controlled.value)
            plains.append(means.payoff.plain.value)
            let error = means.payoff.controlled.standardError ?? 0
            if abs(means.payoff.controlled.value - exact.payoff) < 2 * error { coverage += 1 }
        }
        let (payoff, safe, plain) = (mean(payoffs), mean(safes), mean(plains))
        #expect(abs(payoff.value - exact.payoff) < 3 * payoff.error)
        #expect(abs(safe.value - exact.safe) < 3 * safe.error)
        #expect(abs(plain.value - exact.payoff) < 3 * plain.error)
        // Errors of means over runs: those of the controlled ones are much smaller, and their own standard errors say so.
        #expect(payoff.error * payoff.error < 0.4 * plain.error * plain.error)
        #expect(coverage > 260)
    }

    @Test("With features of its own too, the controlled mean is that of the game with the answer in it")
    func controlledFeatures() throws {
        let features = game.features.indices.map { $0 % 2 == 0 ? 0.3 : 0.9 }
        let labeller = StubLabeller(game) { text in
            TextLabel(
                response: [0.25, 0.75, 0],
                features: features.map { .init(mean: text.before.count > 1 ? 1 - $0 : $0, deviation: 0) },
                labeller: "stub")
        }
        let conversations = try played(
            ModelAnswers(StubModel { _ in .success("well") }, labeller: labeller, game: game, seed: 4), definition,
            episodes: 4000, seed: 4)
        var larger = definition
        let cost = 0.25 * definition.responses[0].cost + 0.75 * definition.responses[1].cost
        larger.responses.append(Response(name: "first", features: features, cost: cost))
        larger.responses.append(Response(name: "later", features: features.map { 1 - $0 }, cost: cost))
        let widened = try Game(larger)
        let exact = Evaluation(try .sequence([3, 4], game: widened), game: widened)
        let means = try #require(try ControlledMeans.measured(conversations, game: game, definition: definition))
        #expect(abs(means.payoff.controlled.value - exact.payoff) < 3 * (means.payoff.controlled.standardError ?? 0))
        #expect(abs(means.safe.controlled.value - exact.safe) < 3 * (means.safe.controlled.standardError ?? 0))
        #expect((means.payoff.varianceSaved ?? 0) > 0.5)
    }

    @Test("Regret adds up to the difference of the exact values")
    func regret() throws {
        let solved = try Policy.byCue(game.cues.indices.map { $0 % 3 }, game: game)
        let objective = Objective(goal: .payoff, reference: [0.25, 0.25, 0.5])
        let many = try conversations(20_000, seed: 9)
        func table(_ conversations: [SpokenConversation]) throws -> RegretTable {
            try RegretTable(
                conversations, game: game, definition: definition,
                solved: .init(policy: solved, objective: objective, multipliers: []), expected: policy)
        }
        let lost = try table(many)
        let difference = Evaluation(solved, game: game).payoff - Evaluation(policy, game: game).payoff
        let (value, error) = mean(lost.losses)
        #expect(abs(value - difference) < 3 * error && error > 0)
        let total = lost.rows.reduce(0) { $0 + $1.loss }
        #expect(abs(total - lost.losses.reduce(0, +)) < 1e-9 * Double(many.count))
        #expect(lost.rows.reduce(0) { $0 + $1.visits } == many.reduce(0) { $0 + $1.turns.count })
        #expect(lost.implausible == 0)
        #expect(zip(lost.rows, lost.rows.dropFirst()).allSatisfy { $0.loss >= $1.loss })
        // The solved policy loses nothing against itself.
        let own = try table(conversations(500, seed: 9, solved))
        #expect(own.losses.allSatisfy { abs($0) < 1e-12 })
    }

    @Test("Regret of a graph that follows what was said, with answers that have features of their own")
    func regretOfGraph() throws {
        let solved = try Policy.random(.graph, game: game, seed: 12)
        let labeller = StubLabeller(game) { _ in
            TextLabel(
                response: [0, 0.75, 0.25], features: game.features.map { _ in .init(mean: 0.5, deviation: 0) },
                labeller: "stub")
        }
        let many = try played(
            ModelAnswers(StubModel { _ in .success("well") }, labeller: labeller, game: game, seed: 4), definition,
            episodes: 10_000, seed: 4)
        var larger = definition
        let cost = 0.75 * definition.responses[1].cost + 0.25 * definition.responses[2].cost
        larger.responses.append(Response(name: "added", features: game.features.map { _ in 0.5 }, cost: cost))
        let widened = try Game(larger)
        let difference =
            Evaluation(solved, game: game).payoff - Evaluation(try .always(3, game: widened), game: widened).payoff
        let lost = try RegretTable(
            many, game: game, definition: definition,
            solved: .init(
                policy: solved, objective: Objective(goal: .payoff, reference: [0.25, 0.25, 0.5]), multipliers: []),
            expected: policy)
        let (value, error) = mean(lost.losses)
        #expect(abs(value - difference) < 3 * error)
        #expect(lost.rows.allSatisfy { $0.given[1] == 0.75 * Double($0.visits) })
    }

    @Test("Certain labels add no error; uncertain ones add what their draws say")
    func labelling() throws {
        #expect(try LabellingError.measured(conversations(50, seed: 3), game: game, seed: 1) == nil)
        func error(_ share: Double, _ count: Int) throws -> LabellingError {
            let labeller = StubLabeller(game) { _ in TextLabel(response: [share, 1 - share, 0], labeller: "stub") }
            let conversations = try played(
                ModelAnswers(StubModel { _ in .success("well") }, labeller: labeller, game: game, seed: 4), definition,
                episodes: count, seed: 4)
            return try #require(try LabellingError.measured(conversations, game: game, seed: 1))
        }
        let (doubtful, sure, many) = (try error(0.5, 60), try error(0.98, 60), try error(0.5, 1500))
        #expect(doubtful.payoff > 2 * sure.payoff && sure.payoff > 0)
        #expect(doubtful.safe > 0 && doubtful.payoff > 2 * many.payoff)
        #expect(try error(0.5, 60) == doubtful)
    }
}
