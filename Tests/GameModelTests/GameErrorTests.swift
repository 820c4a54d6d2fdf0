import GameFixtures
import GameModel
import Testing
import UserAgents

/// A change that makes the sample game wrong, and what compiling it must say.
struct WrongGame: Sendable, CustomTestStringConvertible {
    let message: String
    let change: @Sendable (inout GameDefinition) -> Void

    init(_ message: String, _ change: @escaping @Sendable (inout GameDefinition) -> Void) {
        self.message = message
        self.change = change
    }

    var testDescription: String { message }
}

private let sizes = [
    WrongGame("users is 0; it must be from 1 to 255") { $0.users = [] },
    WrongGame("states is 0; it must be from 1 to 255") { $0.states = [] },
    WrongGame("states is 256; it must be from 1 to 255") { $0.states = (0..<256).map { "s\($0)" } },
    WrongGame("cues is 0; it must be from 1 to 255") { $0.cues = [] },
    WrongGame("cues is 256; it must be from 1 to 255") { $0.cues = (0..<256).map { "c\($0)" } },
    WrongGame("reactions is 0; it must be from 1 to 255") { $0.reactions = [] },
    WrongGame("outcomes is 0; it must be from 1 to 255") { $0.outcomes = [] },
    WrongGame("responses is 0; it must be from 1 to 1024") { $0.responses = [] },
    WrongGame("responses is 1025; it must be from 1 to 1024") {
        $0.responses = (0..<1025).map { Response(name: "r\($0)", features: [0, 0], cost: 0) }
    },
    WrongGame("horizon is 0; it must be from 1 to 1000") { $0.horizon = 0 },
    WrongGame("horizon is -3; it must be from 1 to 1000") { $0.horizon = -3 },
    WrongGame("horizon is 1001; it must be from 1 to 1000") { $0.horizon = 1001 },
    WrongGame("discount is 0.0; it must be above 0 and at most 1") { $0.discount = 0 },
    WrongGame("discount is 1.5; it must be above 0 and at most 1") { $0.discount = 1.5 },
    WrongGame("discount is nan; it must be above 0 and at most 1") { $0.discount = .nan },
]

private let names = [
    WrongGame("features has warmth twice; names must be unique") { $0.features[1] = "warmth" },
    WrongGame("responses has refuse twice; names must be unique") { $0.responses[1].name = "refuse" },
    WrongGame("outcomes has harm twice; names must be unique") { $0.outcomes[2].name = "harm" },
    WrongGame("states has calm twice; names must be unique") { $0.states[1] = "calm" },
    WrongGame("cues has neutral twice; names must be unique") { $0.cues[1] = "neutral" },
    WrongGame("reactions has ask twice; names must be unique") { $0.reactions[4].name = "ask" },
    WrongGame("users has benign twice; names must be unique") { $0.users[1].name = "benign" },
]

private let sets = [
    WrongGame("responses.help has 1 features; it must have 2") { $0.responses[1].features = [1] },
    WrongGame("responses.help.features.detail is 1.5; it must be in [0, 1]") { $0.responses[1].features[1] = 1.5 },
    WrongGame("responses.help.features.warmth is -0.1; it must be in [0, 1]") { $0.responses[1].features[0] = -0.1 },
    WrongGame("responses.help.features.warmth is nan; it must be in [0, 1]") { $0.responses[1].features[0] = .nan },
    WrongGame("responses.refuse.cost is -1.0; it must be at least 0 and at most 1e+100") { $0.responses[0].cost = -1 },
    WrongGame("responses.refuse.cost is inf; it must be at least 0 and at most 1e+100") {
        $0.responses[0].cost = .infinity
    },
    WrongGame("reactions.thank ends in outcome 3; there are 3") { $0.reactions[3].effect = .ends(outcome: 3) },
    WrongGame("reactions.thank ends in outcome -1; there are 3") { $0.reactions[3].effect = .ends(outcome: -1) },
    WrongGame("reactions.feign shows as reaction 9; it must be one that continues as itself") {
        $0.reactions[2].effect = .continuesShowing(9)
    },
    WrongGame("reactions.feign shows as reaction 3; it must be one that continues as itself") {
        $0.reactions[2].effect = .continuesShowing(3)
    },
    WrongGame("reactions.feign shows as reaction 2; it must be one that continues as itself") {
        $0.reactions[2].effect = .continuesShowing(2)
    },
    WrongGame("reactions has none that continues; at least one must") {
        for index in $0.reactions.indices { $0.reactions[index].effect = .ends(outcome: 0) }
    },
    WrongGame("outcomes has 0 timeout outcomes; it must have exactly one") { $0.outcomes[2].isTimeout = false },
    WrongGame("outcomes has 2 timeout outcomes; it must have exactly one") { $0.outcomes[0].isTimeout = true },
]

private let users = [
    WrongGame("users: the prior sums to 0.75; it must sum to 1") { $0.users[0].prior = 0.5 },
    WrongGame("users: the prior has the entry -0.25; a probability must be at least 0 and finite") {
        $0.users[1].prior = -0.25
    },
    WrongGame("users.benign.initial sums to 0.5; it must sum to 1") { $0.users[0].initialState = [0.25, 0.25] },
    WrongGame("users.benign.initial has 3 entries; it must have 2") { $0.users[0].initialState = [1, 0, 0] },
    WrongGame("users.malicious.cues has 1 rows; it must have one per state") { $0.users[1].cues = [[0.5, 0.5]] },
    WrongGame("users.malicious.cues.crisis sums to 1.25; it must sum to 1") { $0.users[1].cues[1] = [0.5, 0.75] },
    WrongGame("users.malicious.cues.calm has the entry nan; a probability must be at least 0 and finite") {
        $0.users[1].cues[0] = [.nan, 1]
    },
    WrongGame("users.benign.payoff must have one number per outcome, at most 1e+100 in size") {
        $0.users[0].outcomePayoff = [1, 2]
    },
    WrongGame("users.benign.payoff must have one number per outcome, at most 1e+100 in size") {
        $0.users[0].outcomePayoff[1] = -.infinity
    },
    WrongGame("users.benign.exposure must have one number per feature, at most 1e+100 in size") {
        $0.users[0].exposure = [1]
    },
    WrongGame("users.benign.exposure must have one number per feature, at most 1e+100 in size") {
        $0.users[0].exposure[1] = .nan
    },
]

@Suite("Compiling a wrong game")
struct GameErrorTests {
    @Test("says what is wrong with its sizes", arguments: sizes)
    func size(wrong: WrongGame) { check(wrong) }

    @Test("says which name stands twice", arguments: names)
    func name(wrong: WrongGame) { check(wrong) }

    @Test("says what is wrong with responses, reactions and outcomes", arguments: sets)
    func set(wrong: WrongGame) { check(wrong) }

    @Test("says what is wrong with its users", arguments: users)
    func user(wrong: WrongGame) { check(wrong) }

    @Test("is not what the sample does")
    func sampleIsRight() throws {
        #expect(try Game(SampleGame.definition()).name == "sample")
    }

    @Test("accepts a sum that is off by a rounding error and no more")
    func tolerance() throws {
        _ = try Game(SampleGame.definition { $0.users[0].prior = 0.75 + 0.9e-9 })
        #expect(throws: GameError.self) { try Game(SampleGame.definition { $0.users[0].prior = 0.75 + 1.1e-9 }) }
    }

    private func check(_ wrong: WrongGame) {
        let error = #expect(throws: GameError.self) { try Game(SampleGame.definition(wrong.change)) }
        #expect(error?.description == wrong.message)
    }
}
