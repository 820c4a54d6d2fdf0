import ExampleScenarios
import GameModel
import Labelling
import Nacre
import Testing

@Suite("What may be said of texts in a scenario")
struct LabelSchemeTests {
    private func scenario(_ name: String) throws -> Scenario {
        let text = try #require(ExampleScenarios.all.first { $0.name == name }?.text)
        return try Scenario.parse(text, file: "\(name).yaml")
    }

    @Test("Names come with the meanings of the file")
    func meanings() throws {
        let scenario = try scenario("self-harm-question")
        let scheme = scenario.labelScheme
        #expect(scheme.scenario == "self-harm-question")
        #expect(scheme.responses.map(\.name) == scenario.game.responses.map(\.name))
        #expect(scheme.responses.map(\.meaning) == scenario.meanings.responses)
        #expect(scheme.cues.map(\.meaning) == scenario.meanings.cues)
        #expect(scheme.features.map(\.meaning) == scenario.meanings.features)
        #expect(scheme.users.map(\.meaning) == scenario.meanings.users)
        // A reaction that shows as another is nobody's to tell, and those after it keep their own meanings.
        #expect(!scheme.reactions.contains { $0.name == "mask" || $0.name == "feign" })
        let insist = try #require(scenario.game.reactions.firstIndex { $0.name == "insist" })
        #expect(scheme.reactions.first { $0.name == "insist" }?.meaning == scenario.meanings.reactions[insist])
    }

    @Test("Where a file gives no meaning, the title stands; where it gives neither, nothing")
    func titles() throws {
        let text = try #require(ExampleScenarios.all.first { $0.name == "starter" }?.text)
        let bare = text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.drop { $0 == " " }.hasPrefix("meaning:") }.joined(separator: "\n")
        let scheme = try Scenario.parse(bare, file: "bare.yaml").labelScheme
        #expect(scheme.responses.first?.meaning == "Flat refusal")
        #expect(scheme.features.first?.meaning == "takes the person's trouble seriously")
        #expect(scheme.cues.map(\.meaning) == [nil, nil])
        #expect(scheme.users.map(\.meaning) == [nil, nil])
    }
}
