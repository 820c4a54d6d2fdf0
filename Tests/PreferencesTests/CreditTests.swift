import ExactEvaluation
import GameFixtures
import GameModel
import Labelling
import Output
import Preferences
import Scenarios
import Simulation
import Testing

@Suite("Credit for recorded conversations")
struct CreditTests {
    private func recorded(
        _ policy: Policy, _ game: Game, episodes: Int, seed: UInt64
    ) throws -> [(conversation: CreditConversation, payoff: Double)] {
        var list: [(conversation: CreditConversation, payoff: Double)] = []
        _ = try Rollouts(game: game, policies: [policy], settings: .init(episodes: episodes, seed: seed)).run(
            record: { block, _ in
                var start = 0
                for episode in block.episodes {
                    let own = block.turns[start..<start + episode.turns]
                    start += episode.turns
                    list.append(
                        (
                            CreditConversation(
                                id: "\(episode.episode)", user: episode.user, cues: own.map(\.cue),
                                responses: own.map(\.response), reactions: own.map(\.reaction),
                                outcome: episode.outcome, game: game), episode.payoff
                        ))
                }
            })
        return list
    }

    @Test(
        "Opening, advantages and chance sum to the payoff less the value, with and without foresight",
        arguments: UInt64(1)...6)
    func sums(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.users, $0.usesTurn) = (5, 3, seed % 2 == 0) }.definition(
            seed: seed)
        let game = try Game(definition)
        let player = try Policy.random(.stationary, game: game, seed: seed + 10)
        for kind in [MemoryKind.stationary, .lastWithTurn] {
            let policy = game.foresight == nil ? try Policy.random(kind, game: game, seed: seed) : player
            let tracer = try CreditTracer(policy, game: game, definition: definition)
            let value = Evaluation(policy, game: game).payoff
            for (conversation, payoff) in try recorded(player, game, episodes: 200, seed: seed) {
                let credit = try tracer.credit(conversation)
                let sum = credit.turns.reduce(credit.opening) { $0 + ($1.shaped ?? .nan) }
                #expect(abs(sum - (payoff - value)) < 1e-12)
                #expect(abs(try #require(credit.payoff) - payoff) < 1e-12)
                for turn in credit.turns {
                    #expect(
                        turn.advantage <= 1e-12 + (turn.situation.responses(0).max() ?? 0) - turn.situation.values[0])
                }
            }
        }
    }

    @Test(
        "Where the type is not known the payoff is its mean over who it may have been, after everything that was seen")
    func unknownType() throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (3, 3) }.definition(seed: 2)
        let game = try Game(definition)
        let policy = try Policy.uniform(game: game)
        let tracer = try CreditTracer(policy, game: game, definition: definition)
        // Among conversations that end alike and were answered alike last, the mean of what is said and of what was paid agree.
        var groups: [[Int]: [Double]] = [:]
        for (conversation, payoff) in try recorded(policy, game, episodes: 20_000, seed: 4) {
            let credit = try tracer.credit(conversation.withoutUser)
            guard case .outcome(let outcome) = conversation.end, let last = credit.turns.last else { continue }
            groups[[outcome, last.response], default: []].append(try #require(credit.payoff) - payoff)
            let sum = credit.turns.reduce(credit.opening) { $0 + ($1.shaped ?? .nan) } + tracer.measures.start[0]
            #expect(abs(sum - (credit.payoff ?? .nan)) < 1e-12)
        }
        var tried = 0
        for differences in groups.values where differences.count >= 200 {
            let count = Double(differences.count)
            let mean = differences.reduce(0, +) / count
            let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
            // Of some dozen groups none is five standard errors off; where nothing is left to chance there is rounding.
            #expect(abs(mean) < 5 * (variance / count).squareRoot() + 1e-12)
            tried += 1
        }
        #expect(tried >= 5)
    }

    @Test("Under the policy itself advantages sum to nothing on average", arguments: UInt64(1)...3)
    func noAdvantage(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (5, 3) }.definition(seed: seed)
        let game = try Game(definition)
        let policy = try Policy.random(.lastWithTurn, game: game, seed: seed)
        let tracer = try CreditTracer(policy, game: game, definition: definition)
        let sums = try recorded(policy, game, episodes: 10_000, seed: seed).map { item in
            try tracer.credit(item.conversation).turns.reduce(0) { $0 + $1.advantage }
        }
        let mean = sums.reduce(0, +) / 10_000
        let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 9_999
        #expect(abs(mean) < 3 * (variance / 10_000).squareRoot())
    }

    @Test("What is known before each answer is Bayes' rule by the book", arguments: UInt64(1)...4)
    func posterior(seed: UInt64) throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (4, 3) }.definition(seed: seed)
        let game = try Game(definition)
        guard game.foresight == nil else { return }
        let policy = try Policy.uniform(game: game)
        let tracer = try CreditTracer(policy, game: game, definition: definition)
        var steps: [PathBelief.Step] = []
        _ = try Rollouts(game: game, policies: [policy], settings: .init(episodes: 60, seed: seed)).run(
            record: { block, _ in
                var start = 0
                for episode in block.episodes {
                    let own = Array(block.turns[start..<start + episode.turns])
                    start += episode.turns
                    let credit = try tracer.credit(
                        CreditConversation(
                            id: "", user: episode.user, cues: own.map(\.cue), responses: own.map(\.response),
                            reactions: own.map(\.reaction), outcome: episode.outcome, game: game))
                    steps = []
                    for (index, turn) in credit.turns.enumerated() {
                        let joint = try PathBelief(definition).joint(opening: own[0].cue, steps: steps)
                        let total = joint.reduce(0, +)
                        for user in game.users.indices {
                            let states = game.states.count
                            let share = joint[user * states..<(user + 1) * states].reduce(0, +) / total
                            #expect(abs(turn.situation.users[user] - share) < 1e-12)
                        }
                        guard index + 1 < own.count else { break }
                        steps.append(
                            PathBelief.Step(
                                response: own[index].response,
                                shown: game.shownReactions[game.continuingRanks[own[index].reaction]],
                                cue: own[index + 1].cue))
                    }
                }
            })
    }

    @Test("Of a known type the values are those of a game of that type alone")
    func knownType() throws {
        let definition = RandomGame { ($0.horizon, $0.users) = (4, 3) }.definition(seed: 2)
        let game = try Game(definition)
        let policy = try Policy.random(.stationary, game: game, seed: 1)
        let tracer = try CreditTracer(policy, game: game, definition: definition)
        for (conversation, _) in try recorded(policy, game, episodes: 40, seed: 1) {
            let user = try #require(conversation.user)
            let alone = try Game(game, prior: game.users.indices.map { $0 == user ? 1 : 0 })
            let other = try CreditTracer(policy, game: alone, definition: definition)
            let credit = try tracer.credit(conversation)
            let known = try other.credit(
                try CreditConversation(same: conversation, in: alone))
            for (turn, expected) in zip(credit.turns, known.turns) {
                let ofUser = try #require(turn.ofUser)
                #expect(abs(ofUser.value - expected.situation.values[0]) < 1e-12)
                #expect(abs(ofUser.said - expected.said[0]) < 1e-12 && ofUser.best == expected.situation.best)
            }
        }
    }

    /// Conversations as a file has them.
    private func read(_ fixture: OwnFixture, _ line: String) throws -> CreditConversation {
        try CreditReader(game: fixture.game, scheme: fixture.scheme, labels: nil).conversation(
            TextLine(number: 1, bytes: Array(line.utf8)))
    }

    @Test("A label that may be two responses is worth what lies between them")
    func uncertain() throws {
        let fixture = try OwnFixture(policy: { try .uniform(game: $0) })
        let tracer = try CreditTracer(
            try .uniform(game: fixture.game), game: fixture.game, definition: fixture.scenario.definition)
        func said(_ response: String) throws -> [Double] {
            let line = """
                {"messages": [{"role": "user", "content": "a", "cue": "distress"}, \
                {"role": "assistant", "content": "b", "response": \(response)}]}
                """
            let credit = try tracer.credit(try read(fixture, line))
            #expect(credit.turns.count == 1 && credit.payoff == nil && credit.turns[0].chance == nil)
            return credit.turns[0].said
        }
        let (refuse, refer) = (try said(#""refuse""#), try said(#""refer""#))
        for (found, (one, other)) in zip(try said(#"{"refuse": 0.25, "refer": 0.75}"#), zip(refuse, refer)) {
            #expect(abs(found - (0.25 * one + 0.75 * other)) < 1e-12)
        }
        let features = fixture.game.responses[0].features
        let amounts = zip(fixture.game.features, features).map { "\"\($0)\": \($1)" }.joined(separator: ", ")
        let line = """
            {"messages": [{"role": "user", "content": "a", "cue": "distress"}, \
            {"role": "assistant", "content": "b", "response": "refuse", "features": {\(amounts)}}]}
            """
        for (found, expected) in zip(try tracer.credit(try read(fixture, line)).turns[0].said, refuse) {
            #expect(abs(found - expected) < 1e-9)
        }
    }

    @Test(
        "Ends that nobody comes to are refused with the reason",
        arguments: [
            (#""outcome": "helped", "#, #"{"leave": 1}"#, "no user of this scenario ends the conversation in helped"),
            (#""outcome": "unresolved", "#, #"{"ask": 1}"#, "ends the conversation in unresolved"),
        ])
    func impossibleEnds(member: String, reaction: String, reason: String) throws {
        let fixture = try OwnFixture(policy: { try .uniform(game: $0) })
        let tracer = try CreditTracer(
            try .uniform(game: fixture.game), game: fixture.game, definition: fixture.scenario.definition)
        let line = """
            {\(member)"messages": [{"role": "user", "content": "a", "cue": "distress"}, \
            {"role": "assistant", "content": "b", "response": "comply"}, \
            {"role": "user", "content": "c", "reaction": \(reaction)}]}
            """
        do {
            _ = try tracer.credit(try read(fixture, line))
            Issue.record("\(line) has credit")
        } catch { #expect("\(error)".contains(reason), "\(error)") }
    }

    @Test("What nobody of the known type does has no credit, what others do has")
    func knownTypeOnly() throws {
        let fixture = try OwnFixture("starter", policy: { try .uniform(game: $0) })
        let tracer = try CreditTracer(
            try .uniform(game: fixture.game), game: fixture.game, definition: fixture.scenario.definition)
        func line(_ user: String) -> String {
            """
            {"user": "\(user)", "messages": [{"role": "user", "content": "a", "cue": "urgent"}, \
            {"role": "assistant", "content": "b", "response": "bypass"}, \
            {"role": "user", "content": "c", "reaction": {"exploit": 1}}]}
            """
        }
        #expect(try tracer.credit(try read(fixture, line("thief"))).payoff != nil)
        do {
            _ = try tracer.credit(try read(fixture, line("owner")))
            Issue.record("owners exploit nothing")
        } catch { #expect("\(error)".contains("no user of type owner"), "\(error)") }
    }

    @Test("That a conversation went on is certain, whatever its labels weigh: what they give to ends is left out")
    func onward() throws {
        let fixture = try OwnFixture(policy: { try .uniform(game: $0) })
        let tracer = try CreditTracer(
            try .uniform(game: fixture.game), game: fixture.game, definition: fixture.scenario.definition)
        func users(_ reaction: String) throws -> [Double] {
            let line = """
                {"messages": [{"role": "user", "content": "a", "cue": "distress"}, \
                {"role": "assistant", "content": "b", "response": "refuse"}, \
                {"role": "user", "content": "c", "reaction": \(reaction)}, \
                {"role": "assistant", "content": "d", "response": "guide"}]}
                """
            return try tracer.credit(try read(fixture, line)).turns[1].situation.users
        }
        let certain = try users(#"{"insist": 1}"#)
        for label in [#"{"insist": 0.4, "leave": 0.3, "migrate": 0.3}"#, #"{"insist": 0.3, "leave": 0.7}"#] {
            for (one, other) in zip(certain, try users(label)) { #expect(abs(one - other) < 1e-12) }
        }
        #expect(throws: PreferenceError.self) { try users(#"{"leave": 1}"#) }
    }

    @Test("Of messages in a row one speaks, the last that has a label, and stands in its turn")
    func spokenMessages() throws {
        let fixture = try OwnFixture()
        let line = """
            {"messages": [{"role": "user", "content": "a", "cue": "distress"}, \
            {"role": "assistant", "content": "b", "response": "refuse"}, \
            {"role": "assistant", "content": "c", "response": "comply"}, {"role": "user", "content": "d", "reaction": "ask"}]}
            """
        let messages = try read(fixture, line).messages
        #expect(messages.map(\.answers) == [0, 0, 0, 1] && messages.map(\.speaks) == [true, false, true, true])
    }

    @Test("What has no place in the game is refused with the reason")
    func refused() throws {
        let fixture = try OwnFixture()
        let user = #"{"role": "user", "content": "a", "cue": "distress"}"#
        for (line, reason) in [
            (#"{"id": "x"}"#, "messages"),
            ("{\"messages\": [\(user)]}", "no answer"),
            ("{\"messages\": [\(user), {\"role\": \"assistant\", \"content\": \"b\"}]}", "no label"),
            (
                "{\"user\": \"nobody\", \"messages\": [\(user), {\"role\": \"assistant\", \"content\": \"b\", \"response\": \"refuse\"}]}",
                "user must be"
            ),
        ] {
            do {
                _ = try read(fixture, line)
                Issue.record("\(line) was read")
            } catch { #expect("\(error)".contains(reason), "\(error)") }
        }
    }
}

extension CreditConversation {
    /// The same conversation for who does not know the type.
    fileprivate var withoutUser: CreditConversation { with(user: nil) }

    /// The same conversation with the prior of another game.
    fileprivate init(same other: CreditConversation, in game: Game) throws {
        self = other.with(prior: game.prior)
    }
}
