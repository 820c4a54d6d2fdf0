import Conversations
import ExactEvaluation
import GameFixtures
import GameModel
import Labelling
import LanguageModels
import NumericalMethods
import Simulation
import Testing
import UserAgents

@Suite("A model at the table")
struct ModelAnswersTests {
    private let definition: GameDefinition
    private let game: Game

    init() throws {
        definition = RandomGame { ($0.horizon, $0.users, $0.responses) = (4, 2, 3) }.definition(seed: 21)
        game = try Game(definition)
    }

    /// Says a response by the cue of the message that it answers.
    private func byCue(_ responses: [Int]) -> StubModel {
        let (names, cues) = (game.responses.map(\.name), game.cues)
        return StubModel { request in
            let said = request.messages.last?.content ?? ""
            let cue = cues.firstIndex { said.contains(", \($0)") } ?? 0
            return .success("\(names[responses[cue]]), \(cues[cue]), in my own words")
        }
    }

    @Test("A model whose answers are responses for certain is that policy, bit by bit")
    func byName() throws {
        let choice = game.cues.indices.map { ($0 + 1) % game.responses.count }
        let policy = try Policy.byCue(choice, game: game)
        let model = byCue(choice)
        let conversations = try played(
            ModelAnswers(model, labeller: StubLabeller.plain(game), game: game, seed: 3), definition, episodes: 500,
            seed: 3)
        let comparison = try PlayedComparison(conversations, against: policy, game: game, seed: 3)
        #expect(comparison.difference.payoff?.value == 0)
        #expect(comparison.tally == Tally(conversations, game: game))
        // 256 wait at the same time; where one ends, the next begins.
        #expect(model.calls.first == 256)
        #expect(model.calls.reduce(0, +) == conversations.reduce(0) { $0 + $1.turns.count })
    }

    @Test("Features drive users: a model that always says the same is worth what that response would be, exactly")
    func features() throws {
        let features = game.features.indices.map { $0 % 2 == 0 ? 0.3 : 0.9 }
        let labeller = StubLabeller(game) { _ in
            TextLabel(
                response: [0.25, 0.75, 0], features: features.map { .init(mean: $0, deviation: 0) }, labeller: "stub")
        }
        let conversations = try played(
            ModelAnswers(StubModel { _ in .success("well") }, labeller: labeller, game: game, seed: 4), definition,
            episodes: 20_000, seed: 4)
        var larger = definition
        let cost = 0.25 * definition.responses[0].cost + 0.75 * definition.responses[1].cost
        larger.responses.append(Response(name: "added", features: features, cost: cost))
        let widened = try Game(larger)
        let exact = Evaluation(try .always(3, game: widened), game: widened)
        let (value, error) = mean(conversations.map(\.payoff))
        #expect(abs(value - exact.payoff) < 3 * error)
        let safe = try #require(Tally(conversations, game: game).safe(game))
        #expect(abs(safe.value - exact.safe) < 3 * (safe.standardError ?? 0))
    }

    @Test("Users with foresight expect whom they are told, and react to features as to a response")
    func foresight() throws {
        let sighted = RandomGame { ($0.horizon, $0.foresight) = (4, 0.9) }.definition(seed: 8)
        let game = try Game(sighted)
        let expected = try Policy.random(.lastWithTurn, game: game, seed: 8)
        let labeller = StubLabeller(game) { _ in
            TextLabel(
                response: game.responses.indices.map { $0 == 0 ? 1 : 0 },
                features: game.features.map { _ in .init(mean: 0.5, deviation: 0) }, labeller: "stub")
        }
        let conversations = try played(
            ModelAnswers(StubModel { _ in .success("well") }, labeller: labeller, game: game, seed: 4), sighted,
            episodes: 20_000, seed: 4, expected: expected)
        var larger = sighted
        larger.responses.append(
            Response(name: "added", features: game.features.map { _ in 0.5 }, cost: sighted.responses[0].cost))
        let widened = try Game(larger)
        let rows = (0..<expected.memory.nodeCount).map { (node: Int) -> [Double] in
            Array(expected.strategy(at: node)) + [0.0]
        }
        let wide = try Policy(memory: expected.memory, strategies: Array(rows.joined()), game: widened)
        let always = try Policy(
            memory: expected.memory,
            strategies: Array(
                repeatElement(game.responses.map { _ in 0.0 } + [1], count: expected.memory.nodeCount).joined()),
            game: widened)
        let exact = Evaluation(always, game: widened, anticipated: wide)
        let (value, error) = mean(conversations.map(\.payoff))
        #expect(abs(value - exact.payoff) < 3 * error)
    }

