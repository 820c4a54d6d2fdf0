import GameFixtures
import GameModel
import Testing
import UserAgents

/// A user who leaves with a fixed probability: reaction 0 ends, the others go on.
private struct Leaving: UserAgent {
    var leaves: Double
    var patience = 2.0
    var haste = 0.5
    let count: Int

    var dependsOnTurn: Bool { false }
    var ownCoefficients: [OwnCoefficient] {
        [
            OwnCoefficient("leaves", domain: .probability), OwnCoefficient("patience", domain: .nonNegative),
            OwnCoefficient("haste", domain: .anyNumber),
        ]
    }

    func value(of coefficient: UserCoefficient) -> Double? {
        switch coefficient {
        case .own("leaves"): leaves
        case .own("patience"): patience
        case .own("haste"): haste
        default: nil
        }
    }

    func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? {
        var changed = self
        switch coefficient {
        case .own("leaves"): changed.leaves = value
        case .own("patience"): changed.patience = value
        case .own("haste"): changed.haste = value
        default: return nil
        }
        return changed
    }

    func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double] {
        (0..<count).map { $0 == 0 ? leaves : (1 - leaves) / Double(count - 1) }
    }

    func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove { .none }
}

@Suite("Numbers that only one kind of agent has")
struct OwnCoefficientTests {
    private func inputs() -> GameInputs {
        var definition = SampleGame.definition()
        definition.users[0].agent = Leaving(leaves: 0.25, count: definition.reactions.count)
        return GameInputs(
            definition: definition,
            objective: Objective(
                goal: .payoff,
                reference: definition.responses.map { _ in 1 / Double(definition.responses.count) }))
    }

    @Test("Are listed, read and set by path, within their domains, and belong to nobody else")
    func paths() throws {
        let inputs = inputs()
        let (user, other) = (inputs.definition.users[0].name, inputs.definition.users[1].name)
        let own = inputs.parameters.filter { if case .own = $0.location { true } else { false } }
        #expect(own.map(\.path) == ["leaves", "patience", "haste"].map { "users.\(user).\($0)" })
        let leaves = try inputs.parameter("users.\(user).leaves")
        #expect(inputs[leaves] == 0.25 && leaves.isMeasurable && inputs.domain(of: leaves) == .probability)
        let changed = try inputs.setting(leaves, to: 0.75)
        #expect(changed[leaves] == 0.75 && inputs[leaves] == 0.25)
        #expect(try changed.game().reaction != inputs.game().reaction)
        #expect(throws: ParameterError.self) { try inputs.setting(leaves, to: 1.5) }
        #expect(throws: ParameterError.self) { try inputs.parameter("users.\(other).leaves") }
    }

    @Test("Are drawn as their domains allow: a probability is refused, what must be positive stays so")
    func drawing() throws {
        let inputs = inputs()
        func drawn(_ name: String, _ deviation: Double) throws -> Double? {
            let coefficient = UserCoefficient.own(name)
            let uncertainty = ParameterUncertainty(
                parameters: [.init(user: 0, coefficient: coefficient, path: "users.a.\(name)")],
                deviations: [deviation])
            return try uncertainty.definition(inputs.definition, normals: [-3]).users[0].agent.value(of: coefficient)
        }
        #expect(try drawn("haste", 1) == -2.5)
        let patience = try #require(try drawn("patience", 2))
        #expect(patience > 0 && patience < 0.2)
        for (name, problem) in [("leaves", "cannot be uncertain"), ("speed", "no such number")] {
            let error = #expect(throws: GameError.self) { try drawn(name, 0.1) }
            #expect(error?.place == "users.a.\(name)" && error?.problem.contains(problem) == true)
        }
    }
}
