import Conformance
import GameFixtures
import GameModel
import Synchronization
import Testing
import UserAgents

/// An agent with numbers, each wrong in the way that a test wants.
private struct Adjustable: UserAgent {
    var rationality = 1.0
    var moveBias = 0.5
    let dependsOnTurn = false
    let set: @Sendable (Adjustable, UserCoefficient, Double) -> Adjustable?

    func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double] { [0.5 / rationality, 1 - 0.5 / rationality] }

    func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove { .none }

    func value(of coefficient: UserCoefficient) -> Double? {
        switch coefficient {
        case .rationality: rationality
        case .move(.bias): moveBias
        default: nil
        }
    }

    func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? {
        set(self, coefficient, value)
    }
}

/// What an agent that is asked for the second time answers.
private final class Twice: Sendable {
    private let calls = Mutex(0)

    /// Whether this is an even call.
    func next() -> Bool {
        calls.withLock { count in
            count += 1
            return count % 2 == 0
        }
    }
}

/// More of what the kit finds; `KitTests` has rows, moves, turns and foresight.
@Suite("The kit for user agents finds")
struct AgentKitTests {
    private let kit = UserAgentConformance(stateCount: 2, responses: [[0]], reactionCount: 2, horizon: 2)

    private func expect(
        _ agent: any UserAgent, says text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = kit.violations(of: agent)
        #expect(found.contains { $0.contains(text) }, "\(found)", sourceLocation: sourceLocation)
    }

    @Test("answers that change from call to call")
    func repetition() {
        let reactions = Twice()
        expect(
            ScriptedUser { _, _, _ in reactions.next() ? [1, 0] : [0, 1] }, says: "turn 1: two different answers")
        let moves = Twice()
        expect(
            ScriptedUser(
                moves: { state, _, _ in
                    moves.next() ? .none : AdjacentMove(down: state == 0 ? 0 : 1, stay: 0, up: state == 0 ? 1 : 0)
                }, reactions: { _, _, _ in [1, 0] }), says: "two different moves")
    }

    @Test("rows of the wrong length, and moves that are none or throw")
    func shapes() {
        expect(ScriptedUser { _, _, _ in [1] }, says: "1 reactions instead of 2")
        expect(
            ScriptedUser(
                moves: { _, _, _ in AdjacentMove(down: 0, stay: 0.5, up: 0) }, reactions: { _, _, _ in [1, 0] }),
            says: "sums to 0.5")
        expect(
            ScriptedUser(
                moves: { _, _, _ throws(GameError) in throw GameError("here", "is nothing") },
                reactions: { _, _, _ in [1, 0] }), says: "throws for moves")
    }

    @Test("utilities that are missing, too many, not finite or not the same twice")
    func utilities() {
        var agent = ScriptedUser { _, _, _ in [0.5, 0.5] }
        agent.foresight = UserForesight(weight: 1, rationality: 1)
        agent.utilities = { _, _, _ throws(GameError) in throw GameError("here", "is nothing") }
        expect(agent, says: "throws for utilities")
        agent.utilities = { _, _, _ in [1] }
        expect(agent, says: "1 utilities instead of 2")
        agent.utilities = { _, _, _ in [nil, nil] }
        expect(agent, says: "no reaction is possible")
        agent.utilities = { _, _, _ in [1, -.infinity] }
        expect(agent, says: "a utility is not finite")
        agent.utilities = { _, _, _ in [0, 1] }
        expect(agent, says: "its utility says")
        let calls = Twice()
        agent.utilities = { _, _, _ in calls.next() ? [1, 1] : [2, 2] }
        expect(agent, says: "two different answers for utilities")
    }

    @Test("numbers that cannot be set, do not read back, or change others")
    func coefficients() {
        @Sendable func change(_ agent: Adjustable, _ name: UserCoefficient, _ value: Double) -> Adjustable? {
            var agent = agent
            if name == .rationality { agent.rationality = value } else { agent.moveBias = value }
            return agent
        }
        // 0.5 / 0.25 is no probability; what a set number leads to is checked when a game is compiled.
        #expect(kit.violations(of: Adjustable(set: { change($0, $1, $2) })) == [])
        expect(Adjustable(set: { _, _, _ in nil }), says: "rationality: is named and cannot be set")
        expect(
            Adjustable(set: { $2 == 0.25 ? nil : change($0, $1, $2) }), says: "rationality: cannot be set to 0.25")
        expect(Adjustable(set: { agent, _, _ in agent }), says: "is set to 0.25 and reads back as 1.0")
        expect(
            Adjustable(set: { agent, name, value in
                var agent = agent
                (agent.rationality, agent.moveBias) = (value, value)
                return agent
            }), says: "rationality: changes move(GameModel.UserCoefficient.Term.bias) from 0.5 to 0.25")
        expect(
            Adjustable(set: { agent, name, value in
                var agent = agent
                agent.rationality = name == .rationality ? value + 1 : agent.rationality
                if name != .rationality { agent.moveBias = value }
                return agent
            }), says: "rationality: set to what it is, it changes what the user does")
    }
}