    @Test("Users whose reactions are a table react as to a response drawn from the label")
    func tables() throws {
        let tabular = SampleGame.definition {
            for index in $0.users.indices {
                guard let agent = $0.users[index].agent as? TabularUser else { return }
                let moves = [
                    [AdjacentMove(down: 0, stay: 0.5, up: 0.5), AdjacentMove(down: 0, stay: 0.875, up: 0.125)],
                    [AdjacentMove(down: 0.25, stay: 0.75, up: 0), AdjacentMove(down: 0.75, stay: 0.25, up: 0)],
                ]
                $0.users[index].agent = TabularUser(reactions: agent.reactions, movement: .table(moves))
            }
        }
        let game = try Game(tabular)
        let labeller = StubLabeller(game) { _ in TextLabel(response: [0.375, 0.625], labeller: "stub") }
        let conversations = try played(
            ModelAnswers(StubModel { _ in .success("well") }, labeller: labeller, game: game, seed: 4), tabular,
            episodes: 20_000, seed: 4)
        let exact = Evaluation(try .constant([0.375, 0.625], game: game), game: game)
        let (value, error) = mean(conversations.map(\.payoff))
        #expect(abs(value - exact.payoff) < 3 * error)
    }

    @Test("Sampled features are the label's own: responses by their shares, the same for the same seed")
    func sampled() throws {
        let labeller = StubLabeller(game) { _ in TextLabel(response: [0.25, 0.75, 0], labeller: "stub") }
        func play() throws -> [SpokenConversation] {
            try played(
                ModelAnswers(
                    StubModel { _ in .success("well") }, labeller: labeller, game: game, seed: 4, reading: .sampled),
                definition, episodes: 4000, seed: 4)
        }
        let conversations = try play()
        #expect(try play() == conversations)
        let features = conversations.map { $0.turns[0].meaning.features }
        let share = Double(features.count { $0 == game.responses[0].features }) / 4000
        #expect(features.allSatisfy { $0 == game.responses[0].features || $0 == game.responses[1].features })
        #expect(abs(share - 0.25) < 3 * (0.25 * 0.75 / 4000).squareRoot())
    }

    @Test("A request that fails ends its conversation as unfinished, which counts nowhere as an outcome")
    func failures() throws {
        let (names, cues) = (game.responses.map(\.name), game.cues)
        let model = StubModel { request in
            request.sample % 3 == 0 && request.messages.count > 1
                ? .failure(ChatFailure(.unavailable, "no connection")) : .success("\(names[0]), \(cues[0]), x")
        }
        let conversations = try played(
            ModelAnswers(model, labeller: StubLabeller.plain(game), game: game, seed: 6), definition, episodes: 90,
            seed: 6)
        let unfinished = conversations.filter { $0.outcome == nil }
        #expect(!unfinished.isEmpty && unfinished.allSatisfy { $0.episode % 3 == 0 && $0.turns.count == 1 })
        #expect(unfinished.allSatisfy { $0.end == .unfinished(MissingAnswer("no connection", mayPass: true)) })
        #expect(Tally(conversations, game: game).episodes == 90 - unfinished.count)
        let comparison = try PlayedComparison(
            conversations, against: .always(0, game: game), game: game, seed: 6)
        #expect(comparison.difference.payoffMoments.count == 90 - unfinished.count)
        #expect(comparison.difference.payoff?.value == 0)
    }

    @Test("Where the work is stopped, what has ended is kept, and the rest is unfinished")
    func stopping() throws {
        let (names, cues) = (game.responses.map(\.name), game.cues)
        let model = StubModel { _ in .success("\(names[0]), \(cues[0]), x") }
        let control = RunControl(stop: { model.calls.count >= 2 })
        let conversations = try played(
            ModelAnswers(model, labeller: StubLabeller.plain(game), game: game, seed: 6, width: 20), definition,
            episodes: 60, seed: 6, control)
        let ended = conversations.filter { $0.outcome != nil }
        #expect(!ended.isEmpty && ended.count < 60 && model.calls.count == 2)
        #expect(conversations.allSatisfy { $0.outcome != nil || $0.end == .unfinished(.stopped) })
        let whole = try played(
            ModelAnswers(
                StubModel { _ in .success("\(names[0]), \(cues[0]), x") }, labeller: StubLabeller.plain(game),
                game: game, seed: 6), definition, episodes: 60, seed: 6)
        for conversation in ended { #expect(whole[conversation.episode] == conversation) }
    }

    @Test("A system message stands before every conversation, and is no part of it")
    func system() throws {
        let (names, cues) = (game.responses.map(\.name), game.cues)
        let model = StubModel { request in
            request.messages.first == Message(role: .system, content: "be kind")
                ? .success("\(names[0]), \(cues[0]), x") : .failure(ChatFailure(.unusable, "no system message"))
        }
        let conversations = try played(
            ModelAnswers(model, labeller: StubLabeller.plain(game), game: game, seed: 6, system: "be kind"),
            definition, episodes: 10, seed: 6)
        #expect(conversations.allSatisfy { $0.outcome != nil && $0.opening.allSatisfy { $0.role == .user } })
    }
}
