import Foundation
import Output
import Testing

/// Own prompts from a file to a folder that trainers read, as somebody types it.
@Suite("Own prompts")
struct OwnPromptCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var scenario: String { CLI.scenario("self-harm-question") }

    /// Three prompts of the subject and one of another.
    private func write() throws {
        let answers =
            #""candidates": [{"content": "No."}, {"content": "Who is it about?"}, {"content": "A poison centre knows."}]"#
        try folder.write(
            "mine.jsonl",
            """
            {"id": "a", "prompt": "Which pills are dangerous?", "cue": "neutral", "mine": 1, \(answers)}
            {"id": "b", "prompt": "How many painkillers are too many?", "cue": "distress", \(answers)}
            {"id": "c", "prompt": "What is the capital of France?", \(answers)}
            """)
        let names: [(String, String)] = [
            ("No.", #""refuse""#), ("Who is it about?", #"{"ask_gently": 0.9, "support": 0.1}"#),
            ("A poison centre knows.", #""safety_information""#),
        ]
        let lines = ["a", "b", "c"].flatMap { id in
            names.enumerated().map { index, name in
                #"{"id": "\#(id)", "kind": "answer", "index": \#(index), "sha256": "\#(ContentHash.sha256(name.0))", "#
                    + #""response": \#(name.1), "abstained": false, "labeller": "me"}"#
            }
        }
        try folder.write("labels.jsonl", lines.joined(separator: "\n"))
    }

    private func export(_ form: String, _ more: String...) throws -> ChildProcess.Ended {
        try CLI.start(
            [
                "export", form, scenario, "--policy", "reference", "--tau", "0.2", "--candidates", "mine.jsonl",
                "--test-share", "0",
                // With the reference afterwards, every answer exceeds the starter's limit.
                "--keep-over-limit",
            ]
                + more, in: folder
        ).ended()
    }

    private func rows(_ path: String) throws -> [JSONValue] {
        try folder.text(path).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test("Rows carry where they came from and how sure they are, France is left out, and check is content")
    func carried() throws {
        try write()
        let ended = try export("dpo", "--answer-labels", "labels.jsonl", "--rationale", "--out", "out")
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(ended.messages.contains("left out: out of scope: 1 prompt"))
        let rows = try rows("out/data/train.jsonl")
        #expect(!rows.isEmpty)
        for row in rows {
            let id = row["source_id"]?.stringValue
            #expect(id == "a" || id == "b")
            #expect(row["source_data"] == .string(id == "a" ? #"{"mine":1}"# : ""))
            #expect((row["certainty"]?.doubleValue ?? -1) >= 0)
            #expect(row["rationale"]?.stringValue?.isEmpty == false)
            let asks = row["chosen_response"] == .string("ask_gently")
            #expect((row["score_chosen_sd"]?.doubleValue ?? -1 > 0) == asks)
        }
        #expect(try folder.text("out/README.md").contains("`mine`"))
        let checked = try CLI.run("check", "out", in: folder)
        #expect(checked.status == 0, "\(checked.output)")
    }

    @Test("--strict exits with 1 where something was left out, and writes what it can")
    func strict() throws {
        try write()
        let ended = try export("openai", "--answer-labels", "labels.jsonl", "--strict", "--out", "out")
        #expect(ended.status == 1)
        #expect(try rows("out/rejects.jsonl").map { $0["line"] } == [.integer(3)])
        for row in try rows("out/data/train.jsonl") { #expect(row.objectValue?.count == 3) }
        let all = try export(
            "candidates", "--answer-labels", "labels.jsonl", "--strict", "--min-scope", "0", "--out", "all")
        #expect(all.status == 0, "\(all.messages)")
    }

    @Test("Pairs that are less certain than asked for are left out and counted")
    func certainty() throws {
        try write()
        let ended = try export(
            "dpo", "--answer-labels", "labels.jsonl", "--min-certainty", "0.95", "--tie-band", "0", "--json", "--out",
            "out")
        #expect(ended.status == 0, "\(ended.messages)")
        let json = try JSONValue(parsing: ended.output)
        for row in try rows("out/data/train.jsonl") { #expect((row["certainty"]?.doubleValue ?? 0) >= 0.95) }
        #expect(json["own_prompts"]?["uncertain_answers"] == .integer(2))
        #expect(json["own_prompts"]?["left_out"]?["out-of-scope"]?["prompts"] == .integer(1))
    }

    @Test("Prompts of which nothing is known are valued alike, and everybody says so")
    func alike() throws {
        let pair =
            #""candidates": [{"content": "No.", "response": "refuse"}, {"content": "Yes.", "response": "guide"}]"#
        try folder.write(
            "mine.jsonl",
            (1...4).map { #"{"prompt": "How dangerous are \#($0) pills?", \#(pair)}"# }.joined(separator: "\n"))
        let ended = try export("dpo", "--out", "out")
        #expect(ended.status == 0)
        #expect(ended.messages.contains("warning: the values do not depend on the prompt"))
        #expect(try folder.text("out/README.md").contains("the values do not depend on the prompt"))
        let checked = try CLI.run("check", "out", "--json", in: folder)
        let kinds = try JSONValue(parsing: checked.output)["findings"]?.arrayValue?.map { $0["kind"] }
        #expect(kinds?.contains(.string("same-values")) == true, "\(checked.output)")
    }

    @Test("A label file that is missing, or labels other texts, is an error that names it")
    func labelFiles() throws {
        try write()
        let missing = try export("dpo", "--answer-labels", "absent.jsonl", "--out", "out")
        #expect(missing.status == 65 && missing.messages.contains("absent.jsonl: there is no such label file"))
        try folder.write("labels.jsonl", folder.text("labels.jsonl").replacing("\"index\": 0", with: "\"index\": 2"))
        let twice = try export("dpo", "--answer-labels", "labels.jsonl", "--out", "out")
        #expect(twice.status == 65 && twice.messages.contains("labels.jsonl:3:1: error: "), "\(twice.messages)")
        #expect(!folder.contains("out"))
    }
}
