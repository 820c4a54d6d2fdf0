import GameModel
import InputErrors
import Labelling
import Output
import Preferences
import Testing

/// Lines of own prompts: what is carried, what is left out, and why.
@Suite struct OwnPromptTests {
    private func named(_ content: String, _ response: String) -> JSONValue {
        .object(["content": .string(content), "response": .string(response)])
    }

    private func bare(_ content: String) -> JSONValue { .object(["content": .string(content)]) }

    private func line(_ prompt: String, _ answers: [JSONValue], _ others: [String: JSONValue] = [:]) -> JSONValue {
        .object(
            others.merging(["prompt": .string(prompt), "candidates": .array(answers)]) { own, _ in own })
    }

    private func label(
        _ id: String, _ kind: String, _ index: Int, _ content: String, _ members: [String: JSONValue]
    ) -> JSONValue {
        .object(
            members.merging([
                "id": .string(id), "kind": .string(kind), "index": .integer(index),
                "sha256": .string(ContentHash.sha256(content)), "labeller": .string("test/1"),
            ]) { own, _ in own })
    }

    private var two: [JSONValue] { [named("No.", "refuse"), named("Yes.", "guide")] }

    @Test func whatIsNotReadIsCarried() throws {
        let fixture = try OwnFixture()
        let others: [String: JSONValue] = [
            "id": .string("p-7"), "tools": .array([.integer(1)]), "label": .bool(true), "split": .string("mine"),
        ]
        let own = try fixture.own([line("One?", two, others), line("Two?", two)])
        let prompts = own.table.prompts
        #expect(prompts[0].sourceID == "p-7")
        #expect(prompts[0].sourceData == "{\"label\":true,\"split\":\"mine\",\"tools\":[1]}")
        #expect(prompts[1].sourceID.isEmpty && prompts[1].sourceData.isEmpty)
        #expect(own.summary.otherMembers == ["label", "split", "tools"])
    }

    @Test func membersOfAnswersAndMessagesThatAreNotCarriedAreNamed() throws {
        let fixture = try OwnFixture()
        let answer = JSONValue.object([
            "content": .string("Hm."), "response": .string("refer"), "model": .string("m"),
        ])
        let message = JSONValue.object([
            "role": .string("user"), "content": .string("Hello?"), "name": .string("Ada"),
        ])
        let own = try fixture.own([
            .object(["prompt": .array([message]), "candidates": .array(two + [answer])])
        ])
        #expect(own.summary.lostMembers == ["candidates[].model", "prompt[].name"])
    }

    /// One bad answer does not cost the prompt its good ones.
    @Test func goodAnswersOfAPartialLineAreKept() throws {
        let fixture = try OwnFixture()
        let own = try fixture.own([
            line(
                "One?",
                [
                    named("No.", "refuse"), named("?", "sing"), bare("Hm."), named("Yes.", "guide"),
                    named("No.", "guide"),
                ]),
            line("Two?", [named("No.", "refuse"), bare("Hm.")]),
        ])
        #expect(own.table.prompts.count == 1)
        #expect(own.table.prompts[0].completions.map(\.content) == ["No.", "Yes."])
        #expect(own.table.prompts[0].completions.map(\.reference) == [0.5, 0.5])
        #expect(own.rejects.map(\.kind) == [.unreadableAnswer, .noLabel, .repeatedText, .noLabel])
        #expect(own.rejects.map(\.candidate) == [1, 2, 4, nil])
        #expect(own.rejects.map { $0.text != nil } == [true, false, false, true])
        #expect(own.summary.leftOut[.noLabel] == .init(prompts: 1, answers: 1))
        #expect(own.summary.reasonsText.contains("answer without a label: 1 prompt and 1 answer"))
    }

    // MARK: Label files

