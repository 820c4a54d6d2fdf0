import GameFixtures
import GameModel
import Testing
import UserAgents

@Suite("Users who look ahead")
struct ForesightTests {
    /// Two turns, one response; the user may go on or end, and both are worth 0 to it.
    private func plain(_ foresight: UserForesight) -> GameDefinition {
        SampleGame.definition {
            ($0.horizon, $0.states, $0.cues) = (2, ["only"], ["only"])
            $0.responses = [Response(name: "say", features: [0, 0], cost: 0)]
            $0.reactions = [
                Reaction(name: "go", effect: .continues), Reaction(name: "end", effect: .ends(outcome: 0)),
            ]
            $0.users = [$0.users[0]]
            ($0.users[0].prior, $0.users[0].initialState, $0.users[0].cues) = (1, [1], [[1]])
            var agent = ScriptedUser { _, _, _ in [0.5, 0.5] }
            agent.foresight = foresight
            agent.utilities = { _, _, _ in [0, 0] }
            $0.users[0].agent = agent
        }
    }

    /// With λ = δ = 1 the second turn is worth log 2, so that going on is twice as likely as ending.
    @Test("react as can be worked out by hand")
    func byHand() throws {
        let game = try Game(plain(UserForesight(weight: 1, rationality: 1)))
        let tables = ReactionTables(game: game, controller: try .uniform(game: game))
        let first = tables.row(turn: 1, hidden: 0, response: 0, group: 0) * 2
        #expect(abs(tables.reaction[first] - 2.0 / 3) < 1e-15 && abs(tables.reaction[first + 1] - 1.0 / 3) < 1e-15)
        let second = tables.row(turn: 2, hidden: 0, response: 0, group: 0) * 2
        #expect(tables.reaction[second..<second + 2] == [0.5, 0.5])
        // δ = 1/2: √2 to 1.
        let half = try Game(plain(UserForesight(weight: 0.5, rationality: 1)))
        let row = ReactionTables(game: half, controller: try .uniform(game: half)).reaction[0]
        #expect(abs(row / (1 - row) - 2.0.squareRoot()) < 1e-14)
        // λ = ∞: both are worth 0, and exact ties are shared.
        let best = try Game(plain(UserForesight(weight: 1, rationality: .infinity)))
        #expect(ReactionTables(game: best, controller: try .uniform(game: best)).reaction == [0.5, 0.5, 0.5, 0.5])
    }

    @Test("are refused with what cannot be weighed, by name")
    func errors() {
        let cases: [(UserForesight, [Double?], String)] = [
            (UserForesight(weight: 0, rationality: 1), [0, 0], "users.benign.foresight is 0.0; it must be above 0"),
            (UserForesight(weight: 1.5, rationality: 1), [0, 0], "users.benign.foresight is 1.5; it must be above 0"),
            (UserForesight(weight: .nan, rationality: 1), [0, 0], "users.benign.foresight is nan; it must be above 0"),
            (UserForesight(weight: 1, rationality: 0), [0, 0], "users.benign.rationality is 0.0; it must be above 0"),
            (UserForesight(weight: 1, rationality: 1), [0], "users.benign.utility has 1 utilities; it must have 2"),
            (UserForesight(weight: 1, rationality: 1), [nil, nil], "users.benign.utility is null for every reaction"),
            (UserForesight(weight: 1, rationality: 1), [.infinity, 0], "users.benign.utility is inf for a reaction"),
            (UserForesight(weight: 1, rationality: 1), [1e300, 0], "users.benign.utility is 1e+300 for a reaction"),
            (UserForesight(weight: 1, rationality: 1e-300), [0, 0], "users.benign.utility is 0.0 for a reaction"),
        ]
        for (foresight, utilities, message) in cases {
            var definition = plain(foresight)
            var agent = ScriptedUser { _, _, _ in [0.5, 0.5] }
            agent.foresight = foresight
            agent.utilities = { _, _, _ in utilities }
            definition.users[0].agent = agent
            let error = #expect(throws: GameError.self) { try Game(definition) }
            #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "none")")
        }
    }

    @Test("leave tables as the game's own where there are none")
    func none() throws {
        let game = try RandomGame().game(seed: 1)
        #expect(game.foresight == nil)
        var tables = ReactionTables(game: game, controller: try .uniform(game: game))
        tables.follow([])
        #expect(tables.groupStride == 0 && tables.inclusive.isEmpty)
        #expect(tables.reaction == game.reaction && tables.advance == game.advance && tables.ending == game.ending)
    }

    @Test("make tables of a size that is limited")
    func size() throws {
        let game = try RandomGame {
            ($0.foresight, $0.horizon, $0.states, $0.users, $0.responses) = (1, 12, 3, 6, 10)
        }.game(seed: 1)
        try ReactionTables.checkSize(game: game, memory: try ControllerMemory(.lastWithTurn, game: game))
        let large = try ControllerMemory(MemoryKind(observations: 7, usesTurn: true), game: game)
        let error = #expect(throws: GameError.self) { try ReactionTables.checkSize(game: game, memory: large) }
        #expect(error?.description.hasSuffix("Remember fewer observations") == true)
    }

    @Test("are believed of as the policy makes them react, and not without it")
    func beliefs() throws {
        let game = try RandomGame { ($0.foresight, $0.rationality) = (1, 3) }.game(seed: 5)
        let controller = try Policy.random(.lastWithTurn, game: game, seed: 1)
        let tables = ReactionTables(game: game, controller: controller)
        let belief = try Belief.opening(0, game: game).belief
        let node = controller.memory.initial[0].entries[0].node
        for response in game.responses.indices {
            let given = AnticipatedNode(tables, node: node)
            var total = 0.0
            for observation in game.observations.later {
                let likelihood = belief.likelihood(of: observation, after: response, turn: 1, game: game, given: given)
                total += likelihood
                let updated = try belief.updated(
                    turn: 1, response: response, observation: observation, game: game, given: given)
                #expect(abs(updated.likelihood - likelihood) < 1e-15)
            }
            for hidden in 0..<game.hiddenCount {
                let row = tables.row(
                    turn: 1, hidden: hidden, response: response, group: controller.memory.classes[node])
                let ends = tables.ending[row * game.outcomes.count..<(row + 1) * game.outcomes.count]
                total += belief.probabilities[hidden] * ends.reduce(0, +)
            }
            #expect(abs(total - 1) < 1e-14)
        }
        let error = #expect(throws: GameError.self) {
            try belief.updated(turn: 1, response: 0, observation: game.observations.later.lowerBound, game: game)
        }
        #expect(error?.description.contains("depends on the policy") == true)
    }
}
