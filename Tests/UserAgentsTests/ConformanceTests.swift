import Conformance
import GameFixtures
import GameModel
import Testing
import UserAgents

private let responses: [[Double]] = [[0, 0], [1, 0], [0.5, 1], [1, 1]]

/// An agent with its name, for the kit.
struct NamedAgent: Sendable, CustomTestStringConvertible {
    let name: String
    let agent: any UserAgent
    var forbidden: Set<Int> = []
    var testDescription: String { name }
}

/// Predictors of four reactions over two features and three states; the third reaction is never given.
private func predictors(_ seed: UInt64, scale: Double, turn: Double = 0) -> [LinearPredictor?] {
    var random = SplitMix64(seed: seed)
    func draw(_ count: Int) -> [Double] { (0..<count).map { _ in random.uniform(-scale, scale) } }
    return (0..<4).map { reaction in
        reaction == 2
            ? nil : LinearPredictor(bias: draw(1)[0], features: draw(2), states: draw(3), turn: turn * Double(reaction))
    }
}

private func movement(_ seed: UInt64, scale: Double) -> Movement {
    var random = SplitMix64(seed: seed)
    func draw(_ count: Int) -> [Double] { (0..<count).map { _ in random.uniform(-scale, scale) } }
    return .logit(
        MovePredictor(bias: draw(1)[0], features: draw(2), states: draw(3), reactions: draw(4), inertia: draw(1)[0]))
}

private func quantal(_ name: String, scale: Double, rationality: Double, turn: Double = 0) -> NamedAgent {
    NamedAgent(
        name: "quantal response, \(name)",
        agent: QuantalResponseUser(
            predictors: predictors(3, scale: scale, turn: turn), rationality: rationality,
            movement: movement(4, scale: scale)),
        forbidden: [2])
}

private func foresighted(_ name: String, foresight: Double, rationality: Double, turn: Double = 0) -> NamedAgent {
    NamedAgent(
        name: "foresighted, \(name)",
        agent: ForesightedUser(
            QuantalResponseUser(
                predictors: predictors(5, scale: 1, turn: turn), rationality: rationality,
                movement: movement(6, scale: 1)), foresight: foresight),
        forbidden: [2])
}

private func tabular() -> NamedAgent {
    var random = SplitMix64(seed: 8)
    let rows = (0..<3).map { _ in (0..<4).map { _ in Array(random.distribution(3).prefix(2)) } }
    let moves = (0..<3).map { state in
        (0..<4).map { response in
            let step = Double(response) / 8
            return AdjacentMove(
                down: state == 0 ? 0 : step, stay: 1 - (state == 1 ? 2 : 1) * step, up: state == 2 ? 0 : step)
        }
    }
    return NamedAgent(
        name: "tabular",
        agent: TabularUser(
            reactions: rows.map { $0.map { [$0[0], $0[1], 0, 1 - $0[0] - $0[1]] } }, movement: .table(moves)),
        forbidden: [2])
}

private let agents = [
    quantal("ordinary", scale: 1, rationality: 1.5), quantal("λ = 0", scale: 1, rationality: 0),
    quantal("λ = 0 with a turn coefficient", scale: 1, rationality: 0, turn: 0.5),
    quantal("λ = 1e308", scale: 1, rationality: 1e308), quantal("λ = ∞", scale: 1, rationality: .infinity),
    quantal("λ tiny", scale: 1, rationality: .leastNonzeroMagnitude),
    quantal("utilities to ±700", scale: 350, rationality: 2),
    quantal("utilities to ±1e300", scale: 3e299, rationality: 1),
    quantal("utilities to ±1e300, λ = 1e308", scale: 3e299, rationality: 1e308),
    quantal("utilities to ±1e300, λ = 0", scale: 3e299, rationality: 0),
    quantal("the turn counts", scale: 1, rationality: 1, turn: 0.25),
    foresighted("ordinary", foresight: 0.9, rationality: 1.5),
    foresighted("the turn counts", foresight: 1, rationality: 2, turn: 0.25),
    foresighted("λ = ∞", foresight: 0.5, rationality: .infinity),
    foresighted("δ and λ tiny", foresight: .leastNonzeroMagnitude, rationality: 1e-300),
    tabular(),
]