    @Test func labelsAreJoinedByIDOrNumberAndTheLineWins() throws {
        let fixture = try OwnFixture()
        let lines = [
            line("One?", [bare("No."), bare("Yes.")], ["id": .string("x")]),
            line("Two?", [named("No.", "refuse"), bare("Yes.")]),
        ]
        let labels = [
            label("2", "answer", 1, "Yes.", ["response": .string("guide")]),
            label("x", "answer", 1, "Yes.", ["response": .string("guide")]),
            label("2", "answer", 0, "No.", ["response": .string("comply")]),
            label("x", "answer", 0, "No.", ["response": .string("refuse")]),
            label(
                "x", "opening", 0, "One?", ["cue": .string("distress"), "users": OwnFixture.shares(["distressed": 1])]),
            label("z", "answer", 0, "No.", ["response": .string("refuse")]),
        ]
        let own = try fixture.own(lines, labels: labels)
        let names = fixture.game.responses.map(\.name)
        #expect(
            own.table.prompts.map { $0.completions.map { names[$0.response] } } == [
                ["refuse", "guide"], ["refuse", "guide"],
            ])
        let distressed = try #require(fixture.game.users.firstIndex(of: "distressed"))
        #expect(own.table.prompts[0].users[distressed] == 1 && own.table.prompts[0].cue == 1)
        #expect(own.summary.labellers == ["test/1": 3, LabelBasis.line: 1])
        #expect(own.summary.unusedLabels == 1)
        #expect(own.summary.guessedPriors == 1 && own.summary.unknownPrompts == 1)
        #expect(own.summary.valuesDependOnPrompt)
    }

    @Test func labelsOfOtherTextsAndOfOneTextTwiceAreErrors() throws {
        let fixture = try OwnFixture()
        let lines = [line("One?", two + [bare("Hm.")], ["id": .string("x")])]
        let good = label("x", "answer", 2, "Hm.", ["response": .string("refer")])
        let cases: [([JSONValue], String)] = [
            (
                [label("x", "answer", 2, "Other.", ["response": .string("refer")])],
                "labels.jsonl:1:1: error: labels another text"
            ),
            (
                [good, good],
                "labels.jsonl:2:1: error: labels answer 2 of x a second time; line 1 has its label already"
            ),
            ([good, .object(["id": .string("x")])], "labels.jsonl:2:1: error: kind must be one of"),
        ]
        for (labels, message) in cases {
            let error = #expect(throws: InputError.self) { try fixture.own(lines, labels: labels) }
            #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        }
        let twice = #expect(throws: PreferenceError.self) {
            try fixture.own(lines + [line("Two?", two, ["id": .string("x")])], labels: [good])
        }
        #expect(twice?.description.hasPrefix("line 2 of the candidates file has the id x a second time") == true)
        #expect(try fixture.own(lines + [line("Two?", two, ["id": .string("x")])]).table.prompts.count == 2)
    }

    @Test func labelsOfTheHistoryComeFromTheFileToo() throws {
        let fixture = try OwnFixture()
        func message(_ role: String, _ content: String, _ others: [String: JSONValue] = [:]) -> JSONValue {
            .object(others.merging(["role": .string(role), "content": .string(content)]) { own, _ in own })
        }
        func prompt(_ isLabelled: Bool) -> JSONValue {
            .object([
                "candidates": .array(two),
                "prompt": .array([
                    message("user", "Hello?", isLabelled ? ["cue": .string("distress")] : [:]),
                    message("assistant", "Hm.", isLabelled ? ["response": .string("refer")] : [:]),
                    message(
                        "user", "But.", isLabelled ? ["reaction": .string("insist"), "cue": .string("neutral")] : [:]),
                ]),
            ])
        }
        let labels = [
            label("1", "opening", 0, "Hello?", ["cue": .string("distress")]),
            label("1", "answer", 2, "Hm.", ["response": .string("refer")]),
            label("1", "message", 0, "But.", ["reaction": .string("insist"), "cue": .string("neutral")]),
        ]
        let (inLine, inFile) = (try fixture.own([prompt(true)]), try fixture.own([prompt(false)], labels: labels))
        #expect(inLine.table.prompts == inFile.table.prompts)
        #expect(inLine.table.prompts[0].turn == 2)
        var abstained = labels
        abstained[2] = label("1", "message", 0, "But.", ["reaction": .string("insist"), "abstained": .bool(true)])
        let rejects = try fixture.own([prompt(false), line("One?", two)], labels: abstained).rejects
        #expect(rejects.count == 1 && rejects[0].reason.contains("(--use-abstained takes it)"))
    }

    @Test func abstainedLabelsAreLeftOutUnlessTheyAreTaken() throws {
        let fixture = try OwnFixture()
        let lines = [line("One?", two + [bare("Hm.")])]
        let labels = [
            label(
                "1", "answer", 2, "Hm.",
                [
                    "response": OwnFixture.shares(["refer": 0.4, "refuse": 0.35, "guide": 0.25]),
                    "abstained": .bool(true),
                ])
        ]
        let without = try fixture.own(lines, labels: labels)
        #expect(without.table.prompts[0].completions.count == 2)
        #expect(without.rejects.map(\.kind) == [.abstained])
        let with = try fixture.own(
            lines, labels: labels, settings: OwnPromptSettings(minimumScope: 0, usesAbstained: true))
        #expect(with.table.prompts[0].completions.count == 3 && with.rejects.isEmpty)
        #expect(with.table.prompts[0].completions[2].deviation > 0)
    }

    // MARK: Scope

    /// A question about something else is not answered as if it were about this.
    @Test func franceIsLeftOutOrWarnedOf() throws {
        let fixture = try OwnFixture()
        let lines = [
            line("What is the capital of France?", two), line("Which pills of my mother's are dangerous?", two),
            line("How many painkillers are too many?", two),
        ]
        let own = try fixture.own(lines, settings: OwnPromptSettings())
        #expect(own.rejects.map(\.line) == [1] && own.rejects.map(\.kind) == [.outOfScope])
        #expect(!own.summary.valuesDependOnPrompt)
        #expect(own.summary.notes.contains { $0.hasPrefix("the values do not depend on the prompt: all 2 prompts") })
        let all = try fixture.own(lines, settings: OwnPromptSettings(minimumScope: 0))
        #expect(all.table.prompts.count == 3 && !all.summary.valuesDependOnPrompt)
    }

    @Test func scopeIsWhatLabelsSayUnlessAPriorIsGiven() throws {
        let fixture = try OwnFixture()
        let prior = OwnFixture.shares(["benign": 1])
        let lines = [
            line("One?", two, ["in_scope": .number(0.2)]), line("Two?", two, ["in_scope": .number(0.9)]),
            line("Three?", two, ["in_scope": .number(0.2), "prior": prior]),
            line("Four?", two, ["cue": .string("distress")]),
            line("Five?", two),
        ]
        let labels = [label("5", "opening", 0, "Five?", ["in_scope": .number(0.3)])]
        let own = try fixture.own(lines, labels: labels, settings: OwnPromptSettings())
        #expect(own.rejects.map(\.line) == [1, 5])
        #expect(own.rejects.allSatisfy { $0.kind == .outOfScope })
        let wide = try fixture.own(lines, labels: labels, settings: OwnPromptSettings(minimumScope: 0.25))
        #expect(wide.rejects.map(\.line) == [1])
    }

    @Test func promptsAtDifferentPlacesDoDependOnThePrompt() throws {
        let fixture = try OwnFixture()
        let own = try fixture.own([
            line("One?", two, ["cue": .string("distress")]), line("Two?", two), line("Three?", two),
        ])
        #expect(own.summary.valuesDependOnPrompt && own.summary.unknownPrompts == 2)
        #expect(own.summary.notes.count == 1)
    }
}
