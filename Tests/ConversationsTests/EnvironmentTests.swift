import Conversations
import ExactEvaluation
import GameFixtures
import GameModel
import Labelling
import Testing

@Suite("An environment for other programs")
struct EnvironmentTests {
    private func environment(
        _ definition: GameDefinition, _ game: Game, _ policy: Policy, reward: Session.Reward = .payoff,
        believes: Bool = false, labeller: (any TextLabeller)? = nil
    ) throws -> Environment {
        try Environment(
            game: game, definition: definition, texts: .plain(game), expected: policy, reward: reward,
            believes: believes, labeller: labeller)
    }

    /// Plays an episode with the strategies that a policy has there, and adds up its rewards.
    private func walk(
        _ environment: Environment, _ policy: Policy, seed: UInt64, episode: Int
    ) throws -> (session: Session, rewards: Double) {
        var step = try environment.reset(seed: seed, episode: episode)
        var rewards = step.reward
        var node = try #require(policy.memory.initial[step.session.conversation.cue].only)
        while step.session.outcome == nil {
            step = try environment.step([(step.session, .strategy(Array(policy.strategy(at: node))))])[0].get()
            rewards += step.reward
            guard step.session.outcome == nil else { break }
            node = policy.memory.successor(
                of: node, after: try #require(step.meaning?.likeliest),
                observation: step.session.conversation.observation, game: environment.game)
        }
        return (step.session, rewards)
    }

