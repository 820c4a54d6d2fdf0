import Documents
import Scenarios
import Testing

/// What is allowed but looks wrong.
@Suite struct WarningTests {
    private func warnings(_ text: String) throws -> [String] {
        try Scenario.parse(text, file: "a.yaml").warnings.map(\.summary)
    }

    @Test func aGoodScenarioHasNone() throws {
        #expect(try warnings(Fixtures.full) == [])
        #expect(try warnings(Fixtures.smallest) == [])
    }

    @Test func whatCanNeverOccur() throws {
        let text = Fixtures.full
            .replacing(
                "over: {safe: true, timeout: true}", with: "over: {safe: true, timeout: true}\n  lost: {safe: true}"
            )
            .replacing("cues: [plain, upset]", with: "cues: [plain, upset, odd]")
            .replacing("upset: [{", with: "odd: [{role: user, content: Odd.}]\n  upset: [{")
            .replacing("upset: [\"I'm here.\"]", with: "upset: [\"I'm here.\"], odd: [Oh.]")
            .replacing("upset: [\"Please, more?\"]", with: "upset: [\"Please, more?\"], odd: [Odder.]")
            .replacing("harm: {ends", with: "rage: {ends: harmed, texts: [Grr.]}\n  harm: {ends")
            .replacing("feign: null", with: "feign: null\n      rage: null")
            .replacing("prior: 0.7", with: "prior: 0.8").replacing("prior: 0.1", with: "prior: 0")
            .replacing("firmness: }", with: "firmness: , humour: }")
        let found = try warnings(text)
        #expect(
            found == [
                "a.yaml:12:42: warning: features.humour is 0 in every response; it changes nothing",
                "a.yaml:23:3: warning: outcomes.lost can never occur: no reaction ends in it",
                "a.yaml:25:22: warning: cues.odd can never occur: every user gives it probability 0",
                "a.yaml:30:3: warning: reactions.rage can never occur: every user gives it probability 0",
                "a.yaml:59:3: warning: users.malicious has the prior 0; it never occurs, but the limits on it bind",
            ])
    }

    @Test func typesOfPriorZeroWithoutALimit() throws {
        let text = Fixtures.full
            .replacing("prior: 0.7", with: "prior: 0.8").replacing("prior: 0.1", with: "prior: 0")
            .replacing("{user: malicious, outcome: harmed", with: "{user: benign, outcome: harmed")
        let found = try warnings(text)
        #expect(found.contains { $0.hasSuffix("users.malicious has the prior 0; it never occurs") })
        #expect(found.contains { $0.contains("reactions.feign can never occur") })
    }

    @Test func statesThatNoUserReaches() throws {
        let text = Fixtures.smallest
            .replacing("reactions:", with: "states: [calm, strained, crisis]\nreactions:")
            .replacing(
                "prior: 1,",
                with: "prior: 1, initial: {calm: 1}, move: {table: {calm: {calm: 1}, "
                    + "strained: {crisis: 1}, crisis: {crisis: 1}}},")
        let found = try warnings(text)
        #expect(
            found == [
                "a.yaml:9:16: warning: states.strained can never occur: no user starts in it or moves to it",
                "a.yaml:9:26: warning: states.crisis can never occur: no user starts in it or moves to it",
            ])
        // A state that is reached only after the last turn does not occur in a conversation.
        let late = Fixtures.smallest
            .replacing("reactions:", with: "states: [calm, strained, crisis]\nreactions:")
            .replacing("prior: 1,", with: "prior: 1, initial: {calm: 1}, move: {},")
        #expect(try warnings(late).map { $0.prefix(31) } == ["a.yaml:9:26: warning: states.cr"])
    }

    @Test func observationsWithTheSameWords() throws {
        let text = Fixtures.full.replacing(
            "ask: {texts: {plain: [More?], upset: [\"Please, more?\"]}}", with: "ask: {texts: [More?]}")
        let found = try warnings(text)
        #expect(
            found == [
                "a.yaml:26:3: warning: reactions.ask has the text 'More?' in 2 observations: 'ask' with the cue 'plain', "
                    + "'ask' with the cue 'upset'; a model that sees words alone cannot tell them apart"
            ])
        let opening = Fixtures.smallest.replacing("And then?", with: "Hello?")
        #expect(
            try warnings(opening) == [
                "a.yaml:10:3: warning: reactions.ask has the text 'Hello?' in 2 observations: the opening, 'ask'; "
                    + "a model that sees words alone cannot tell them apart"
            ])
    }

    @Test func warningsComeWithErrorsInTheOrderOfTheFile() {
        let text = Fixtures.smallest.replacing("horizon: 2", with: "horizon: 0").replacing("prior: 1", with: "prior: 2")
        #expect(
            Fixtures.messages(of: text) == [
                "horizon is 0; it must be from 1 to 1000", "users.anyone.prior is 2; a probability must be in [0, 1]",
            ])
    }

    @Test func rowsOfAReferenceThatNeverHold() throws {
        func found(_ rows: String) throws -> [String] {
            try warnings(
                Fixtures.smallest + "objective: {reference: {rows: [\(rows)], otherwise: {answer: 1}}}\n")
        }
        #expect(try found("{turns: [1, 9], is: {answer: 1}}") == [])
        #expect(try found("{after: answer, is: {answer: 1}}, {turns: [1, 1], is: {answer: 1}}") == [])
        let late = "{turns: [7, 9], is: {answer: 1}}"
        let first = "{turns: [1, 1], after: answer, is: {answer: 1}}"
        let hidden = "{is: {answer: 1}}, {turns: [2, 2], is: {answer: 1}}"
        for (rows, place, reason) in [
            (late, "rows[0]", "its turns begin after the last of the conversation, 2"),
            (first, "rows[0]", "nothing was said before turn 1"),
            (hidden, "rows[1]", "a row before it holds wherever it would"),
        ] {
            let list = try found(rows)
            #expect(
                list.count == 1
                    && list[0].hasSuffix("warning: objective.reference.\(place) never holds: \(reason)"), "\(list)")
        }
    }

    @Test func aTurnThatIsNoBandIsShownAsOne() {
        for wrong in ["1", "[1]"] {
            let text =
                Fixtures.smallest
                + "objective: {reference: {rows: [{turns: \(wrong), is: {answer: 1}}], otherwise: {answer: 1}}}\n"
            #expect(Fixtures.errors(of: text).contains("write [1, 1]"), "\(Fixtures.errors(of: text))")
        }
    }
}
