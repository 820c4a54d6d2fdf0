import Foundation
import GameFixtures
import GameModel
import Labelling
import Output
import Preferences
import Scenarios
import Testing

/// How conversations end, what answers with features of their own are worth, and what uncertain answers earned.
@Suite("Credit at the end, and of uncertain answers")
struct CreditEndTests {
    private static func conversation(
        _ scenario: Scenario, _ answers: [String], _ reactions: [String], _ members: String = ""
    ) throws -> CreditConversation {
        var messages = [#"{"role": "user", "content": "a"}"#]
        for (index, answer) in answers.enumerated() {
            messages.append(#"{"role": "assistant", "content": "b", \#(answer)}"#)
            if reactions.indices.contains(index) {
                messages.append(#"{"role": "user", "content": "c", "reaction": \#(reactions[index])}"#)
            }
        }
        let line = "{\(members)\"messages\": [\(messages.joined(separator: ", "))]}"
        let scheme = LabelScheme(scenario: scenario.name, game: scenario.game)
        return try CreditReader(game: scenario.game, scheme: scheme, labels: nil).conversation(
            TextLine(number: 1, bytes: Array(line.utf8)))
    }

    private static func tracer(_ scenario: Scenario, _ policy: Policy? = nil) throws -> CreditTracer {
        try CreditTracer(
            try policy ?? .uniform(game: scenario.game), game: scenario.game, definition: scenario.definition)
    }

    private static func credit(
        _ scenario: Scenario, _ answers: [String], _ reactions: [String], _ members: String = ""
    ) throws -> ConversationCredit {
        let credit = try tracer(scenario).credit(conversation(scenario, answers, reactions, members))
        // Whatever happened: the parts sum to the whole.
        if let payoff = credit.payoff {
            let sum = credit.turns.reduce(credit.opening) { $0 + ($1.shaped ?? .nan) }
            #expect(abs(sum + (try tracer(scenario)).measures.start[0] - payoff) < 1e-12)
        }
        return credit
    }

    private static func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "not refused"
        } catch { return "\(error)" }
    }

    // MARK: Features

    /// - Parameter users: what stands in the two user types beside their payoffs.
    private static func warm(_ users: [String]) throws -> Scenario {
        try Scenario.parse(
            """
            format: 1
            name: warm
            horizon: 2
            features: {warm: "warmth"}
            states: [calm, mad]
            opening: [{role: user, content: "Hello?"}]
            responses:
              cold: {features: {warm: 0}, cost: 0.5, texts: ["No."]}
              hot: {features: {warm: 1}, texts: ["Yes."]}
            outcomes: {good: {safe: true}, bad: {safe: false}, over: {safe: true, timeout: true}}
            reactions:
              ask: {texts: ["And then?"]}
              thanks: {ends: good, texts: ["Thanks."]}
              hurt: {ends: bad, texts: ["Ha."]}
            users:
              a: {prior: 0.5, initial: {calm: 1}, payoff: {good: 1}, \(users[0])}
              b: {prior: 0.5, initial: {calm: 1}, payoff: {good: -1}, \(users[1])}
            """, file: "warm.yaml")
    }

    private static let scored = [
        "utility: {thanks: {bias: -4.5, warm: 20}, hurt: null}", "utility: {thanks: {bias: -4.5}, hurt: null}",
    ]
    private static let tables = [
        "table: {cold: {ask: 0.9, thanks: 0.1}, hot: {ask: 0.2, thanks: 0.8}}",
        "table: {cold: {ask: 0.5, thanks: 0.5}, hot: {ask: 0.6, thanks: 0.4}}",
    ]

    @Test("At the end users react to an answer's own features, not to the response that it was labelled as")
    func endByFeatures() throws {
        let scenario = try Self.warm(Self.scored.map { $0 + ", move: {bias: 0}" })
        let answer = #""response": "cold", "features": {"warm": 0.45}"#
        func thanks(_ utility: Double) -> Double { 1 / (1 + 1 / exp(utility)) }
        let (a, b) = (thanks(4.5), thanks(-4.5))
        let payoff = try #require(try Self.credit(scenario, [answer], [#""thanks""#]).payoff)
        #expect(abs(payoff - ((a - b) / (a + b) - 0.5)) < 1e-12)
        for (reaction, member) in [(#""ask""#, #""outcome": "good", "#), (#""hurt""#, "")] {
            let reason = Self.refusal { _ = try Self.credit(scenario, [answer], [reaction], member) }
            #expect(reason.hasPrefix("no user of this scenario ends the conversation in"), "\(reason)")
        }
    }

    @Test(
        "Users without moves, and those of tables, meet labelled features as in play: as a response drawn from the label"
    )
    func featuresEverywhere() throws {
        let label = #""response": {"cold": 0.25, "hot": 0.75}, "features": {"warm": 0.7}"#
        _ = try Self.credit(try Self.warm(Self.scored), [label], [#""thanks""#])
        let moves = #", move: {table: {calm: {calm: 0.5, mad: 0.5}, mad: {calm: 0.5, mad: 0.5}}}"#
        _ = try Self.credit(try Self.warm(Self.scored.map { $0 + moves }), [label], [#""ask""#])
        for users in [Self.tables, Self.tables.map { $0 + moves }] {
            let scenario = try Self.warm(users)
            let credit = try Self.credit(scenario, [label, #""response": "hot""#], [#""ask""#, #""thanks""#])
            let (a, b) = (0.25 * 0.9 + 0.75 * 0.2, 0.25 * 0.5 + 0.75 * 0.6)
            #expect(abs(credit.turns[1].situation.user(0) - a / (a + b)) < 1e-12)
            // Features alone are those of the response nearby, at about its cost.
            let alone = try Self.credit(scenario, [#""features": {"warm": 1}"#], [#""thanks""#])
            let named = try Self.credit(scenario, [#""response": "hot""#], [#""thanks""#])
            #expect(abs(try #require(alone.payoff) - (try #require(named.payoff))) < 1e-12)
        }
    }

    @Test(
        "Features without a response cost what the responses nearby cost", arguments: [(0.0, 0.5), (1, 0), (0.5, 0.25)])
    func featureCosts(warm: Double, cost: Double) throws {
        let scenario = try Self.warm(Self.scored)
        func said(_ answer: String) throws -> Double { try Self.credit(scenario, [answer], []).turns[0].said[0] }
        let features = #""features": {"warm": \#(warm)}"#
        // Labelled as hot, which costs nothing, users meet the same features.
        #expect(abs(try said(features) + cost - (try said(#""response": "hot", "# + features))) < 1e-12)
    }

    // MARK: The last message

    private static func timed() throws -> Scenario {
        try Scenario.parse(
            """
            format: 1
            name: timed
            horizon: 3
            discount: 0.5
            opening: [{role: user, content: "Hello?"}]
            responses: {answer: {texts: ["Hello."]}}
            outcomes: {good: {safe: true}, bad: {safe: false}, over: {safe: true, timeout: true}}
            reactions:
              ask: {texts: ["And then?"]}
              thanks: {ends: good, texts: ["Thanks."]}
              praise: {ends: good, texts: ["Great."]}
              quit: {ends: over, texts: ["Bye."]}
              hurt: {ends: bad, texts: ["Ha."]}
            users:
              anyone: {prior: 1, payoff: {over: 8, good: 1}, table: {answer: {ask: 0.5, thanks: 0.125, praise: 0.125, quit: 0.25}}}
            """, file: "timed.yaml")
    }

    @Test(
        "A timeout is worth γ^T, a reaction with the same outcome γ^{t−1}: in the mean over what can have happened",
        arguments: [
            (1, nil, 8.0), (3, #"{"ask": 0.9, "thanks": 0.1}"#, 1), (3, nil, 4.0 / 3), (3, #""quit""#, 2),
            (3, #"{"ask": 0.9, "quit": 0.1}"#, (0.45 + 0.025 * 2) / 0.475),
        ] as [(Int, String?, Double)])
    func timeouts(turns: Int, last: String?, payoff: Double) throws {
        let reactions = [String](repeating: #""ask""#, count: turns - 1) + (last.map { [$0] } ?? [])
        let credit = try Self.credit(
            try Self.timed(), [String](repeating: #""response": "answer""#, count: turns), reactions,
            #""outcome": "over", "#)
        #expect(abs(try #require(credit.payoff) - payoff) < 1e-12)
    }

    @Test("A label ends a conversation in the outcome that it gives most, over all reactions that lead there")
    func likeliestOutcome() throws {
        let scenario = try Self.timed()
        func end(_ turns: Int, _ last: String) throws -> CreditConversation.End {
            try Self.conversation(
                scenario, [String](repeating: #""response": "answer""#, count: turns),
                [String](repeating: #""ask""#, count: turns - 1) + [last]
            ).end
        }
        #expect(try end(1, #"{"thanks": 0.3, "praise": 0.3, "hurt": 0.4}"#) == .outcome(0))
        #expect(try end(1, #"{"thanks": 0.3, "praise": 0.2, "ask": 0.5}"#) == .open)
        // After the last turn what goes on is a timeout.
        #expect(try end(3, #"{"thanks": 0.3, "hurt": 0.3, "ask": 0.4}"#) == .outcome(2))
    }

    // MARK: Uncertain answers

    @Test("What an uncertain answer earned is as certain as what users then do tells which it was")
    func earned() throws {
        let scenario = try Scenario.parse(
            """
            format: 1
            name: told
            horizon: 2
            opening: [{role: user, content: "Hello?"}]
            responses: {a: {texts: ["Hello."]}, b: {cost: 1, texts: ["Bye."]}}
            outcomes: {good: {safe: true}, over: {safe: true, timeout: true}}
            reactions: {ask: {texts: ["And then?"]}, thanks: {ends: good, texts: ["Thanks."]}}
            users: {u: {prior: 1, table: {a: {thanks: 1}, b: {ask: 1}}}}
            """, file: "told.yaml")
        let either = #""response": {"a": 0.5, "b": 0.5}"#
        let went = try Self.credit(scenario, [either, #""response": "a""#], [#""ask""#, #""thanks""#])
        #expect(abs(try #require(went.payoff) + 1) < 1e-12)
        #expect(abs(try #require(try Self.credit(scenario, [either], [#""thanks""#]).payoff)) < 1e-12)
    }

    @Test("A message that only reactions that end can be, has no place before the end; any other has")
    func onward() throws {
        let scenario = try Self.timed()
        let answers = [String](repeating: #""response": "answer""#, count: 2)
        func users(_ reaction: String) throws -> [Double] {
            try Self.credit(scenario, answers, [reaction]).turns[1].situation.states
        }
        #expect(try users(#"{"thanks": 0.6, "ask": 0.4}"#) == users(#""ask""#))
        let reason = Self.refusal { _ = try users(#"{"thanks": 0.6, "quit": 0.4}"#) }
        #expect(reason.hasSuffix("is labelled thanks, quit, after which the conversation is over"), "\(reason)")
    }

    @Test("Users with foresight who meet a mixture of policies are refused in conversations of one answer, too")
    func foresight() throws {
        let definition = RandomGame {
            ($0.horizon, $0.users, $0.foresight) = (3, 2, 1)
        }.definition(seed: 3)
        let game = try Game(definition)
        try #require(game.foresight != nil)
        let parts = try (1...2).map { try Policy.random(.stationary, game: game, seed: UInt64($0)) }
        let tracer = try CreditTracer(
            try Policy.mixture(parts.map { (controller: $0, probability: 0.5) }, game: game), game: game,
            definition: definition)
        let ending = try #require(game.reactions.firstIndex { if case .ends = $0.effect { true } else { false } })
        guard case .ends(let outcome) = game.reactions[ending].effect else { return }
        let one = CreditConversation(
            id: "", user: 0, cues: [0], responses: [0], reactions: [ending], outcome: outcome, game: game)
        #expect(Self.refusal { _ = try tracer.credit(one) }.contains("the policy is a mixture"))
    }
}
