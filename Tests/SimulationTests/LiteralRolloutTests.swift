import GameFixtures
import GameModel
import Simulation
import Testing

/// A game, a memory and a number of episodes to be played both ways.
struct RolloutCase: Sendable, CustomTestStringConvertible {
    let name: String
    var family = RandomGame()
    var kind = MemoryKind.lastWithTurn
    var change: @Sendable (inout GameDefinition) -> Void = { _ in }
    var testDescription: String { name }

    init(_ name: String, _ set: (inout RolloutCase) -> Void) {
        self.name = name
        set(&self)
    }
}

/// Conversations that last: a few per cent of them end in any turn.
private func long(horizon: Int, _ change: (inout RandomGame) -> Void = { _ in }) -> RandomGame {
    RandomGame {
        ($0.horizon, $0.endingBias) = (horizon, -2)
        change(&$0)
    }
}

private let cases: [RolloutCase] = [
    RolloutCase("last observation and turn") { $0.family = long(horizon: 6) },
    RolloutCase("stationary") { ($0.family, $0.kind) = (long(horizon: 7), .stationary) },
    RolloutCase("the turn alone") {
        ($0.family, $0.kind) = (long(horizon: 7), MemoryKind(observations: 0, usesTurn: true))
    },
    RolloutCase("last two observations") {
        ($0.family, $0.kind) = (long(horizon: 6), MemoryKind(observations: 2, usesTurn: false))
    },
    RolloutCase("last two observations and turn") {
        ($0.family, $0.kind) = (long(horizon: 4), MemoryKind(observations: 2, usesTurn: true))
    },
    RolloutCase("a graph that follows responses") { ($0.family, $0.kind) = (long(horizon: 6), .graph) },
    RolloutCase("a graph that follows one of five responses") {
        ($0.family, $0.kind) = (long(horizon: 5) { ($0.responses, $0.cues) = (5, 3) }, .graph)
    },
    RolloutCase("reactions by turn") { $0.family = long(horizon: 8) { $0.usesTurn = true } },
    RolloutCase("tabular users, three states, three cues") {
        $0.family = long(horizon: 5) { ($0.mixesTabular, $0.users, $0.states, $0.cues) = (true, 3, 3, 3) }
    },
    RolloutCase("no discount") { $0.family = long(horizon: 6) { $0.discount = 1 } },
    RolloutCase("steep discount") { $0.family = long(horizon: 9) { $0.discount = 0.25 } },
    RolloutCase("a single state") { $0.family = long(horizon: 5) { $0.states = 1 } },
    RolloutCase("a single cue") { $0.family = long(horizon: 5) { $0.cues = 1 } },
    RolloutCase("a single response") { $0.family = long(horizon: 5) { $0.responses = 1 } },
    RolloutCase("a single user, state and cue") {
        $0.family = long(horizon: 5) { ($0.users, $0.states, $0.cues) = (1, 1, 1) }
    },
    RolloutCase("many responses") { $0.family = long(horizon: 5) { ($0.responses, $0.continuing) = (9, 4) } },
    RolloutCase("horizon 1") { $0.family = RandomGame { $0.horizon = 1 } },
    RolloutCase("horizon 2") { $0.family = RandomGame { $0.horizon = 2 } },
    RolloutCase("horizon 17") { ($0.family, $0.kind) = (long(horizon: 17), .stationary) },
    RolloutCase("best responses only") { $0.family = long(horizon: 6) { $0.rationality = .infinity } },
    RolloutCase("users with foresight") { $0.family = long(horizon: 4) { $0.foresight = 0.8 } },
    RolloutCase("users with foresight, a policy without the turn, three types") {
        $0.family = long(horizon: 4) { ($0.foresight, $0.users, $0.mixesTabular, $0.usesTurn) = (1, 3, true, true) }
        $0.kind = .stationary
    },
    RolloutCase("users with foresight with best responses, a policy of two observations") {
        $0.family = long(horizon: 3) { ($0.foresight, $0.rationality) = (0.9, .infinity) }
        $0.kind = MemoryKind(observations: 2, usesTurn: false)
    },
    RolloutCase("a user of prior 0") {
        $0.family = long(horizon: 5) { $0.users = 3 }
        $0.change = { definition in
            definition.users[0].prior += definition.users[1].prior
            definition.users[1].prior = 0
        }
    },
    RolloutCase("certain starts") {
        $0.family = long(horizon: 5) { $0.states = 3 }
        $0.change = { definition in
            for index in definition.users.indices { definition.users[index].initialState = [0, 0, 1] }
        }
    },
    RolloutCase("the second reaction is feigned") {
        ($0.family, $0.kind) = (long(horizon: 5), MemoryKind(observations: 2, usesTurn: false))
        $0.change = { $0.reactions[$0.reactions.count - 1].effect = .continuesShowing(1) }
    },
    RolloutCase("nobody ever ends") {
        $0.family = RandomGame { $0.horizon = 6 }
        $0.change = { definition in
            for index in definition.users.indices {
                definition.users[index].agent = ScriptedUser { _, _, _ in [0.5, 0.25, 0, 0, 0.25] }
            }
        }
    },
]

