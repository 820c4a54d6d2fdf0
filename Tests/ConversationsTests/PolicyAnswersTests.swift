import Conversations
import ExactEvaluation
import ExampleScenarios
import GameFixtures
import GameModel
import NumericalMethods
import Scenarios
import Simulation
import Testing

@Suite("A policy at the table is the policy of simulate")
struct PolicyAnswersTests {
    /// Plays a policy at the table and in a simulation, and compares them bit by bit.
    private func compare(_ policy: Policy, _ definition: GameDefinition, game: Game, seed: UInt64) throws {
        let recorded = try Recorded(policy, game: game, episodes: 403, seed: seed)
        let source = PolicyAnswers(policy, name: "policy", game: game, texts: .plain(game), seed: seed)
        let conversations = try played(
            source, definition, game: game, episodes: 403, seed: seed, expected: policy)
        #expect(conversations.count == 403)
        var codes: [[Int]] = []
        for (episode, conversation) in zip(recorded.episodes, conversations) {
            #expect(episode.episode == conversation.episode && episode.user == conversation.user)
            #expect(episode.outcome == conversation.outcome && episode.turns == conversation.turns.count)
            #expect(episode.payoff == conversation.payoff)
            for turn in conversation.turns { codes.append(code(of: turn, game)) }
        }
        #expect(recorded.codes == codes)
    }

    private func code(of turn: SpokenConversation.Turn, _ game: Game) -> [Int] {
        [turn.state, turn.cue, turn.meaning.exact(in: game) ?? -1, turn.reaction]
    }

    /// What a simulation records.
    private struct Recorded {
        var episodes: [RecordedBlock.Episode] = []
        var codes: [[Int]] = []

        init(_ policy: Policy, game: Game, episodes count: Int, seed: UInt64) throws {
            let rollouts = Rollouts(game: game, policies: [policy], settings: .init(episodes: count, seed: seed))
            var blocks: [RecordedBlock] = []
            _ = try rollouts.run(record: { block, _ in blocks.append(block) })
            for block in blocks { add(block) }
        }

        private mutating func add(_ block: RecordedBlock) {
            episodes += block.episodes
            codes += block.turns.map { [$0.state, $0.cue, $0.response, $0.reaction] }
        }
    }

    @Test("In random games, with every kind of memory, users with foresight and mixtures", arguments: UInt64(1)...6)
    func random(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.users, $0.usesTurn) = (5, 3, seed % 2 == 0) }.definition(
            seed: seed)
        let game = try Game(definition)
        for kind in [MemoryKind.stationary, .lastWithTurn, .graph] {
            try compare(.random(kind, game: game, seed: seed), definition, game: game, seed: seed)
        }
        let mixture = try Policy.mixture(
            zip(try (0..<2).map { try Policy.random(.lastWithTurn, game: game, seed: $0) }, [0.25, 0.75]).map {
                (controller: $0.0, probability: $0.1)
            }, game: game)
        try compare(mixture, definition, game: game, seed: seed)
        var other = game.users.indices.map { _ in 0.0 }
        other[Int(seed) % other.count] = 1
        try compare(.uniform(game: game), definition, game: Game(game, prior: other), seed: seed)
    }

    @Test("In every shipped scenario, in its own words", arguments: ExampleScenarios.all.map(\.name))
    func shipped(name: String) throws {
        let text = try #require(ExampleScenarios.all.first { $0.name == name }?.text)
        let scenario = try Scenario.parse(text, file: name)
        try compare(
            .reference(scenario.objective.reference, game: scenario.game), scenario.definition, game: scenario.game,
            seed: 7)
        let source = PolicyAnswers(
            try .uniform(game: scenario.game), name: "uniform", game: scenario.game, texts: scenario.wording, seed: 7)
        var conversations: [SpokenConversation] = []
        try ConversationTable(
            game: scenario.game, definition: scenario.definition, texts: scenario.wording, seed: 7, source: source,
            expected: .uniform(game: scenario.game)
        ).play(0..<50) { conversations.append($0) }
        for conversation in conversations {
            #expect(conversation.messages.allSatisfy { !$0.content.isEmpty })
            for turn in conversation.turns {
                let response = try #require(turn.meaning.exact(in: scenario.game))
                #expect(scenario.wording.responses[response][turn.cue].contains(turn.answer))
            }
        }
    }

    @Test("100,000 conversations agree with the exact evaluation within three standard errors")
    func evaluation() throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (5, 3) }.definition(seed: 11)
        let game = try Game(definition)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: 11)
        let tally = Tally(
            try played(
                PolicyAnswers(policy, name: "policy", game: game, texts: .plain(game), seed: 5), definition,
                episodes: 100_000, seed: 5, expected: policy), game: game)
        let exact = Evaluation(policy, game: game)
        for (estimate, value) in [
            (tally.payoff, exact.payoff), (tally.safe(game), exact.safe), (tally.turns, exact.turns),
        ] {
            let estimate = try #require(estimate)
            #expect(abs(estimate.value - value) < 3 * (estimate.standardError ?? 0))
        }
        for user in game.users.indices {
            for outcome in game.outcomes.indices {
                let share = try #require(tally.outcome(outcome, user: user))
                let value = exact.outcomes[user][outcome]
                let error = (value * (1 - value) / Double(share.count ?? 1)).squareRoot()
                // Several dozen shares at once: four standard errors.
                #expect(abs(share.value - value) <= 4 * error)
            }
        }
    }

    @Test("Paired with itself, a policy differs by exactly nothing")
    func paired() throws {
        let definition = RandomGame { $0.horizon = 4 }.definition(seed: 2)
        let game = try Game(definition)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: 3)
        let conversations = try played(
            PolicyAnswers(policy, name: "policy", game: game, texts: .plain(game), seed: 5), definition,
            episodes: 300, seed: 5, expected: policy)
        let same = try PlayedComparison(conversations, against: policy, game: game, seed: 5)
        #expect(same.difference.payoff?.value == 0 && same.difference.payoff?.standardError == 0)
        #expect(same.tally == Tally(conversations, game: game))
        let other = try PlayedComparison(conversations, against: .uniform(game: game), game: game, seed: 5)
        let expected = Evaluation(policy, game: game).payoff - Evaluation(try .uniform(game: game), game: game).payoff
        let difference = try #require(other.difference.payoff)
        #expect(abs(difference.value - expected) < 4 * (difference.standardError ?? 0))
    }
}
