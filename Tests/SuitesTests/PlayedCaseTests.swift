import GameModel
import Scenarios
import Simulation
import Suites
import Testing

/// Plays a policy of the game as if it were a model: its episodes, with the features of its responses.
private struct PolicyPlayer: CasePlayer {
    let response: Int
    let episodes: Int

    func play(
        _ scenario: Scenario, seed: UInt64, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> [PlayedEpisode] {
        let game = scenario.game
        let policy = try Policy.always(response, game: game)
        var played: [PlayedEpisode] = []
        _ = try Rollouts(game: game, policies: [policy], settings: .init(episodes: episodes, seed: seed)).run(
            record: { block, _ in
                played += block.episodes.map { episode in
                    PlayedEpisode(
                        user: episode.user, outcome: episode.outcome, payoff: episode.payoff,
                        features: [[Double]](repeating: game.responses[response].features, count: episode.turns))
                }
            })
        return played
    }
}

@Suite("Cases that somebody plays who is no policy")
struct PlayedCaseTests {
    @Test("Conversations are scored as a simulation scores the same ones")
    func scores() throws {
        let suite = try TinySuite().load()
        let scenario = try suite.scenario(suite.cases(atMost: 10)[0])
        let scorer = try CaseScorer(scenario, scores: suite.scores)
        let response = scenario.game.responses.count - 1
        let player = PolicyPlayer(response: response, episodes: 400)
        let episodes = try player.play(scenario, seed: 3) { false }
        let simulated = try scorer.simulated(
            .always(response, game: scenario.game), episodes: 400, seed: 3)
        #expect(scorer.played(episodes) == simulated)
        var runner = ItemRunner(seed: 3)
        runner.players = ["http://127.0.0.1:1": player]
        let result = try runner.run(.model("http://127.0.0.1:1"), scorer: scorer)
        #expect(result.method == "played" && result.status == "400 conversations" && !result.isExact)
        #expect(result.score(.satisfaction) == simulated.score(.satisfaction))
        #expect(throws: SuiteError.self) { try runner.run(.model("http://127.0.0.1:2"), scorer: scorer) }
        runner.players = ["http://127.0.0.1:1": PolicyPlayer(response: 0, episodes: 0)]
        #expect(throws: SuiteError.self) { try runner.run(.model("http://127.0.0.1:1"), scorer: scorer) }
    }

    @Test("A recipe names the address whole")
    func recipe() throws {
        #expect(try PolicyRecipe("model:http://127.0.0.1:8080/v1") == .model("http://127.0.0.1:8080/v1"))
        let suite = try TinySuite().load()
        let policy = try SuitePolicy("mine=model:http://127.0.0.1:8080", suite: suite)
        #expect(policy.label == "mine" && policy.recipe == .model("http://127.0.0.1:8080"))
    }
}
