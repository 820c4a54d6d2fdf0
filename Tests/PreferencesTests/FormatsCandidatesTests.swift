import ExactEvaluation
import Foundation
import GameModel
import Output
import Preferences
import Scenarios
import Testing

/// Prompts and answers from elsewhere.
@Suite struct FormatsCandidatesTests {
    /// A response's features as JSON.
    private func features(_ response: Response, _ fixture: FormatsFixture) throws -> String {
        let members = zip(fixture.scenario.game.features, response.features).map { ($0, JSONValue.number($1)) }
        return try JSONValue.object(Dictionary(uniqueKeysWithValues: members)).text()
    }

    @Test func featuresOfAResponseAreWorthWhatTheResponseIs() throws {
        let fixture = try FormatsFixture()
        let responses = fixture.scenario.game.responses
        let candidates = try responses.flatMap { response in
            [
                "{\"content\":\"as \(response.name)\",\"response\":\"\(response.name)\"}",
                "{\"content\":\"like \(response.name)\",\"features\":\(try features(response, fixture)),"
                    + "\"cost\":\(response.cost)}",
            ]
        }.joined(separator: ",")
        for cue in ["", "\"cue\":\"\(fixture.scenario.game.cues[0])\","] {
            let own = try fixture.own(["{\"prompt\":\"Hello?\",\(cue)\"candidates\":[\(candidates)]}"])
            let completions = own.table.prompts[0].completions
            #expect(own.rejects.isEmpty)
            for index in responses.indices {
                let (named, featured) = (completions[2 * index], completions[2 * index + 1])
                #expect(abs(named.value - featured.value) < 1e-12)
                #expect(abs((named.safe ?? 0) - (featured.safe ?? 1)) < 1e-12)
            }
        }
    }

    /// A byte order mark or other line ends lose no prompt and change no text.
    @Test(arguments: ["\u{FEFF}", "\r\n", "\r", "\n\n"]) func everySpellingOfAFileIsTheSame(spelling: String) throws {
        let fixture = try FormatsFixture()
        let lines = ["First?", "Second \u{2028}?"].map {
            "{\"prompt\":\"\($0)\",\"candidates\":[{\"content\":\"a\",\"response\":\"refuse\"},"
                + "{\"content\":\"b\",\"response\":\"bypass\"}]}"
        }
        let text =
            spelling == "\u{FEFF}"
            ? spelling + lines.joined(separator: "\n") : lines.joined(separator: spelling) + spelling
        let (own, plain) = try (fixture.own([text]), fixture.own(lines))
        #expect(own.rejects.isEmpty && own.table.prompts.map(\.id) == plain.table.prompts.map(\.id))
        #expect(own.table.prompts.count == 2)
    }

    @Test func bytesThatAreNoTextAreAnErrorAndLoseNothing() throws {
        let fixture = try FormatsFixture()
        for (text, place) in [("\0{}", "1:1"), ("{}\n{\"prompt\": \"\0\"}", "2:13"), ("[{}]", "1:1")] {
            let error = #expect(throws: LineError.self) { try fixture.own([text]) }
            #expect(error?.description.hasPrefix("\(place): error: ") == true, "\(error?.description ?? "")")
        }
    }

    @Test func valuesWithoutACueAreTheMeanOverCues() throws {
        let fixture = try FormatsFixture()
        let own = try fixture.own([
            "{\"prompt\":\"?\",\"candidates\":[{\"content\":\"a\",\"response\":\"refuse\"},"
                + "{\"content\":\"b\",\"response\":\"bypass\"}]}"
        ])
        let game = fixture.scenario.game
        var expected = 0.0
        for cue in game.cues.indices {
            let opened = try Belief.opening(cue, game: game)
            let node = fixture.source.controller.memory.initial[cue].entries[0].node
            expected +=
                opened.likelihood
                * fixture.source.actionValues.expected(belief: opened.belief, turn: 1, node: node)[0]
        }
        #expect(abs(own.table.prompts[0].completions[0].value - expected) < 1e-12)
    }

    @Test func textsComeOutUnchangedAndRejectsSayWhy() throws {
        let fixture = try FormatsFixture()
        let text = "Zoë: e\u{301}\\n\\t\\\"quoted\\\" 🐚  two spaces "
        let good =
            "{\"prompt\":\"\(text)\",\"candidates\":[{\"content\":\"\(text)1\",\"response\":\"refuse\"},"
            + "{\"content\":\"\(text)2\",\"response\":\"bypass\"},{\"content\":\"\(text)1\",\"response\":\"bypass\"}]}"
        let pair =
            "\"candidates\":[{\"content\":\"a\",\"response\":\"refuse\"},{\"content\":\"b\",\"response\":\"bypass\"}]}"
        let own = try fixture.own([
            good, "nonsense", "{\"prompt\":[{\"role\":\"assistant\",\"content\":\"x\"}],\(pair)",
            "{\"prompt\":\"x\",\"prior\":{\"nobody\":1.0},\(pair)", good,
            "{\"prompt\":\"y\",\"candidates\":[{\"content\":\"a\",\"response\":\"sing\"},{}]}",
        ])
        let reasons = own.rejects.map { "\($0.line) \($0.reason)" }
        #expect(reasons.count == 6)
        #expect(reasons[0] == "1 candidates[0] has the same text")
        #expect(reasons[1].hasPrefix("2 this is not JSON"))
        #expect(reasons[2] == "3 the prompt must end in a user message")
        #expect(reasons[3].hasPrefix("4 prior names nobody; the user types are"))
        #expect(reasons[4] == "5 line 1 has the same prompt")
        #expect(
            reasons[5].hasPrefix(
                "6 fewer than 2 answers can be used: candidates[0]: response is sing; it must be one of"))
        let files = try FormatsFolder().write(fixture.dataset(.openai, own: own), .openai)
        let rows = (files["data/train.jsonl"] ?? "") + (files["data/test.jsonl"] ?? "")
        #expect(rows.contains("\"\(text)\"") && rows.contains("\"\(text)1\""))
        #expect(try formatRows(files["rejects.jsonl"] ?? "").count == 6)
    }

    @Test func referenceProbabilitiesAreTakenAsGiven() throws {
        let fixture = try FormatsFixture()
        func line(_ shares: [String?]) -> String {
            let names = ["refuse", "bypass"]
            let items = zip(names, shares).map { name, share in
                "{\"content\":\"\(name)\",\"response\":\"\(name)\"\(share.map { ",\"reference_probability\":\($0)" } ?? "")}"
            }
            return "{\"prompt\":\"?\",\"candidates\":[\(items.joined(separator: ","))]}"
        }
        let completions = try fixture.own([line(["0.75", "0.25"])]).table.prompts[0].completions
        #expect(completions.map(\.reference) == [0.75, 0.25])
        let odds = completions[0].target / completions[1].target
        let expected = 3 * exp((completions[0].value - completions[1].value) / fixture.source.temperature)
        #expect(abs(odds - expected) < 1e-9 * expected)
        let reasons = try fixture.own([
            line([nil, nil]), line(["0.5", nil]), line(["0.5", "0.6"]), line(["1.0", "0.0"]),
        ]).rejects.map(\.reason)
        #expect(reasons.count == 3)
        #expect(reasons[0].hasPrefix("candidates[1]: reference_probability must be above 0"))
        #expect(reasons[1].hasPrefix("reference_probability sums to 1.1"))
        #expect(reasons[2].hasPrefix("candidates[1]: reference_probability must be above 0"))
    }
}