/// A seed under a stream.
struct StreamSeed: Sendable, CustomTestStringConvertible {
    let seed: UInt64
    let stream: DrawStream
    var testDescription: String { "seed \(seed), stream \(stream.rawValue)" }

    static let all = DrawStream.allCases.flatMap { stream in
        [UInt64(1), 2].map { StreamSeed(seed: $0, stream: stream) }
    }
}

@Suite("The strips")
struct LiteralRolloutTests {
    @Test("play what the loop of the standard plays, turn by turn and bit for bit", arguments: cases, StreamSeed.all)
    func sameEpisodes(played: RolloutCase, drawn: StreamSeed) throws {
        let (seed, stream) = (drawn.seed, drawn.stream)
        var definition = played.family.definition(seed: seed)
        played.change(&definition)
        let game = try Game(definition)
        let controller = try Policy.random(played.kind, game: game, seed: seed)
        let literal = LiteralRollout(
            definition, policy: BruteForce.policy(controller, game: game), seed: seed &* 0x9E37_79B9, stream: stream)
        // Two whole strips and one that stops short of a quad.
        let episodes = 2053
        let recorded = try Recording.run(
            Rollouts(
                game: game, policies: [controller],
                settings: .init(episodes: episodes, seed: seed &* 0x9E37_79B9, stream: stream)))
        expectSame(recorded.episodes.map(\.episode), 0..<episodes)
        var turns = recorded.turns[...]
        for found in recorded.episodes {
            let expected = try literal.play(episode: found.episode)
            let own = turns.prefix { $0.episode == found.episode }
            turns = turns.dropFirst(own.count)
            #expect(own.map(\.turn) == Array(1...found.turns))
            let episode = LiteralRollout.Episode(
                user: found.user, outcome: found.outcome, payoff: found.payoff,
                turns: own.map {
                    .init(state: $0.state, cue: $0.cue, response: $0.response, reaction: $0.reaction)
                })
            guard episode == expected else {
                Issue.record("episode \(found.episode): \(episode) is not \(expected)")
                return
            }
        }
        #expect(turns.isEmpty)
    }

    @Test("play the same episodes wherever in the run they stand", arguments: DrawStream.allCases)
    func farEpisodes(stream: DrawStream) throws {
        let definition = long(horizon: 6).definition(seed: 3)
        let game = try Game(definition)
        let controller = try Policy.random(.lastWithTurn, game: game, seed: 3)
        let literal = LiteralRollout(
            definition, policy: BruteForce.policy(controller, game: game), seed: .max, stream: stream)
        let settings = Rollouts.Settings(episodes: 40_001, seed: .max, threads: 2, stream: stream)
        let recorded = try Recording.run(Rollouts(game: game, policies: [controller], settings: settings))
        for episode in [0, 1, 3, 1023, 1024, 16_383, 16_384, 16_385, 32_767, 32_768, 39_999, 40_000] {
            let expected = try literal.play(episode: episode)
            let found = recorded.episodes[episode]
            #expect(found.episode == episode)
            #expect(found.payoff == expected.payoff && found.outcome == expected.outcome && found.user == expected.user)
            #expect(found.turns == expected.turns.count)
        }
    }
}
