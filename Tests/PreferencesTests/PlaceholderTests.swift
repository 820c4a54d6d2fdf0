import GameModel
import Output
import Preferences
import Scenarios
import Testing

/// What counts as a placeholder, and what is left of a table without them.
@Suite struct PlaceholderTests {
    private static let texts = Texts(
        openings: [], responses: [[["[the same steps in other words]", "Fine: [a way in], and that's it."]]],
        reactions: [])

    @Test(arguments: [
        "[full answer, withheld]", "  [the steps, withheld]\n", "[what is [not] said]", "[apple, pear]",
        "Install this, hide that: [tracking method withheld].", "You need [equipment Withheld] and time.",
        "[redacted] and so on", "First [A way  in], then out.", "[the same steps in other words]",
    ]) func theseStandForAText(text: String) {
        #expect(PlaceholderRule(Self.texts).isPlaceholder(text))
    }

    @Test(arguments: [
        "", "Paris.", "[1, 2, 3]", "[\"apple\", \"pear\"]", "See [the page](https://example.org).",
        "See [removed posts](https://example.org).", "As shown in [1].", "let a = b[0]", "[a] and [b]", "[open",
        "open]",
        "(withheld)", "Nothing is withheld here.", "{text}", "<text>",
    ]) func theseDoNot(text: String) {
        #expect(!PlaceholderRule(Self.texts).isPlaceholder(text))
    }

    /// A passage is the scenario's mark only there.
    @Test func marksAreThoseOfTheScenario() {
        #expect(!PlaceholderRule().isPlaceholder("First [a way in], then out."))
        #expect(PlaceholderRule().isPlaceholder("First [a way in, withheld], then out."))
    }

    @Test func answersAreLeftOutAndTheTargetIsOverTheRest() throws {
        let fixture = try FormatsFixture()
        let whole = try fixture.dataset(.dpo, nodes: 30).pairs.table
        let table = whole.withoutPlaceholders(fixture.source.wording, temperature: fixture.source.temperature)
        #expect(whole.placeholders == nil && table.placeholders == whole.prompts.count)
        #expect(table.promptsOfPlaceholders == 0 && table.promptsWithPlaceholders > 0)
        let bypass = try #require(fixture.scenario.game.responses.firstIndex { $0.name == "bypass" })
        for (before, after) in zip(whole.prompts, table.prompts) {
            #expect(after.completions.map(\.response) == before.completions.map(\.response).filter { $0 != bypass })
            let rest = before.completions.filter { $0.response != bypass }
            let total = rest.reduce(0) { $0 + $1.target }
            for (old, new) in zip(rest, after.completions) {
                #expect(abs(new.target - old.target / total) < 1e-12 && new.reference == old.reference)
            }
        }
    }

    @Test func ownPromptsTooAndOneAnswerIsNoComparison() throws {
        let fixture = try FormatsFixture()
        func line(_ prompt: String, _ answers: [String]) -> String {
            let list = answers.map { "{\"content\":\"\($0)\",\"response\":\"refuse\"}" }.joined(separator: ",")
            return "{\"prompt\":\"\(prompt)\",\"candidates\":[\(list)]}"
        }
        let own = try fixture.own([
            line("One?", ["No.", "Never.", "[steps that work on any phone, whoever owns it]"]),
            line("Two?", ["No.", "Like this: [method withheld]."]),
        ])
        let table = own.table.withoutPlaceholders(fixture.source.wording, temperature: 0.2)
        #expect(table.placeholders == 2 && table.promptsOfPlaceholders == 1)
        #expect(table.prompts.map { $0.completions.map(\.content) } == [["No.", "Never."]])
        #expect(table.prompts[0].completions.map(\.reference) == [0.5, 0.5])
    }
}
