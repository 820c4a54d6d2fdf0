import GameFixtures
import GameModel
import Testing
import UserAgents

/// Agents say themselves which numbers they have, and change them.
@Suite("Numbers of agents by name")
struct CoefficientTests {
    private static let movement = MovePredictor(
        bias: 0.1, features: [0.2], states: [0, 0.3], reactions: [0, 0.4], inertia: 1)
    private static let quantal = QuantalResponseUser(
        predictors: [LinearPredictor(bias: 1, features: [2], states: [0, 3], turn: 4), nil], rationality: 1.5,
        movement: .logit(movement))
    private static let tabular = TabularUser(
        reactions: [[[1, 0]], [[0.5, 0.5]]], movement: .table([[.none], [.none]]))

    private static let present: [UserCoefficient] = [
        .rationality, .utility(reaction: 0, .bias), .utility(reaction: 0, .turn), .utility(reaction: 0, .feature(0)),
        .utility(reaction: 0, .state(1)), .move(.bias), .move(.inertia), .move(.feature(0)), .move(.state(1)),
        .move(.reaction(1)),
    ]
    private static let absent: [UserCoefficient] = [
        .utility(reaction: 1, .bias), .utility(reaction: 7, .bias), .utility(reaction: 0, .inertia),
        .utility(reaction: 0, .feature(3)), .utility(reaction: 0, .reaction(0)), .move(.turn), .move(.state(9)),
    ]

    @Test("A number that is set reads back, and no other changes; what is not there is refused", arguments: [0, 0.7])
    func setting(foresight: Double) throws {
        let agent = try #require(Self.quantal.setting(.foresight, to: foresight))
        #expect(agent.value(of: .foresight) == foresight)
        #expect(agent.foresight?.weight == (foresight > 0 ? foresight : nil))
        for coefficient in Self.present {
            let changed = try #require(agent.setting(coefficient, to: 0.25))
            #expect(changed.value(of: coefficient) == 0.25)
            for other in Self.present + [.foresight] where other != coefficient {
                #expect(changed.value(of: other) == agent.value(of: other))
            }
        }
        for coefficient in Self.absent {
            #expect(agent.value(of: coefficient) == nil && agent.setting(coefficient, to: 1) == nil)
        }
        let myopic = try #require(agent.setting(.foresight, to: 0))
        #expect(myopic as? QuantalResponseUser == Self.quantal)
    }

    @Test("A table has no numbers of its reactions, and those of its moves where they are a score")
    func tables() throws {
        for coefficient in Self.present + Self.absent + [.foresight] {
            #expect(Self.tabular.value(of: coefficient) == nil && Self.tabular.setting(coefficient, to: 1) == nil)
        }
        var scored = Self.tabular
        scored.movement = .logit(Self.movement)
        #expect(scored.value(of: .move(.inertia)) == 1 && scored.value(of: .rationality) == nil)
        #expect(scored.setting(.move(.inertia), to: 2)?.value(of: .move(.inertia)) == 2)
    }

    @Test("An agent that says nothing of its numbers has none")
    func defaults() {
        for coefficient in Self.present + Self.absent + [.foresight] {
            #expect(Silent().value(of: coefficient) == nil && Silent().setting(coefficient, to: 1) == nil)
        }
        #expect(Silent().ownCoefficients.isEmpty && Silent().choiceRationality == nil)
    }
}
