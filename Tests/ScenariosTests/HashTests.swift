import GameFixtures
import GameModel
import Scenarios
import Testing

/// What the hashes of a scenario depend on.
@Suite struct HashTests {
    private func hashes(_ text: String) throws -> (file: String, game: String) {
        let scenario = try Scenario.parse(text, file: "a.yaml")
        return (scenario.fileHash, scenario.gameHash)
    }

    /// The serialisation is a format: if this fails, runs that were stored under the old hash are lost.
    @Test func theHashesDoNotChange() throws {
        let (file, game) = try hashes(Fixtures.smallest)
        #expect(file == "00b68ccfcf439a658b5805cad0bdd55e1e6d087bf9778b253123eaa8589f6ac7")
        #expect(game == "b43245a403906d70bb3ab0e0f345aeec7fab838bcdb3c405e2e87121f66a6fc0")
        let full = try hashes(Fixtures.full)
        #expect(full.game == "f2d463432ac1312d051a749e9ecd480aafb3f79f864fe6e70e27389de066586e")
    }

    @Test(arguments: [
        ("discount: 0.95", "discount: 0.96"), ("refuse", "reject"), ("{firmness: 1.0}", "{firmness: 0.5}"),
        ("states: [calm, strained, crisis]", "states: [calm, strained, crisis, worst]"),
        ("prior: 0.7", "prior: 0.7000000000000001"), ("rationality: 1.25", "rationality: 1.5"),
        ("turn: 0.1", "turn: 0.2"), ("inertia: 1.0", "inertia: 2.0"), ("feign: null", "feign: {}"),
        ("{calm: 0.25, strained: 0.75}", "{calm: 0.75, strained: 0.25}"), ("{shows_as: ask}", "{texts: [Hm.]}"),
        ("harmed: {safe: false}", "harmed: {safe: true}"),
    ])
    func theGameHashSeesTheGame(old: String, new: String) throws {
        var text = Fixtures.full.replacing(old, with: new)
        if new.contains("worst") {
            text = text.replacing("crisis: {crisis: 1}", with: "crisis: {crisis: 1}\n        worst: {worst: 1}")
                .replacing("crisis: {upset: 1.0}}", with: "crisis: {upset: 1.0}, worst: {upset: 1.0}}")
                .replacing(
                    "crisis: {refuse: {thank: 1}, guide: {harm: 1}}",
                    with: "crisis: {refuse: {thank: 1}, guide: {harm: 1}}\n      "
                        + "worst: {refuse: {thank: 1}, guide: {harm: 1}}")
        }
        #expect(try hashes(text).game != hashes(Fixtures.full).game)
    }

    @Test(arguments: [
        ("# Everything.", "# Nothing."), ("name: full", "name: other"), ("\"All of it\"", "\"Some of it\""),
        ("[Thanks.]", "[Thank you.]"), ("Be kind.", "Be brief."), ("kl_weight: 0.5", "kl_weight: 0.25"),
        ("foresight: 0.0", "foresight: -0.0"), ("harm: null", "harm: 0"), ("discount: 0.95", "discount: 9.5e-1"),
    ])
    func theGameHashSeesOnlyTheGame(old: String, new: String) throws {
        let text = Fixtures.full.replacing(old, with: new)
        #expect(text != Fixtures.full)
        #expect(try hashes(text).game == hashes(Fixtures.full).game)
        #expect(try hashes(text).file != hashes(Fixtures.full).file)
    }

    @Test("a game read from a file has the hash of its definition")
    func definition() throws {
        let scenario = try Scenario.parse(Fixtures.full, file: "a.yaml")
        #expect(try GameSerialisation(scenario.definition).hash == scenario.gameHash)
    }

    /// An agent that cannot say what decides its answers would give different games one hash.
    @Test("a game with an agent without a form is refused")
    func withoutForm() throws {
        var definition = try Scenario.parse(Fixtures.full, file: "a.yaml").definition
        let name = definition.users[0].name
        definition.users[0].agent = ScriptedUser { _, _, _ in [1, 0, 0, 0] }
        let error = #expect(throws: GameError.self) { try GameSerialisation(definition) }
        #expect(error?.place == "users.\(name)")
        #expect(error?.problem.hasPrefix("has an agent without a form") == true)
    }
}
