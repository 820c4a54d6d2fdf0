import Files
import Foundation
import GameModel
import Preferences
import Testing

/// What `check` finds, and that it finds nothing in our own files.
@Suite struct FormatsAuditTests {
    private func messages(_ lines: String...) -> [String] {
        var audit = DatasetAudit(users: ["owner", "thief"])
        audit.add(file: "a", bytes: Array(lines.joined(separator: "\n").utf8))
        return audit.findings.map { "\($0.line ?? 0) \($0.message)" }
    }

    private func pair(
        prompt: String = #"{"content":"q","role":"user"}"#, chosen: String = #"{"content":"x","role":"assistant"}"#,
        rejected: String = #"{"content":"y","role":"assistant"}"#, more: String = ""
    ) -> String {
        "{\"prompt\":[\(prompt)],\"chosen\":[\(chosen)],\"rejected\":[\(rejected)]\(more)}"
    }

    @Test func trapsAreFound() {
        let assistant = #"{"content":"x","role":"assistant"}"#
        let user = #"{"content":"q","role":"user"}"#
        #expect(messages(pair()).isEmpty)
        #expect(messages(pair(rejected: assistant)) == ["1 chosen and rejected are the same"])
        #expect(messages(pair(chosen: user + "," + assistant)) == ["1 chosen repeats the prompt"])
        #expect(messages(pair(chosen: assistant + "," + assistant)) == ["1 chosen has 2 messages"])
        #expect(messages(pair(prompt: user + "," + assistant)) == ["1 the prompt ends in a message of the assistant"])
        #expect(messages(pair(prompt: assistant + "," + user)) == ["1 the prompt begins with the assistant"])
        #expect(messages(pair(more: #","images":[]"#)) == ["1 a column named images in preference pairs"])
        #expect(messages(pair(more: #","margin":0.5"#)) == ["1 a column named margin"])
        #expect(messages(pair(more: #","who":"thief""#)).first == "1 the column who tells the hidden user type")
        #expect(messages("{") == ["1 this is not JSON: byte 2: a member needs a name in quotes"])
    }

    @Test func wholeNumbersBeforeRealOnesAreFound() {
        let found = messages(pair(more: #","score":1"#), pair(more: #","score":0.5"#))
        #expect(found == ["2 score is number, and whole number in the first row"])
    }

    @Test func ownFilesAreClean() throws {
        let fixture = try FormatsFixture()
        for (_, format) in FormatsGoldenTests.formats where format != .reward(marginColumn: true) {
            let audit = try audit(FormatsFolder().write(fixture.dataset(format), format), users: ["landlord"])
            #expect(audit.rows > 0 && audit.findings.isEmpty, "\(format): \(audit.findings)")
            // The owner of a phone is spoken of in the starter's texts, which is no leak, and is said once a file.
            let warned = try self.audit(
                FormatsFolder().write(fixture.dataset(format), format), users: ["owner", "thief"])
            #expect(warned.errors == 0 && warned.warnings <= 2)
        }
    }

    /// Looks through a written folder as the command does, with its manifest.
    private func audit(_ files: [String: String], users: [String]) throws -> DatasetAudit {
        let manifest = ManifestAudit(name: "manifest.json", Array((files["manifest.json"] ?? "").utf8))
        var audit = DatasetAudit(users: users, repeatsAreMeant: manifest.repeatsAreMeant)
        for (name, text) in files.sorted(by: { $0.key < $1.key }) where name.hasSuffix("jsonl") {
            audit.add(file: name, bytes: Array(text.utf8))
        }
        return audit
    }

    @Test func labelsThatContradictTheirScoresAreFound() {
        func row(_ probability: String, beta: String = "0.5", chosen: String = "x") -> String {
            pair(
                chosen: "{\"content\":\"\(chosen)\",\"role\":\"assistant\"}",
                more: ",\"p_chosen\":\(probability),\"score_chosen\":0.4,\"score_rejected\":0.2,\"beta\":\(beta),"
                    + "\"tau\":0.2")
        }
        // σ(0.5 · 0.2 / 0.2) and σ(1.0 · 0.2 / 0.2).
        #expect(messages(row("0.6224593312018546")).isEmpty)
        #expect(messages(row("0.75")).count == 1)
        #expect(messages(row("0.75"))[0].hasPrefix("1 p_chosen is 0.75, and σ("))
        let two = messages(row("0.6224593312018546"), row("0.7310585786300049", beta: "1.0", chosen: "z"))
        #expect(two == ["2 beta and tau are 1.0 and 0.2, and 0.5 and 0.2 in the first row"])
    }

    @Test func speakersWhoDoNotTakeTurnsAreFound() {
        let human = #"{"from":"human","value":"q"}"#
        let model = #"{"from":"gpt","value":"a"}"#
        func row(_ turns: String...) -> String {
            "{\"conversations\":[\(turns.joined(separator: ","))],\"chosen\":{\"from\":\"gpt\",\"value\":\"x\"},"
                + "\"rejected\":{\"from\":\"gpt\",\"value\":\"y\"}}"
        }
        #expect(messages(row(human, model, human)).isEmpty)
        #expect(
            messages(row(human, model, human, human)) == ["1 message 4 of conversations is of user, as the one before"])
        #expect(
            messages(row(#"{"from":"system","value":"s"}"#, human, human))
                == ["1 message 3 of conversations is of user, as the one before"])
        let user = #"{"content":"q","role":"user"}"#
        #expect(messages(pair(prompt: user + "," + user)) == ["1 message 2 of prompt is of user, as the one before"])
    }

    @Test func repeatedRowsAreCountedOnce() {
        let other = pair(rejected: #"{"content":"z","role":"assistant"}"#)
        #expect(
            messages(pair(), other, pair(), pair())
                == ["3 2 rows say the same as an earlier row, the first of them here"])
        var meant = DatasetAudit(users: [], repeatsAreMeant: true)
        meant.add(file: "a", bytes: Array([pair(), pair()].joined(separator: "\n").utf8))
        #expect(meant.findings.isEmpty)
    }

    @Test func namesOfUserTypesInTextsAreFoundAsWords() {
        func row(_ text: String) -> String { pair(prompt: "{\"content\":\"\(text)\",\"role\":\"user\"}") }
        #expect(messages(row("thieves and owners")).isEmpty)
        #expect(
            messages(row("q"), row("I am a Thief."), row("a thief!"))
                == ["2 the name of the user type thief stands as a word in the texts of 2 rows, first here"])
        var audit = DatasetAudit(users: ["worried_parent"])
        audit.add(file: "a", bytes: Array(row("as a worried parent I ask").utf8))
        #expect(audit.warnings == 1 && audit.errors == 0)
    }

    @Test func promptsInTwoFilesAreFound() {
        var audit = DatasetAudit(users: [])
        audit.add(file: "train", bytes: Array(pair().utf8))
        audit.add(file: "test", bytes: Array("\n\(pair())".utf8))
        #expect(
            audit.findings.map { "\($0.file):\($0.line ?? 0) \($0.message)" } == [
                "test:2 its prompt also stands in train"
            ])
    }

