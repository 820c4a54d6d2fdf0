import GameModel
import Output
import Preferences
import Testing

/// What a card says of the ground that labels stand on, and what `check` makes of rows that break their own promises.
@Suite struct CardSectionsTests {
    private func messages(_ lines: [String], manifest: String? = nil) -> [String] {
        var audit = DatasetAudit(manifest: manifest.map { ManifestAudit(name: "m", Array($0.utf8)) })
        audit.add(file: DataFile(name: "a"), bytes: Array(lines.joined(separator: "\n").utf8))
        return audit.findings.map { "\($0.severity) \($0.kind.rawValue) \($0.line ?? 0)" }
    }

    private func row(_ chosen: String, more: String = "") -> String {
        "{\"prompt\":[{\"content\":\"q\",\"role\":\"user\"}],\"chosen\":[{\"content\":\"\(chosen)\",\"role\":\"assistant\"}],"
            + "\"rejected\":[{\"content\":\"y\",\"role\":\"assistant\"}]\(more)}"
    }

    private let manifest = #"{"files":[],"format":2,"keeps_placeholders":false,"keeps_over_limit":false}"#

    @Test func chosenPlaceholdersAreFoundAlsoInsideAnswers() {
        let inside = row("Use this: [tool withheld].")
        #expect(messages([inside]) == ["warning placeholder 1"])
        #expect(messages([inside], manifest: manifest) == ["error placeholder 1"])
        #expect(messages([row("[full answer, withheld]")], manifest: manifest) == ["error placeholder 1"])
        #expect(messages([row("See [the page](https://example.org) and [1].")], manifest: manifest).isEmpty)
    }

    @Test func chosenAnswersOverALimitAreFound() {
        func limits(_ chosen: Bool, _ rejected: Bool) -> String {
            row("x", more: ",\"chosen_exceeds_limit\":\(chosen),\"rejected_exceeds_limit\":\(rejected)")
        }
        #expect(messages([limits(true, false)]) == ["warning exceeds-limit 1"])
        #expect(messages([limits(true, false)], manifest: manifest) == ["error exceeds-limit 1"])
        #expect(messages([limits(false, true)]).isEmpty && messages([limits(true, true)]).isEmpty)
    }

    @Test func rowIDsThatRepeatAreFound() {
        let rows = [row("x", more: ",\"row_id\":\"1\""), row("z", more: ",\"row_id\":\"1\"")]
        #expect(messages(rows) == ["warning repeated-id 2"])
        #expect(messages(rows, manifest: manifest) == ["error repeated-id 2"])
        let first = #"{"files":[],"format":1}"#
        #expect(messages([row("x"), row("z")], manifest: first).isEmpty)
        let newer = ManifestAudit(name: "m", Array(#"{"files":[],"format":3}"#.utf8))
        #expect(newer.findings(folder: "f", found: [:], data: []).map(\.severity) == [.warning])
    }

    /// p_chosen of uncertain labels is a mean and does not follow from the scores.
    @Test func meansOfUncertainLabelsAreNoContradiction() {
        let scores = ",\"p_chosen\":0.75,\"score_chosen\":0.4,\"score_rejected\":0.2,\"beta\":0.5,\"tau\":0.2"
        #expect(messages([row("x", more: scores)]) == ["error label-strength 1"])
        #expect(messages([row("x", more: scores + ",\"score_chosen_sd\":0.1,\"score_rejected_sd\":0.0")]).isEmpty)
        #expect(
            messages([row("x", more: scores + ",\"score_chosen_sd\":0.0,\"score_rejected_sd\":0.0")])
                == ["error label-strength 1"])
    }

    @Test func agreementIsStatedWithItsInterval() throws {
        func sentence(_ text: String) throws -> String { try StatedAgreement(JSONValue(parsing: text)).sentence }
        #expect(
            try sentence(
                #"{"names":{"response":{"all":{"kappa":{"value":0.92,"ci_low":0.85,"ci_high":0.99},"n":120}},"#
                    + #""cue":{"all":{"kappa":{"value":1.0,"ci_low":null,"ci_high":null},"n":30}}}}"#)
                == "κ of responses 0.920 (0.850 to 0.990), n = 120; κ of cues 1.000, n = 30.")
        #expect(throws: PreferenceError.self) { try sentence(#"{"response":{"kappa":0.9}}"#) }
        #expect(throws: PreferenceError.self) { try sentence(#"{"format":1}"#) }
    }

    @Test func cardsSayWhatLabelsRestOn() throws {
        let fixture = try FormatsFixture()
        let own = try fixture.own([
            #"{"prompt":"One?","candidates":[{"content":"a","response":"refuse"},{"content":"b","response":"bypass"}]}"#,
            #"{"prompt":"Two?","cue":"plain","candidates":[{"content":"a","response":"refuse"},"#
                + #"{"content":"b","response":"owner_route"}]}"#,
        ])
        #expect(own.basis.prompts == 2 && own.basis.guessedPriors == 1)
        let card = try FormatsFolder().write(fixture.dataset(.dpo, labels: .soft, own: own), .dpo)["README.md"] ?? ""
        #expect(card.contains("- What an answer is was said by: the line (4 answers)."))
        #expect(card.contains("- 1 of 2 prompts (share 0.500) say nothing of who wrote them"))
        #expect(card.contains("Agreement with a second reader was not given"))
        #expect(card.contains("A trainer that weighs both orientations by `p_chosen` ends 0.000"))
        #expect(card.contains("A stock trainer, which takes every row for a whole preference, ends "))
    }
}