    @Test(
        "Stepped by a policy's strategies it plays what the policy plays, bit by bit, with and without foresight",
        arguments: UInt64(1)...4)
    func strategies(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.users, $0.usesTurn) = (5, 3, seed % 2 == 0) }.definition(
            seed: seed)
        let game = try Game(definition)
        for kind in [MemoryKind.stationary, .lastWithTurn, .graph] {
            let policy = try Policy.random(kind, game: game, seed: seed)
            let environment = try environment(definition, game, policy)
            let source = PolicyAnswers(policy, name: "policy", game: game, texts: .plain(game), seed: seed)
            for conversation in try played(
                source, definition, game: game, episodes: 40, seed: seed, expected: policy)
            {
                let (session, rewards) = try walk(environment, policy, seed: seed, episode: conversation.episode)
                #expect(session.outcome == conversation.outcome && session.payoff == conversation.payoff)
                #expect(session.conversation.turns == conversation.turns)
                #expect(session.conversation.messages == conversation.messages)
                #expect(abs(rewards - conversation.payoff) < 1e-12)
            }
        }
    }

    @Test("Sessions that are stepped together are those that are stepped alone")
    func together() throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (5, 3) }.definition(seed: 3)
        let game = try Game(definition)
        let environment = try environment(definition, game, try .uniform(game: game), believes: true)
        func action(_ session: Session) -> SessionAction {
            let turn = session.conversation.turn + session.conversation.episode
            return turn % 3 == 0
                ? .features(game.features.map { _ in 0.25 }) : .response(turn % game.responses.count)
        }
        var sessions = try (0..<30).map { try environment.reset(seed: 8, episode: $0).session }
        while sessions.contains(where: { $0.outcome == nil }) {
            let open = sessions.indices.filter { sessions[$0].outcome == nil }
            let steps = try environment.step(open.map { (sessions[$0], action(sessions[$0])) })
            for (index, step) in zip(open, steps) { sessions[index] = try step.get().session }
        }
        for together in sessions {
            var alone = try environment.reset(seed: 8, episode: together.conversation.episode).session
            while alone.outcome == nil { alone = try environment.step([(alone, action(alone))])[0].get().session }
            #expect(alone.conversation.turns == together.conversation.turns && alone.payoff == together.payoff)
            #expect(alone.outcome == together.outcome && alone.belief == together.belief)
        }
    }

    @Test(
        "Shaped rewards sum to the payoff less the policy's value, and to nothing on average", arguments: UInt64(1)...2)
    func shaped(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (4, 3) }.definition(seed: seed)
        let game = try Game(definition)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: seed)
        let environment = try environment(definition, game, policy, reward: .shaped)
        #expect(abs(environment.value - Evaluation(policy, game: game).payoff) < 1e-15)
        var sums: [Double] = []
        for episode in 0..<4000 {
            let (session, rewards) = try walk(environment, policy, seed: seed, episode: episode)
            #expect(abs(rewards - (session.payoff - environment.value)) < 1e-12)
            #expect(abs(session.total - rewards) < 1e-12)
            sums.append(rewards)
        }
        let (value, error) = mean(sums)
        #expect(abs(value) < 3 * error)
    }

    @Test("What can be said of no turn is refused at the start, not in the middle of a conversation")
    func refused() throws {
        let brief = RandomGame { ($0.horizon, $0.discount) = (4, 1e-110) }.definition(seed: 1)
        let game = try Game(brief)
        _ = try environment(brief, game, try .uniform(game: game))
        let discount = #expect(throws: GameError.self) {
            try environment(brief, game, try .uniform(game: game), reward: .shaped)
        }
        #expect(discount?.place == "discount")
        let sighted = RandomGame { ($0.horizon, $0.foresight) = (3, 0.9) }.definition(seed: 1)
        let seen = try Game(sighted)
        let mixture = try Policy.mixture(
            try (0..<2).map { (controller: try Policy.random(.stationary, game: seen, seed: $0), probability: 0.5) },
            game: seen)
        _ = try environment(sighted, seen, mixture)
        #expect(throws: GameError.self) { try environment(sighted, seen, mixture, believes: true) }
        #expect(throws: GameError.self) { try environment(sighted, seen, mixture, reward: .shaped) }
    }

    @Test("What is believed is Bayes' rule on what was seen")
    func belief() throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (5, 3) }.definition(seed: 5)
        let game = try Game(definition)
        let environment = try environment(definition, game, try .uniform(game: game), believes: true)
        var compared = 0
        for episode in 0..<40 {
            var session = try environment.reset(seed: 2, episode: episode).session
            var steps: [PathBelief.Step] = []
            while session.outcome == nil {
                let joint = try PathBelief(definition).joint(opening: opening(session), steps: steps)
                let total = joint.reduce(0, +)
                for (found, expected) in zip(try #require(session.belief).probabilities, joint) {
                    #expect(abs(found - expected / total) < 1e-12)
                }
                compared += 1
                let response = session.conversation.turn % game.responses.count
                session = try environment.step([(session, .response(response))])[0].get().session
                guard session.outcome == nil, game.foresight == nil else { break }
                let seen = session.conversation.observation
                let rank = try #require(game.observations.shown(of: seen))
                steps.append(
                    PathBelief.Step(
                        response: response, shown: game.shownReactions[rank], cue: game.observations.cue(of: seen)))
            }
        }
        #expect(compared > 60)
    }

    private func opening(_ session: Session) -> Int {
        session.conversation.turns.first?.cue ?? session.conversation.cue
    }

    @Test("The features of a response are the response; a text is what its labeller says")
    func meanings() throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (4, 3) }.definition(seed: 6)
        let game = try Game(definition)
        let environment = try environment(
            definition, game, try .uniform(game: game), labeller: StubLabeller.plain(game))
        for episode in 0..<20 {
            let start = try environment.reset(seed: 1, episode: episode).session
            let named = try environment.step([(start, .response(1))])[0].get()
            let featured = try environment.step([(start, .features(game.responses[1].features))])[0].get()
            let text = try environment.step([(start, .text("\(game.responses[1].name), said"))])[0].get()
            for other in [featured, text] {
                #expect(other.session.outcome == named.session.outcome && other.reward == named.reward)
                #expect(other.reaction == named.reaction)
                #expect(other.session.conversation.hidden == named.session.conversation.hidden)
            }
        }
        // Between two responses they are a third, that costs what these two cost.
        let between = zip(game.responses[0].features, game.responses[1].features).map { 0.75 * $0 + 0.25 * $1 }
        var larger = definition
        larger.responses.append(
            Response(name: "between", features: between, cost: ResponseCosts(game).cost(of: between)))
        let widened = try Game(larger)
        let other = try self.environment(larger, widened, try .uniform(game: widened))
        for episode in 0..<20 {
            let start = try environment.reset(seed: 1, episode: episode).session
            let featured = try environment.step([(start, .features(between))])[0].get()
            let twin = try other.reset(seed: 1, episode: episode).session
            let named = try other.step([(twin, .response(game.responses.count))])[0].get()
            #expect(abs(featured.reward - named.reward) < 1e-12 && featured.reaction == named.reaction)
        }
        let start = try environment.reset(seed: 1, episode: 0).session
        let unread = try environment.step([(start, .text("nothing that anybody knows"))])[0]
        #expect(throws: SessionFault.self) { try unread.get() }
        let deaf = try self.environment(definition, game, try .uniform(game: game))
        let refused = try deaf.step([(start, .text("words")), (start, .response(0))])
        #expect(throws: SessionFault.self) { try refused[0].get() }
        // The fault of one costs the others nothing.
        #expect(try refused[1].get().session.conversation.turns.count == 1)
    }

    @Test("Whoever is asked for comes, and nobody answers after the end")
    func ends() throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (3, 3) }.definition(seed: 7)
        let game = try Game(definition)
        let environment = try environment(definition, game, try .uniform(game: game))
        for user in game.users.indices {
            for episode in 0..<10 {
                let session = try environment.reset(seed: 4, episode: episode, user: user).session
                #expect(game.user(of: session.conversation.hidden) == user)
            }
        }
        var session = try environment.reset(seed: 4, episode: 0).session
        while session.outcome == nil { session = try environment.step([(session, .response(0))])[0].get().session }
        let after = try environment.step([(session, .response(0))])[0]
        do {
            _ = try after.get()
            Issue.record("a turn was played after the end")
        } catch { #expect(error.code == .finished) }
    }
}
