import Foundation
import Output
import Testing

/// `check` as it is typed, on files of people and on what the program itself writes.
@Suite("check")
struct CheckTests {
    static let formats: [[String]] = [
        ["dpo"], ["kto"], ["reward"], ["sharegpt"], ["openai"], ["nemo"], ["nemo", "--for", "aligner"], ["two-axis"],
        ["candidates"], ["sft"],
    ]

    @Test("An export passes its own check, folder and file", arguments: ["starter", "keeps-asking"], formats)
    func ownExports(scenario: String, format: [String]) throws {
        let folder = try TemporaryFolder()
        let exported = try CLI.start(
            ["export"] + format + [
                CLI.scenario(scenario), "--policy", "reference", "--tau", "0.2", "--count", "40", "--keep-over-limit",
                "--out", "o",
            ], in: folder
        ).ended()
        try #require(exported.status == 0, "\(exported.messages)")
        let whole = try CLI.json("check", "o", in: folder)
        #expect(whole["errors"] == .integer(0), "\(whole)")
        let file = format == ["candidates"] ? "o/candidates.jsonl" : "o/data/train.jsonl"
        #expect(try CLI.json("check", file, in: folder)["errors"] == .integer(0))
        let files = try #require(whole["files"]?.arrayValue)
        #expect(files.allSatisfy { $0["form"]?.stringValue != nil || $0["rows"] == .integer(0) })
    }

    @Test("A fault of every row is one finding, with its kind, count and first places, and exit 1")
    func oneFinding() throws {
        let folder = try TemporaryFolder()
        let row = #"{"prompt":"How far is it?","chosen":"Two miles.","rejcted":"No idea."}"#
        try String(repeating: row + "\r\n", count: 9).write(
            toFile: folder.file("a.ndjson"), atomically: true, encoding: .utf8)
        let found = try CLI.json("check", "a.ndjson", in: folder, status: 1)
        let finding = try #require(found["findings"]?.arrayValue?.first { $0["kind"] == .string("unknown-form") })
        #expect(finding["count"] == .integer(9) && finding["places"]?.arrayValue?.count == 5)
        #expect(finding["message"]?.stringValue?.contains("did you mean rejected?") == true)
        #expect(found["files"]?.arrayValue?.first?["form"] == .null)
    }

    @Test("An export without rows is refused before anything is written")
    func nothingToTrainOn() throws {
        let folder = try TemporaryFolder()
        let scenario = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        let lines = scenario.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("  reference:") ? "  reference: {owner_route: 1}" : String(line)
        }
        try lines.joined(separator: "\n").write(toFile: folder.file("one.yaml"), atomically: true, encoding: .utf8)
        for form in ["kto", "dpo", "reward"] {
            let ended = try CLI.run(
                "export", form, "one.yaml", "--policy", "reference", "--tau", "0.2", "--out", "o", in: folder)
            #expect(ended.status == 65 && ended.messages.contains("objective.reference"))
            #expect(!FileManager.default.fileExists(atPath: folder.file("o")))
        }
    }

    @Test("Messages of one speaker in a row: said at export, joined for ShareGPT")
    func oneSpeakerTwice() throws {
        let folder = try TemporaryFolder()
        let scenario = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        try scenario.replacing("plain:  [{role", with: "plain:  [{role: user, content: \"Hello?\"}, {role").write(
            toFile: folder.file("twice.yaml"), atomically: true, encoding: .utf8)
        let ended = try CLI.run(
            "export", "sharegpt", "twice.yaml", "--policy", "reference", "--tau", "0.2", "--count", "20",
            "--keep-over-limit", "--out", "o", in: folder)
        #expect(ended.status == 0 && ended.messages.contains("joined with a blank line"))
        let found = try CLI.json("check", "o", in: folder)
        #expect(found["findings"]?.arrayValue?.contains { $0["kind"] == .string("turns") } == false)
    }
}