    @Test func findingsAreCountedBeyondThoseThatAreShown() {
        var audit = DatasetAudit(users: [])
        audit.begin("a")
        for line in 1...(DatasetAudit.shown + 5) { audit.add(line: line, Array("{".utf8)) }
        audit.end()
        #expect(audit.errors == DatasetAudit.shown + 5 && audit.findings.count == DatasetAudit.shown)
    }

    @Test func filesThatAreNotAsTheManifestSaysAreFound() throws {
        let folder = try FormatsFolder()
        let written = try folder.write(try FormatsFixture().dataset(.dpo), .dpo)
        let root = folder.path + "/out/"
        let manifest = ManifestAudit(name: "manifest.json", Array((written["manifest.json"] ?? "").utf8))
        func findings() throws -> [String] {
            var found: [String: LineReader.Summary] = [:]
            for path in manifest.paths where FileManager.default.fileExists(atPath: root + path) {
                found[path] = try LineReader.read(path: root + path) { _, _ in }
            }
            let data = try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix("jsonl") }
                .sorted()
            return manifest.findings(folder: "f", found: found, data: data).map { "\($0.file) \($0.message)" }
        }
        #expect(try findings().isEmpty && manifest.repeatsAreMeant)
        let rows = written["data/train.jsonl"] ?? ""
        try (rows + rows).write(toFile: root + "data/train.jsonl", atomically: true, encoding: .utf8)
        let count = rows.split(separator: "\n").count
        #expect(try findings() == ["f/data/train.jsonl it has \(2 * count) rows, and the manifest says \(count)"])
        try rows.replacing("1", with: "2").write(toFile: root + "data/train.jsonl", atomically: true, encoding: .utf8)
        #expect(try findings() == ["f/data/train.jsonl its SHA-256 is not the manifest's"])
        try rows.write(toFile: root + "data/train.jsonl", atomically: true, encoding: .utf8)
        try "{}\n".write(toFile: root + "data/more.jsonl", atomically: true, encoding: .utf8)
        try FileManager.default.removeItem(atPath: root + "data/test.jsonl")
        #expect(
            try findings() == [
                "f/data/test.jsonl the manifest names it, and it is not there",
                "f/data/more.jsonl the manifest does not name it",
            ])
        let outside = ManifestAudit(name: "m", Array(#"{"files":[{"path":"../x"}]}"#.utf8))
        #expect(outside.paths.isEmpty)
        #expect(
            outside.findings(folder: "f", found: [:], data: []).map(\.message)
                == ["the manifest names a file outside the folder"])
        #expect(ManifestAudit(name: "m", [0x7B]).findings(folder: "f", found: [:], data: []).count == 1)
    }
}
