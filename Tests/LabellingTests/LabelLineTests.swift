import ExampleScenarios
import GameModel
import Labelling
import Output
import Scenarios
import Testing

@Suite("Lines of texts")
struct LabelLineTests {
    private static func scheme() throws -> LabelScheme {
        let scenario = try Scenario.parse(
            try #require(ExampleScenarios.all.first { $0.name == "self-harm-question" }).text, file: "s.yaml")
        return LabelScheme(scenario: scenario.name, game: scenario.game)
    }

    private func read(_ text: String, scheme: LabelScheme? = nil) throws -> LabelLine {
        try LabelLine(TextLine(number: 7, bytes: Array(text.utf8)), scheme: scheme)
    }

    @Test("A prompt's texts are its messages and its answers; a candidate's index is its place")
    func prompt() throws {
        let line = try read(
            #"""
            {"prompt": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"}], "candidates": [{"content": "d"}, {"content": "e"}]}
            """#)
        #expect(line.id == "7")
        #expect(
            line.entries.map { "\($0.text.kind) \($0.text.index) \($0.text.content) \($0.text.before.count)" } == [
                "opening 0 a 0", "answer 2 b 1", "message 0 c 2", "answer 0 d 3", "answer 1 e 3",
            ])
    }

    @Test("Parts of text are a text, and a developer's message is the system's, as chat APIs have them")
    func parts() throws {
        let line = try read(
            #"""
            {"messages": [{"role": "developer", "content": "be kind"},
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "c"}]}]}
            """#)
        #expect(line.entries.map(\.text.content) == ["a\nb", "c"])
        #expect(line.entries[1].text.before.map(\.role) == [.system, .user])
        for part in [#"{"type": "image_url", "image_url": {"url": "x"}}"#, #"{"type": "text"}"#, "1"] {
            #expect(throws: LineError.self) {
                try read(#"{"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, \#(part)]}]}"#)
            }
        }
    }

    @Test("A conversation of very many messages takes memory for its messages, not for all pairs of them")
    func long() throws {
        // Pairs would be 2 · 10⁸ messages of some dozen bytes.
        let exchange = #"{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}"#
        let messages = Array(repeating: exchange, count: 10_000).joined(separator: ", ")
        let entries = try read(#"{"messages": [\#(messages)]}"#).entries
        #expect(entries.count == 20_000)
        #expect(entries.last?.text.before.count == 19_999 && entries[1].text.before.map(\.content) == ["a"])
        #expect(entries.last?.text == entries.last?.text && entries[18_000].text != entries[18_002].text)
    }

    @Test("Labels of a line belong to the last message of its prompt, and to each answer")
    func given() throws {
        let line = try read(
            #"""
            {"id": "x", "prompt": "a", "cue": "distress", "prior": {"benign": 1},
            "candidates": [{"content": "d", "response": {"refuse": 0.25, "refer": 0.75}},
            {"content": "e", "features": {"empathy": {"mean": 0.5, "sd": 0.1}, "inquiry": 1}}]}
            """#, scheme: try Self.scheme())
        #expect(line.entries[0].given?.cue == [0, 1, 0])
        #expect(line.entries[1].given?.response?.prefix(3) == [0.25, 0.75, 0])
        #expect(line.entries[2].given?.features?.prefix(2).map(\.mean) == [0.5, 1])
        #expect(line.entries[2].given?.features?.prefix(2).map(\.deviation) == [0.1, 0])
    }

    @Test(
        "What is wrong is named",
        arguments: [
            (
                #"{"prompt": "a", "candidates": [{"content": "d", "response": "refus"}]}"#,
                "candidates[0]: response is refus"
            ),
            (#"{"prompt": "a", "candidates": [{"content": "d", "response": {"refuse": 0.5}}]}"#, "sums to 0.5"),
            (#"{"prompt": "a", "candidates": [{"content": ""}]}"#, "candidates[0].content"),
            (
                #"{"prompt": [{"role": "assistant", "content": "x"}], "candidates": [{"content": "y"}]}"#,
                "begin with a user"
            ),
            (#"{"id": "q"}"#, "neither prompt and candidates"),
            (#"{"content": 3}"#, "content must be a text"),
            ("{", "is not JSON"),
        ])
    func wrong(_ text: String, _ part: String) throws {
        let error = try #require(throws: LineError.self) { try read(text, scheme: try Self.scheme()) }
        #expect(error.problem.contains(part), "\(error)")
        #expect(error.line == 7)
    }

    @Test("A record reads back as it was written")
    func record() throws {
        let scheme = try Self.scheme()
        let text = UnlabelledText(id: "x", kind: .answer, index: 3, content: "ä", before: [])
        let label = TextLabel(
            response: [0.5, 0, 0, 0.5, 0, 0, 0],
            features: scheme.features.map { _ in .init(mean: 0.25, deviation: 0.125) }, isAbstained: true,
            labeller: "hand")
        let record = LabelRecord(text, label)
        #expect(try LabelRecord(record.json(scheme), scheme) == record)
    }
}
