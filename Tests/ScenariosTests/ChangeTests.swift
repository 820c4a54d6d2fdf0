import ExampleScenarios
import GameModel
import InputErrors
import Output
import Scenarios
import Testing

/// Numbers of a scenario that are set to other values than its file's.
@Suite("Numbers that are set")
struct ChangeTests {
    private static func scenario(_ text: String = Fixtures.full) throws -> Scenario {
        try Scenario.parse(text, file: "a.yaml")
    }

    private func message(_ change: String) throws -> String {
        do {
            _ = try Self.scenario().setting([try ParameterChange(change)])
            return ""
        } catch let error as any InputProblem { return error.description }
    }

    @Test("PATH=VALUE is read as a path and a finite number, and anything else is refused")
    func texts() throws {
        #expect(try ParameterChange("users.a.prior=0.30") == ParameterChange("users.a.prior", to: 0.3))
        #expect(try ParameterChange("discount=1e-1").value == 0.1)
        for text in ["", "=", "=1", "discount", "discount=", "discount=nan", "discount=inf", "discount=1 ", "a=b=1"] {
            #expect(throws: InputError.self, "\(text)") { try ParameterChange(text) }
        }
    }

    @Test("The hash is that of the numbers: the same by every way to them, and the file's where nothing changes")
    func hashes() throws {
        let scenario = try Self.scenario()
        let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
        let cost = "responses.\(scenario.game.responses[0].name).cost"
        let now = try #require(inputs[try inputs.parameter(cost)])
        let one = try scenario.setting([ParameterChange("discount", to: 0.5), ParameterChange(cost, to: now + 1)])
        let other = try scenario.setting([
            ParameterChange(cost, to: 7), ParameterChange(cost, to: now + 1), ParameterChange("discount=5e-1"),
        ])
        #expect(one.gameHash == other.gameHash && one.gameHash != scenario.gameHash)
        #expect(one.changes.count == 2 && other.changes.count == 3)
        #expect(one.fileHash == scenario.fileHash && one.sourceText == scenario.sourceText)
        let same = try scenario.setting(cost, to: now)
        #expect(same.gameHash == scenario.gameHash && same.changes == [ParameterChange(cost, to: now)])
        #expect(try scenario.setting([]).changes.isEmpty)
        // One change after the other is the same as both at once.
        let steps = try scenario.setting("discount", to: 0.5).setting(cost, to: now + 1)
        #expect(steps.changes == one.changes && steps.gameHash == one.gameHash)
    }

    @Test("Every number that a shipped scenario lists can be set to what it is, which changes nothing")
    func all() throws {
        for example in ExampleScenarios.all {
            let scenario = try Scenario.parse(example.text, file: "\(example.name).yaml")
            let inputs = GameInputs(definition: scenario.definition, objective: scenario.objective)
            let changes = inputs.parameters.compactMap { parameter in
                inputs[parameter].map { ParameterChange(parameter.path, to: $0) }
            }
            let set = try scenario.setting(changes)
            #expect(set.gameHash == scenario.gameHash && set.objective == scenario.objective, "\(example.name)")
            #expect(set.assumptionParts == scenario.assumptionParts)
        }
    }

    @Test("Entries of a distribution are rescaled, in the order given")
    func order() throws {
        let scenario = try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml")
        let names = scenario.game.users
        try #require(names.count >= 2)
        let changes = [
            ParameterChange("users.\(names[0]).prior", to: 0.25), ParameterChange("users.\(names[1]).prior", to: 0.5),
        ]
        let forwards = try scenario.setting(changes).game.prior
        let backwards = try scenario.setting(changes.reversed()).game.prior
        #expect(abs(forwards.reduce(0, +) - 1) < 1e-12 && abs(backwards.reduce(0, +) - 1) < 1e-12)
        #expect(forwards[1] == 0.5 && backwards[0] == 0.25)
    }

    @Test("A path that is none gets a suggestion, a value outside the domain the domain")
    func refusals() throws {
        #expect(try message("discont=0.5").contains("discont is no parameter of this scenario; did you mean discount?"))
        #expect(try message("discount=1.5").contains("discount is 1.5; it must be above 0 and at most 1"))
        #expect(try message("objective.kl_weight=-1").contains("it must be at least 0 and finite"))
        #expect(try message("objective.kl_weight=1e200").contains("it must be at most 1e+100"))
        let response = try Self.scenario().game.responses[0].name
        #expect(try message("responses.\(response).cost=1e200").contains("1e+100"))
    }

    @Test("What was set is in the line for people, in JSON, in the names of runs and in the marks")
    func shown() throws {
        let scenario = try Self.scenario()
        #expect(scenario.changesText == nil && scenario.withChanges([:]).isEmpty)
        let set = try scenario.setting([
            ParameterChange("discount", to: 0.5), ParameterChange("objective.kl_weight", to: 0.125),
        ])
        #expect(set.changesText == "Set: discount = 0.5, objective.kl_weight = 0.125")
        #expect(set.assumptionLines.hasPrefix("Set: discount = 0.5, objective.kl_weight = 0.125.\n"))
        let listed = try #require(set.withAssumptions(["a": .null])["set"]?.arrayValue)
        #expect(listed.map { $0["path"]?.stringValue } == ["discount", "objective.kl_weight"])
        #expect(listed.map { $0["value"]?.doubleValue } == [0.5, 0.125])
        // The game's hash knows every number but the objective's, which have a part of their own.
        #expect(try scenario.setting("discount", to: 0.5).assumptionParts == scenario.assumptionParts)
        #expect(set.assumptionParts.count == scenario.assumptionParts.count + 1)
        #expect(
            try scenario.setting("objective.kl_weight", to: 0.25).setting("objective.kl_weight", to: 0.125)
                .assumptionParts == scenario.setting("objective.kl_weight", to: 0.125).assumptionParts)
        #expect(set.marks["discount"] == .assumption)
        let package = DataPackage(set, tables: [])
        #expect(package.members["set"] == set.withChanges([:])["set"])
    }

    @Test("A scenario without states and cues takes numbers too")
    func smallest() throws {
        let set = try Self.scenario(Fixtures.smallest).setting("responses.answer.cost", to: 2)
        #expect(set.game.responses[0].cost == 2)
    }
}
