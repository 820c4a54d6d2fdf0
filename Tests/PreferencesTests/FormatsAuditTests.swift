import Foundation
import GameModel
import Output
import Preferences
import Testing

/// What `check` finds, and that it finds nothing in our own files.
@Suite struct FormatsAuditTests {
    private func messages(_ lines: String...) -> [String] {
        var audit = DatasetAudit(users: ["owner", "thief"])
        audit.add(file: DataFile(name: "a"), bytes: Array(lines.joined(separator: "\n").utf8))
        return audit.findings.map { "\($0.line ?? 0) \($0.message)" + ($0.count > 1 ? " (\($0.count))" : "") }
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
        #expect(messages(pair(more: #","tools":[{"type":"function"}]"#)).isEmpty)
        #expect(messages(pair(chosen: user + "," + assistant)) == ["1 chosen repeats the prompt"])
        #expect(messages(pair(chosen: assistant + "," + assistant)) == ["1 chosen has 2 messages"])
        #expect(messages(pair(prompt: user + "," + assistant)) == ["1 the prompt ends in a message of the assistant"])
        #expect(messages(pair(prompt: assistant + "," + user)) == ["1 the prompt begins with the assistant"])
        #expect(messages(pair(more: #","images":[]"#)) == ["1 a column named images in preference pairs"])
        #expect(messages(pair(more: #","margin":0.5"#)) == ["1 a column named margin"])
        #expect(messages(pair(more: #","who":"thief""#)).first == "1 the column who tells the hidden user type")
        #expect(messages("{a") == ["1 this is not JSON: byte 2: a member needs a name in quotes"])
    }

    /// A loader takes the type of a column from the first file: whole numbers there, and half ones later, kill the load.
    @Test func wholeNumbersBeforeRealOnesAreFound() {
        func found(_ first: String, _ second: String) -> [String] {
            let names = ["train-0.jsonl", "train-1.jsonl"]
            var audit = DatasetAudit()
            for (file, more) in zip(DataFile.files(names, in: "f", hasConfigs: false), [first, second]) {
                audit.add(file: file, bytes: Array(pair(chosen: answer(file.name), more: more).utf8))
            }
            return audit.findings.map { "\($0.severity) \($0.file) \($0.message)" }
        }
        #expect(
            found(#","score":1"#, #","score":0.5"#) == [
                "error f/train-1.jsonl score: numbers with a fraction after whole numbers"
            ])
        #expect(found(#","score":0.5"#, #","score":1"#).isEmpty)
        #expect(found("", #","source":"web""#) == ["error f/train-1.jsonl source: a column that was not there before"])
        #expect(found(#","source":"web""#, "").isEmpty)
        #expect(messages(pair(more: #","score":1"#), pair(chosen: answer("z"), more: #","score":0.5"#)).isEmpty)
    }

    private func answer(_ text: String) -> String { "{\"content\":\"\(text)\",\"role\":\"assistant\"}" }

    @Test func ownFilesAreClean() throws {
        let fixture = try FormatsFixture()
        for (_, format) in FormatsGoldenTests.formats where format != .reward(marginColumn: true) {
            let audit = try audit(FormatsFolder().write(fixture.dataset(format), format), users: ["landlord"])
            // The starter's third response is a placeholder, which quota labels choose now and then.
            let others = audit.findings.filter { $0.kind != .placeholder }
            #expect(audit.rows > 0 && others.isEmpty, "\(format): \(others)")
            #expect(audit.files.allSatisfy { $0.form != nil || $0.rows == 0 })
            // The owner of a phone is spoken of in the starter's texts, which is no leak, and is said once.
            let warned = try self.audit(
                FormatsFolder().write(fixture.dataset(format), format), users: ["owner", "thief"])
            #expect(warned.errors == 0 && warned.findings.count { $0.kind == .userTypeNamed } <= 2)
        }
    }

    /// Looks through a written folder as the command does, with its manifest.
    private func audit(_ files: [String: String], users: [String]) throws -> DatasetAudit {
        let manifest = ManifestAudit(name: "manifest.json", Array((files["manifest.json"] ?? "").utf8))
        var audit = DatasetAudit(users: users, manifest: manifest)
        let names = files.keys.filter { $0.hasSuffix("jsonl") }.sorted()
        for file in DataFile.files(names, in: "out", hasConfigs: false) {
            audit.add(file: file, bytes: Array((files[String(file.name.dropFirst(4))] ?? "").utf8))
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
        #expect(messages(pair(), other, pair(), pair()) == ["3 the row says the same as an earlier row (2)"])
        let manifest = ManifestAudit(name: "m", Array(#"{"files":[],"label_mode":"quota"}"#.utf8))
        var meant = DatasetAudit(manifest: manifest)
        meant.add(file: DataFile(name: "a"), bytes: Array([pair(), pair()].joined(separator: "\n").utf8))
        #expect(meant.findings.isEmpty)
    }

    @Test func namesOfUserTypesInTextsAreFoundAsWords() {
        func row(_ text: String) -> String { pair(prompt: "{\"content\":\"\(text)\",\"role\":\"user\"}") }
        #expect(messages(row("thieves and owners")).isEmpty)
        #expect(
            messages(row("q"), row("I am a Thief."), row("a thief!"))
                == ["2 the name of the user type thief stands as a word in the texts (2)"])
        var audit = DatasetAudit(users: ["worried_parent"])
        audit.add(file: DataFile(name: "a"), bytes: Array(row("as a worried parent I ask").utf8))
        #expect(audit.warnings == 1 && audit.errors == 0)
    }

    @Test func promptsInTwoSplitsAreFound() {
        func found(_ names: [String]) -> [String] {
            var audit = DatasetAudit()
            for (index, file) in DataFile.files(names, in: "f", hasConfigs: false).enumerated() {
                audit.add(file: file, bytes: Array("\n\(pair(chosen: answer("\(index)")))".utf8))
            }
            return audit.findings.map { "\($0.severity) \($0.file):\($0.line ?? 0) \($0.message)" }
        }
        #expect(found(["test.jsonl", "train.jsonl"]) == ["error f/test.jsonl:2 its prompt also stands in train"])
        #expect(
            found(["data/train-00000-of-00001.jsonl", "data/dev.jsonl"])
                == ["error f/data/dev.jsonl:2 its prompt also stands in train"])
        #expect(
            found(["train.jsonl", "holdout.jsonl"]) == ["warning f/holdout.jsonl:2 its prompt also stands in train"])
        #expect(found(["train-0.jsonl", "train-1.jsonl"]).isEmpty)
        #expect(found(["part-0.jsonl", "part-1.jsonl"]).isEmpty)
    }

    @Test func aKindIsOneFindingHoweverOftenItIsFound() {
        var audit = DatasetAudit()
        audit.begin(DataFile(name: "a"))
        for line in 1...2000 { audit.add(TextLine(number: line, bytes: Array("{".utf8))) }
        audit.end(problem: nil)
        #expect(audit.errors == 1 && audit.findings.first?.count == 2000)
        #expect(audit.findings.first?.places.compactMap(\.line) == [1, 2, 3, 4, 5])
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
