import ExactEvaluation
import GameFixtures
import GameModel
import Output
import Preferences
import Testing

/// A conversation with labels, and what the game says of it by adding up all that the labels may mean.
private struct SoftHistory {
    typealias Shares = [Int: Double]

    let fixture: OwnFixture
    let opening: Shares
    /// Per exchange: what the answer may be, and how the message after it reads.
    let exchanges: [(answer: Shares, reaction: Shares, cue: Shares)]

    private var game: Game { fixture.game }
    private var policy: Policy { fixture.source.controller }

    /// The line, with its labels beside the messages.
    func line() -> JSONValue {
        func named(_ shares: Shares, _ names: [String]) -> JSONValue {
            shares.count == 1 && shares.first?.value == 1
                ? .string(names[shares.first?.key ?? 0])
                : OwnFixture.shares(
                    Dictionary(uniqueKeysWithValues: shares.map { (names[$0.key], $0.value) }))
        }
        var messages: [JSONValue] = [
            .object(["role": .string("system"), "content": .string("Be kind.")]),
            .object([
                "role": .string("user"), "content": .string("First."), "cue": named(opening, game.cues),
            ]),
        ]
        for (index, exchange) in exchanges.enumerated() {
            messages += [
                .object([
                    "role": .string("assistant"), "content": .string("Answer \(index)."),
                    "response": named(exchange.answer, game.responses.map(\.name)),
                ]),
                .object([
                    "role": .string("user"), "content": .string("Message \(index)."),
                    "reaction": named(exchange.reaction, game.reactions.map(\.name)),
                    "cue": named(exchange.cue, game.cues),
                ]),
            ]
        }
        return fixture.line(.array(messages))
    }

    /// One certain sequence.
    private struct Path {
        var weight: Double
        var belief: Belief
        var nodes: NodeDistribution
    }

    /// Every sequence of certain labels that is possible, with the product of its probabilities.
    private func paths() throws -> [Path] {
        let reactions = ReactionTables(game: game, controller: policy)
        var paths: [Path] = []
        for (cue, share) in opening.sorted(by: { $0.key < $1.key }) {
            guard let opened = try? Belief.opening(cue, game: game) else { continue }
            paths.append(
                Path(weight: share * opened.likelihood, belief: opened.belief, nodes: policy.memory.initial[cue]))
        }
        for (index, exchange) in exchanges.enumerated() {
            var longer: [Path] = []
            for path in paths {
                for (response, said) in exchange.answer {
                    let nodes = path.nodes.after(response, of: policy)
                    let given = nodes.only.flatMap {
                        game.foresight == nil ? nil : AnticipatedNode(reactions, node: $0)
                    }
                    for (reaction, shown) in exchange.reaction {
                        for (cue, read) in exchange.cue {
                            guard let rank = game.shownReactions.firstIndex(of: reaction) else { continue }
                            let observation = game.observations.index(shown: rank, cue: cue)
                            guard
                                let updated = try? path.belief.updated(
                                    turn: index + 1, response: response, observation: observation, game: game,
                                    given: given)
                            else { continue }
                            longer.append(
                                Path(
                                    weight: path.weight * said * shown * read * updated.likelihood,
                                    belief: updated.belief,
                                    nodes: nodes.moved(
                                        after: response, by: observation, memory: policy.memory, game: game)))
                        }
                    }
                }
            }
            paths = longer
        }
        return paths
    }

    /// Q of every response and the posterior over user types.
    func expected() throws -> (values: [Double], users: [Double]) {
        let paths = try paths()
        let total = paths.reduce(0) { $0 + $1.weight }
        var values = game.responses.map { _ in 0.0 }
        var users = game.users.map { _ in 0.0 }
        for path in paths {
            let share = path.weight / total
            let row = fixture.source.actionValues.expected(
                belief: path.belief, turn: exchanges.count + 1, nodes: path.nodes, controller: policy)
            for response in values.indices { values[response] += share * row[response] }
            for (user, posterior) in path.belief.users(in: game).enumerated() { users[user] += share * posterior }
        }
        return (values, users)
    }
}

