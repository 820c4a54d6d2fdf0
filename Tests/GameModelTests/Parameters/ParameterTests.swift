import GameFixtures
import GameModel
import Testing
import UserAgents

@Suite("Parameters by path")
struct ParameterTests {
    private let inputs = GameInputs(
        definition: RandomGame {
            $0.mixesTabular = true
            $0.users = 3
            $0.states = 3
        }.definition(seed: 4),
        objective: Objective(
            goal: .payoff, reference: [0.5, 0.5], klWeight: 0.2,
            constraints: [OutcomeConstraint(user: 1, outcome: 0, atMost: 0.25)]))

    @Test("Paths are different, and every one finds its parameter")
    func paths() throws {
        let all = inputs.parameters
        #expect(Set(all.map(\.path)).count == all.count)
        for parameter in all { #expect(try inputs.parameter(parameter.path) == parameter) }
        let expected = [
            "discount", "responses.say1.cost", "responses.say0.features.feature1", "users.user0.prior",
            "users.user1.initial.state2", "users.user2.cues.state1.cue0", "users.user0.payoff.outcome1",
            "users.user0.exposure.feature0", "users.user0.rationality", "users.user0.utility.go0.bias",
            "users.user0.utility.end1.feature1", "users.user0.utility.go1.state2", "users.user0.utility.go1.turn",
            "users.user0.move.inertia", "users.user0.move.go1", "objective.kl_weight", "objective.reference.say1",
            "objective.constraints.user1.outcome0.at_most",
        ]
        for path in expected { #expect(all.contains { $0.path == path }, "\(path)") }
        #expect(!all.contains { $0.path.hasPrefix("users.user1.utility") }, "user1 has a table")
        #expect(!all.contains { $0.path == "users.user0.move.end0" }, "no state moves after the end")
    }

    @Test("What is set is what is read, it changes the game, and nothing else changes")
    func setting() throws {
        for parameter in inputs.parameters {
            let old = try #require(inputs[parameter])
            let new = old == 0 ? 0.125 : old * 0.75
            let changed = try inputs.setting(parameter, to: new)
            #expect(changed[parameter] == new, "\(parameter)")
            _ = try changed.game()
            for other in inputs.parameters where group(other) != group(parameter) {
                #expect(changed[other] == inputs[other], "\(parameter) changed \(other)")
            }
            #expect(try changed.setting(parameter, to: old)[parameter] == old)
        }
    }

    /// Entries of one distribution change together.
    private func group(_ parameter: Parameter) -> String {
        switch parameter.location {
        case .prior: "prior"
        case .reference: "reference"
        case .initialState(let user, _): "initial \(user)"
        case .cue(let user, let state, _): "cue \(user) \(state)"
        default: parameter.path
        }
    }

    @Test("The rest of a distribution keeps its proportions")
    func rescaling() throws {
        let parameter = try inputs.parameter("users.user0.prior")
        let old = inputs.definition.users.map(\.prior)
        let new = try inputs.setting(parameter, to: 0.5).definition.users.map(\.prior)
        #expect(new[0] == 0.5)
        #expect(abs(new.reduce(0, +) - 1) < 1e-15)
        #expect(abs(new[1] / new[2] - old[1] / old[2]) < 1e-14)
        let sure = try inputs.setting(parameter, to: 1)
        #expect(sure.definition.users.map(\.prior) == [1, 0, 0])
        #expect(throws: ParameterError.self) { try sure.setting(parameter, to: 0.5) }
        #expect(try sure.setting(parameter, to: 1).definition.users.map(\.prior) == [1, 0, 0])
    }

    @Test(
        "Values outside the domain are refused with what is needed",
        arguments: [
            ("discount", 0.0, "above 0"), ("discount", 1.5, "at most 1"), ("users.user0.prior", -0.1, "[0, 1]"),
            ("users.user0.rationality", -1.0, "at least 0"), ("responses.say0.features.feature0", 1.25, "[0, 1]"),
            ("users.user0.payoff.outcome0", Double.infinity, "finite"), ("responses.say0.cost", -1, "at least 0"),
            ("objective.constraints.user1.outcome0.at_most", .nan, "[0, 1]"),
        ])
    func domains(path: String, value: Double, words: String) throws {
        let parameter = try inputs.parameter(path)
        let error = #expect(throws: ParameterError.self) { try inputs.setting(parameter, to: value) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "no error")")
        #expect(error?.path == path)
    }

    @Test("An unknown path is said to be unknown")
    func unknown() {
        let error = #expect(throws: ParameterError.self) { try inputs.parameter("users.user0.priour") }
        #expect(error?.isUnknown == true)
    }
}
