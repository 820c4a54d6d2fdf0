import Conversations
import ExampleScenarios
import GameFixtures
import GameModel
import Scenarios
import Testing

@Suite("A conversation that is led from outside")
struct GuidedConversationTests {
    /// Leads with no choice at all, and compares with the table, bit by bit.
    private func compare(_ policy: Policy, _ definition: GameDefinition, game: Game, seed: UInt64) throws {
        let guide = ConversationGuide(game: game, texts: .plain(game), policy: policy, seed: seed)
        let source = PolicyAnswers(policy, name: "policy", game: game, texts: .plain(game), seed: seed)
        let moves = [GuidedConversation.Move](repeating: .init(), count: game.horizon)
        for conversation in try played(
            source, definition, game: game, episodes: 60, seed: seed, expected: policy)
        {
            let led = try guide.conversation(episode: conversation.episode, moves: moves)
            #expect(led.outcome == conversation.outcome && led.payoff == conversation.payoff)
            #expect(game.user(of: led.hidden) == conversation.user && led.opening == conversation.opening)
            #expect(led.turns.map(\.answer) == conversation.turns.map(\.answer))
            #expect(led.turns.map(\.reply) == conversation.turns.map(\.reply))
            #expect(led.turns.map(\.reaction) == conversation.turns.map(\.reaction))
            #expect(led.turns.map { $0.hidden % game.states.count } == conversation.turns.map(\.state))
            #expect(led.turns.allSatisfy { !$0.isChosen && !$0.isReactionChosen && !$0.isOtherUser })
        }
    }

    @Test(
        "With no choice it is what the policy plays, in random games with and without foresight",
        arguments: UInt64(1)...4)
    func unled(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.users, $0.usesTurn) = (5, 3, seed % 2 == 0) }.definition(
            seed: seed)
        let game = try Game(definition)
        for kind in [MemoryKind.stationary, .lastWithTurn, .graph] {
            try compare(.random(kind, game: game, seed: seed), definition, game: game, seed: seed)
        }
        guard game.foresight == nil else { return }
        let mixture = try Policy.mixture(
            zip(try (0..<2).map { try Policy.random(.lastWithTurn, game: game, seed: $0) }, [0.25, 0.75]).map {
                (controller: $0.0, probability: $0.1)
            }, game: game)
        try compare(mixture, definition, game: game, seed: seed)
    }

    @Test("The same in every shipped scenario", arguments: ExampleScenarios.all.map(\.name))
    func shipped(name: String) throws {
        let text = try #require(ExampleScenarios.all.first { $0.name == name }?.text)
        let scenario = try Scenario.parse(text, file: name)
        try compare(.uniform(game: scenario.game), scenario.definition, game: scenario.game, seed: 3)
    }

    @Test("What is believed follows what was seen, whoever chose it", arguments: UInt64(1)...6)
    func beliefs(seed: UInt64) throws {
        let game = try Game(RandomGame { ($0.horizon, $0.users) = (5, 3) }.definition(seed: seed))
        guard game.foresight == nil else { return }
        let guide = ConversationGuide(game: game, texts: .plain(game), policy: try .uniform(game: game), seed: seed)
        let going = game.reactions.indices.filter { if case .ends = game.reactions[$0].effect { false } else { true } }
        for reaction in going {
            let moves: [GuidedConversation.Move] = [.init(response: 0, reaction: reaction), .init(response: 1)]
            guard let led = try? guide.conversation(episode: 0, moves: moves) else { continue }
            var belief = try Belief.opening(led.observations[0], game: game).belief
            #expect(led.beliefs[0] == belief)
            for (index, observation) in led.observations.dropFirst().enumerated() {
                belief = try belief.updated(
                    turn: index + 1, response: led.turns[index].response, observation: observation, game: game
                ).belief
                #expect(led.beliefs[index + 1] == belief)
            }
            #expect(led.turns[0].reaction == reaction && led.turns[0].isReactionChosen && led.turns[0].isChosen)
        }
    }

    @Test("A user who would never react so gives way to one who would; what nobody does is refused")
    func impossible() throws {
        // In this scenario only people in despair say that it is about somebody else although it is not.
        let text = try #require(ExampleScenarios.all.first { $0.name == "self-harm-question" }?.text)
        let scenario = try Scenario.parse(text, file: "self-harm-question.yaml")
        let game = scenario.game
        let benign = try #require(game.users.firstIndex(of: "benign"))
        let distressed = try #require(game.users.firstIndex(of: "distressed"))
        let mask = try #require(game.reactions.firstIndex { $0.name == "mask" })
        let guide = ConversationGuide(
            game: game, texts: scenario.wording, policy: try .uniform(game: game), seed: 1)
        let led = try guide.conversation(episode: 0, user: benign, moves: [.init(response: 2, reaction: mask)])
        #expect(game.user(of: led.turns[0].hidden) == distressed && led.turns[0].isOtherUser)
        #expect(game.user(of: led.hidden) == distressed)
        #expect(throws: (any Error).self) {
            try Game(game, prior: game.users.indices.map { $0 == benign ? 1 : 0 }).guided(scenario) {
                try $0.conversation(episode: 0, moves: [.init(response: 2, reaction: mask)])
            }
        }
    }

    @Test("Users and openings that are asked for come, and a cue of the next message too")
    func asked() throws {
        let text = try #require(ExampleScenarios.all.first { $0.name == "self-harm-question" }?.text)
        let scenario = try Scenario.parse(text, file: "self-harm-question.yaml")
        try scenario.game.guided(scenario) { guide in
            for user in scenario.game.users.indices {
                for cue in scenario.game.cues.indices {
                    let led = try guide.conversation(episode: 5, cue: cue, user: user, moves: [])
                    #expect(scenario.game.user(of: led.hidden) == user && led.observations == [cue])
                }
            }
            let ask = scenario.game.reactions.firstIndex { $0.name == "ask" } ?? 0
            for cue in scenario.game.cues.indices {
                let led = try guide.conversation(
                    episode: 0, moves: [.init(response: 0, reaction: ask, cue: cue)])
                #expect(scenario.game.observations.cue(of: led.observations[1]) == cue)
            }
        }
    }
}

extension Game {
    /// A guide of the uniform policy.
    fileprivate func guided(_ scenario: Scenario, _ body: (ConversationGuide) throws -> some Any) throws {
        _ = try body(
            ConversationGuide(game: self, texts: scenario.wording, policy: try .uniform(game: self), seed: 1))
    }
}