/// Prompts of several messages, placed at their turn.
@Suite struct OwnHistoryTests {
    private static let memories: [MemoryKind] = [
        .stationary, .lastWithTurn, MemoryKind(observations: 2, usesTurn: true),
        MemoryKind(observations: 1, usesTurn: false),
    ]

    private func check(_ history: SoftHistory) throws {
        let own = try history.fixture.own([history.line()])
        try #require(own.rejects.isEmpty, "\(own.rejects.map(\.reason))")
        let prompt = own.table.prompts[0]
        let expected = try history.expected()
        #expect(prompt.turn == history.exchanges.count + 1)
        for (completion, value) in zip(prompt.completions, expected.values) {
            #expect(abs(completion.value - value) < 1e-12 * max(1, abs(value)))
        }
        for (share, posterior) in zip(prompt.users, expected.users) { #expect(abs(share - posterior) < 1e-12) }
    }

    private func index(_ name: String, _ game: Game) throws -> Int {
        try #require(game.reactions.firstIndex { $0.name == name })
    }

    @Test(arguments: memories) func softLabelsAreTheMeanOverAllThatTheyMayMean(memory: MemoryKind) throws {
        let fixture = try OwnFixture(memory: memory)
        let (explain, insist) = (try index("explain", fixture.game), try index("insist", fixture.game))
        let disclose = try index("disclose", fixture.game)
        try check(
            SoftHistory(
                fixture: fixture, opening: [0: 0.5, 1: 0.3, 2: 0.2],
                exchanges: [
                    ([0: 0.6, 2: 0.25, 4: 0.15], [explain: 0.7, insist: 0.3], [0: 0.8, 1: 0.2]),
                    ([3: 0.5, 6: 0.5], [disclose: 0.55, insist: 0.45], [0: 0.1, 1: 0.6, 2: 0.3]),
                ]))
    }

    @Test(arguments: memories) func certainLabelsAreTheFilterOfTheGame(memory: MemoryKind) throws {
        let fixture = try OwnFixture(memory: memory)
        let (explain, insist) = (try index("explain", fixture.game), try index("insist", fixture.game))
        try check(
            SoftHistory(
                fixture: fixture, opening: [1: 1],
                exchanges: [([0: 1], [insist: 1], [1: 1]), ([2: 1], [explain: 1], [0: 1])]))
    }

    @Test func aMixtureOfPoliciesIsFollowedByWhatWasAnswered() throws {
        let fixture = try OwnFixture(policy: { game in
            try Policy.mixture(
                [
                    (.random(.lastWithTurn, game: game, seed: 3), 0.5),
                    (.random(.stationary, game: game, seed: 4), 0.3),
                    (.always(2, game: game), 0.2),
                ], game: game)
        })
        let (explain, insist) = (try index("explain", fixture.game), try index("insist", fixture.game))
        try check(
            SoftHistory(
                fixture: fixture, opening: [0: 0.4, 2: 0.6],
                exchanges: [
                    ([0: 0.5, 2: 0.5], [explain: 0.7, insist: 0.3], [0: 0.8, 1: 0.2]),
                    ([1: 0.9, 2: 0.1], [explain: 0.2, insist: 0.8], [0: 0.5, 2: 0.5]),
                ]))
    }

    @Test func usersWithForesightReactToThePolicyThatTheyAnticipate() throws {
        let fixture = try OwnFixture("keeps-asking")
        try #require(fixture.game.foresight != nil)
        let shown = fixture.game.shownReactions[0]
        try check(
            SoftHistory(
                fixture: fixture, opening: [0: 1],
                exchanges: [
                    (
                        Dictionary(
                            uniqueKeysWithValues: fixture.game.responses.indices.map {
                                ($0, 1 / Double(fixture.game.responses.count))
                            }), [shown: 1], [0: 1]
                    )
                ]))
    }

    /// What stands in `export candidates` for a node of the scenario is what a prompt with that history gets.
    @Test func aHistoryOfTheScenarioIsWorthWhatItsNodeIs() throws {
        let fixture = try OwnFixture()
        let game = fixture.game
        let nodes = try NodeSelection(count: 60).nodes(of: fixture.source).filter { !$0.exchanges.isEmpty }
        try #require(nodes.count > 10)
        for node in nodes {
            var messages: [JSONValue] = [
                .object([
                    "role": .string("user"), "content": .string("Hello."), "cue": .string(game.cues[node.opening]),
                ])
            ]
            for exchange in node.exchanges {
                let shown = try #require(game.observations.shown(of: exchange.observation))
                messages += [
                    .object([
                        "role": .string("assistant"), "content": .string("Hm."),
                        "response": .string(game.responses[exchange.response].name),
                    ]),
                    .object([
                        "role": .string("user"), "content": .string("Well."),
                        "reaction": .string(game.reactions[game.shownReactions[shown]].name),
                        "cue": .string(game.cues[game.observations.cue(of: exchange.observation)]),
                    ]),
                ]
            }
            let prompt = try fixture.own([fixture.line(.array(messages))]).table.prompts[0]
            let values = fixture.source.actionValues.expected(
                belief: node.belief, turn: node.turn, nodes: node.nodes, controller: fixture.source.controller)
            for (completion, value) in zip(prompt.completions, values) {
                #expect(abs(completion.value - value) < 1e-12 * max(1, abs(value)))
            }
        }
    }

    /// An answer of the history that has a response's features leads where the response does.
    @Test func featuresInAHistoryAreWhatTheirResponseIs() throws {
        let fixture = try OwnFixture()
        func prompt(_ answer: [String: JSONValue]) -> JSONValue {
            .array([
                .object(["role": .string("user"), "content": .string("Hello."), "cue": .string("distress")]),
                .object(
                    answer.merging(["role": .string("assistant"), "content": .string("Hm.")]) { own, _ in own }),
                .object([
                    "role": .string("user"), "content": .string("Well."), "reaction": .string("insist"),
                    "cue": .string("neutral"),
                ]),
            ])
        }
        for response in fixture.game.responses {
            let named = try fixture.own([fixture.line(prompt(["response": .string(response.name)]))]).table.prompts[0]
            let featured = try fixture.own([fixture.line(prompt(["features": fixture.features(response)]))]).table
                .prompts[0]
            for (one, other) in zip(named.completions, featured.completions) {
                #expect(abs(one.value - other.value) < 1e-12)
            }
        }
    }

    @Test func whatHasNoPlaceIsRefusedWithTheReason() throws {
        let fixture = try OwnFixture()
        let horizon = fixture.game.horizon
        func user(_ others: [String: JSONValue] = [:]) -> JSONValue {
            .object(others.merging(["role": .string("user"), "content": .string("Well.")]) { own, _ in own })
        }
        func answer(_ others: [String: JSONValue] = [:]) -> JSONValue {
            .object(others.merging(["role": .string("assistant"), "content": .string("Hm.")]) { own, _ in own })
        }
        let refused = answer(["response": .string("refuse")])
        let insists = user(["reaction": .string("insist")])
        let cases: [([JSONValue], String)] = [
            ([user(), answer(), insists], "answer 1 of the history has no label"),
            ([user(), refused, user(["cue": .string("neutral")])], "message 2 of the user has no label"),
            (
                [user(), refused, user(["reaction": .string("leave")])],
                "message 2 of the user is labelled leave, after which the conversation is over"
            ),
            (
                [user()] + (0..<horizon).flatMap { _ in [refused, insists] },
                "the user speaks \(horizon + 1) times, and a conversation of this scenario has \(horizon) turns at most (horizon)"
            ),
        ]
        for (messages, reason) in cases {
            let own = try fixture.own([
                fixture.line(.array(messages)), fixture.line(.string("Hello?")),
            ])
            #expect(own.table.prompts.count == 1)
            #expect(own.rejects.map(\.kind) == [.history])
            #expect(own.rejects[0].reason.hasPrefix(reason), "\(own.rejects[0].reason)")
        }
    }
}
