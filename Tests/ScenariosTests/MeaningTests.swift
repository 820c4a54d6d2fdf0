import Documents
import Foundation
import GameModel
import Scenarios
import Testing

/// What a scenario says counts as each of its names.
@Suite struct MeaningTests {
    /// The full scenario with meanings wherever they may stand.
    static let explained = Fixtures.full
        .replacing(
            "features: {empathy: is kind, firmness: }",
            with: "features: {empathy: {title: is kind, meaning: Warm words count.}, firmness: {meaning: A limit.}}"
        )
        .replacing("{title: Refuse, features", with: "{title: Refuse, meaning: Says no., features")
        .replacing(
            "cues: [plain, upset]", with: "cues: {plain: , upset: {title: In tears, meaning: Feeling is audible.}}"
        )
        .replacing("{ends: helped, texts: [Thanks.]}", with: "{ends: helped, meaning: Ends content., texts: [Thanks.]}")
        .replacing("title: Honest\n", with: "title: Honest\n    meaning: Means well.\n")

    let explained: Scenario
    let full: Scenario

    init() throws {
        explained = try Scenario.parse(Self.explained, file: "a.yaml")
        full = try Scenario.parse(Fixtures.full, file: "a.yaml")
    }

    @Test("Meanings arrive by name, and nil stands where the file says nothing")
    func meanings() {
        #expect(explained.meanings.features == ["Warm words count.", "A limit."])
        #expect(explained.meanings.responses == ["Says no.", nil])
        #expect(explained.meanings.cues == [nil, "Feeling is audible."])
        #expect(explained.meanings.reactions == ["Ends content.", nil, nil, nil])
        #expect(explained.meanings.users == ["Means well.", nil, nil])
        #expect(explained.titles.features == ["is kind", nil])
        #expect(explained.titles.cues == [nil, "In tears"])
        #expect(explained.titles.responses == full.titles.responses)
    }

    @Test("The text of a feature is its title and its meaning; cues in a list have neither")
    func olderFiles() {
        #expect(full.meanings.features == ["is kind", nil] && full.titles.features == ["is kind", nil])
        #expect(full.meanings.cues == [] && full.titles.cues == [])
        #expect(full.meanings.responses == [nil, nil])
    }

    @Test("Meanings change the file and not the game")
    func hashes() {
        #expect(explained.gameHash == full.gameHash)
        #expect(explained.fileHash != full.fileHash)
        #expect(explained.game.cues == full.game.cues && explained.wording.openings == full.wording.openings)
        #expect(explained.warnings.map(\.message) == full.warnings.map(\.message))
    }

    @Test(
        "Cues of a mapping are names like those of a list",
        arguments: [
            ("cues: {plain: , Upset: }", "cues has the name 'Upset'"),
            ("cues: {}", "cues is a mapping; it must be a list of names"),
            ("cues: {plain: {meaning: a, title: b, more: c}, upset: }", "cues.plain.more is not a key of the format"),
        ])
    func wrongCues(cues: String, message: String) {
        let messages = Fixtures.messages(of: Fixtures.full.replacing("cues: [plain, upset]", with: cues))
        #expect(messages.contains { $0.hasPrefix(message) }, "\(messages)")
    }

    /// Stored runs, policies and published figures refer to these games: words may be added to the files, numbers may not change.
    @Test(
        "The shipped games are those that they were before they had meanings",
        arguments: [
            ("starter", "17b8944a4d96"), ("self-harm-question", "e592c6e1caf5"), ("dual-use-technical", "12cae3582c5f"),
            ("health-misinformation", "f7e8d805d5da"), ("benign-but-scary", "9e3619a239bd"),
            ("keeps-asking", "7fd92507db22"),
        ])
    func shippedGames(name: String, hash: String) throws {
        let url = Fixtures.root.appending(path: "scenarios/\(name).yaml")
        #expect(try Scenario.load(path: url.path(percentEncoded: false)).gameHash.hasPrefix(hash))
    }

    @Test("Every name of a shipped scenario that labels use has a meaning")
    func shipped() throws {
        for url in Fixtures.files(in: "scenarios", ending: ".yaml") where url.lastPathComponent != "starter.yaml" {
            let scenario = try Scenario.load(path: url.path(percentEncoded: false))
            let meanings = scenario.meanings
            for part in [meanings.features, meanings.responses, meanings.cues, meanings.users] {
                #expect(part.allSatisfy { $0 != nil }, "\(scenario.name): \(part)")
            }
            for (reaction, meaning) in zip(scenario.game.reactions, meanings.reactions) {
                if case .continuesShowing = reaction.effect { continue }
                #expect(meaning != nil, "\(scenario.name): \(reaction.name)")
            }
        }
    }
}