@Suite("Every user agent")
struct ConformanceTests {
    @Test("passes the kit", arguments: agents)
    func conforms(named: NamedAgent) {
        let kit = UserAgentConformance(
            stateCount: 3, responses: responses, reactionCount: 4, forbidden: named.forbidden)
        #expect(kit.violations(of: named.agent) == [])
    }

    @Test("passes the kit with a single state")
    func singleState() {
        let kit = UserAgentConformance(stateCount: 1, responses: responses, reactionCount: 4, forbidden: [2])
        for named in agents.dropLast() { #expect(kit.violations(of: named.agent) == [], "\(named.name)") }
    }
}

@Suite("The kit for user agents")
struct KitTests {
    private let kit = UserAgentConformance(stateCount: 2, responses: [[0]], reactionCount: 2, horizon: 2)

    @Test("finds rows that are no distributions")
    func rows() {
        for row in [[0.5, 0.4], [1.5, -0.5], [.nan, 1], [1], []] {
            #expect(!kit.violations(of: ScriptedUser { _, _, _ in row }).isEmpty)
        }
        #expect(kit.violations(of: ScriptedUser { _, _, _ in [0.5, 0.5] }) == [])
    }

    @Test("finds a forbidden reaction")
    func forbidden() {
        var strict = kit
        strict.forbidden = [1]
        #expect(!strict.violations(of: ScriptedUser { _, _, _ in [1 - 1e-15, 1e-15] }).isEmpty)
        #expect(strict.violations(of: ScriptedUser { _, _, _ in [1, 0] }) == [])
    }

    @Test("finds an agent that looks ahead with what it cannot")
    func foresight() {
        func agent(_ foresight: Double, _ rationality: Double) -> ForesightedUser {
            ForesightedUser(
                QuantalResponseUser(
                    predictors: [1, -1].map { LinearPredictor(bias: $0, features: [0], states: [0, 0]) },
                    rationality: rationality, movement: .table([[.none], [.none]])), foresight: foresight)
        }
        #expect(kit.violations(of: agent(0.5, 2)) == [])
        #expect(kit.violations(of: agent(0, 2)) == ["foresight 0.0 is not in (0, 1]"])
        #expect(kit.violations(of: agent(1.5, 2)) == ["foresight 1.5 is not in (0, 1]"])
        #expect(kit.violations(of: agent(1, 0)).first == "rationality 0.0 is not above 0")
        var wrong = ScriptedUser { _, _, _ in [0.5, 0.5] }
        wrong.foresight = UserForesight(weight: 1, rationality: 1)
        wrong.utilities = { _, _, _ in [0, 1] }
        #expect(!kit.violations(of: wrong).isEmpty)
        wrong.utilities = { _, _, _ in [1, 1] }
        #expect(kit.violations(of: wrong) == [])
        wrong.utilities = { _, _, _ in [1, nil] }
        #expect(kit.violations(of: wrong).contains { $0.hasSuffix("has no utility but a probability") })
    }

    @Test("finds an agent that is wrong about the turn")
    func turn() {
        let says = "says that it depends on the turn but does not"
        #expect(kit.violations(of: ScriptedUser(dependsOnTurn: true) { _, _, _ in [1, 0] }) == [says])
        let hides = "depends on the turn but says that it does not"
        #expect(kit.violations(of: ScriptedUser { turn, _, _ in turn == 1 ? [1, 0] : [0, 1] }) == [hides])
    }

    @Test("finds moves that leave the range, and agents that throw")
    func moves() {
        let down = ScriptedUser(
            moves: { _, _, _ in AdjacentMove(down: 1, stay: 0, up: 0) }, reactions: { _, _, _ in [1, 0] })
        #expect(kit.violations(of: down).contains("state 0, response 0, reaction 0: leaves the range below"))
        let up = ScriptedUser(
            moves: { _, _, _ in AdjacentMove(down: 0, stay: 0, up: 1) }, reactions: { _, _, _ in [1, 0] })
        #expect(kit.violations(of: up).contains("state 1, response 0, reaction 1: leaves the range above"))
        let mute = ScriptedUser { _, _, _ throws(GameError) in throw GameError("here", "is nothing") }
        #expect(kit.violations(of: mute).contains("state 0, response 0, turn 1: throws for reactions"))
    }
}
