import Foundation
import Output
import Preferences
import Testing

/// What `check` makes of the bytes of files and of the files of folders: as `datasets` 5.2 does, which was tried with each of these.
@Suite struct AuditFileTests {
    private static let row = #"{"prompt":"How far is it?","chosen":"Two miles.","rejected":"No idea."}"#
    private static let other = #"{"prompt":"Is it open?","chosen":"Until six.","rejected":"Who knows."}"#

    private func audit(_ bytes: [UInt8]) -> DatasetAudit {
        var audit = DatasetAudit()
        audit.add(file: DataFile(name: "a"), bytes: bytes)
        return audit
    }

    /// Texts that are loaded, with their numbers of rows.
    static let loaded: [(name: String, text: String, rows: Int)] = [
        ("byte order mark", "\u{FEFF}\(row)\n\(other)\n", 2),
        ("CRLF and blank lines", "\(row)\r\n\r\n  \r\n\(other)\r\n", 2),
        ("CR", "\(row)\r\(other)", 2), ("two in a line", row + other + "\n", 2),
        ("no last line end", "\(row)\n\(other)", 2),
        ("one over several lines", row.replacing(",", with: ",\n  ") + "\n" + other, 2),
        ("an array", "[\(row),\n \(other)]\n", 2),
        ("a line separator in a text", row.replacing("far", with: "f\u{2028}r"), 1),
        ("an escaped pair", row.replacing("far", with: #"\ud83d\ude00"#), 1),
        ("an escaped NUL", row.replacing("far", with: #"f\u0000r"#), 1),
        ("braces in texts", row.replacing("far", with: #"{[\"}"#), 1),
    ]

    @Test(arguments: loaded.indices) func whatIsLoadedIsRead(index: Int) {
        let (name, text, rows) = Self.loaded[index]
        let found = audit(Array(text.utf8))
        #expect(found.findings.isEmpty && found.rows == rows, "\(name): \(found.findings.map(\.message))")
        #expect(found.files.first?.form == "TRL preference, explicit prompt, plain text")
    }

    /// Eight rows with other texts.
    private static func rows(chosen: (Int) -> String) -> String {
        let words = ["far", "old", "wide", "deep", "dear", "loud", "cold", "rare"]
        return words.indices.map { index in
            #"{"prompt":"How \#(words[index]) is it really?","chosen":"\#(chosen(index))","rejected":"Not \#(words[index])."}"#
        }.joined(separator: "\n")
    }

    @Test(arguments: [
        ("[redacted: steps 1/2]", true), ("[placeholder: a safe answer]", true), ("[the model's answer]", true),
        ("[what works on any phone]", true), ("TODO", true), ("['text', 'answer']", false), ("<text/>", false),
        ("{text: 1}", false), ("[1, 2]", false), ("[sic] The text.", false), ("[x: y z w v]", false),
    ]) func placeholdersAreTextsInBracketsThatNameNothing(text: String, isOne: Bool) {
        let found = audit(Array(Self.rows { $0 == 3 ? text : "It is, by \($0) feet." }.utf8)).findings
        #expect(found.contains { $0.kind == .placeholder } == isOne, "\(found.map(\.message))")
    }

    @Test func whatEightRowsHaveInCommonIsNoChance() {
        func kinds(_ rows: Int, _ chosen: (Int) -> String) -> [Finding.Kind] {
            let text = Self.rows(chosen: chosen).split(separator: "\n").prefix(rows).joined(separator: "\n")
            return audit(Array(text.utf8)).findings.map(\.kind)
        }
        let long = { (index: Int) in "It is, by \(index) feet, and I have measured it twice." }
        #expect(kinds(8, long) == [.length] && kinds(7, long) == [])
        #expect(kinds(8) { _ in "I cannot say." } == [.sameAnswer] && kinds(7) { _ in "I cannot say." } == [])
        // One the other way is chance.
        #expect(kinds(8) { $0 == 5 ? "No." : long($0) } == [])
    }

    /// Bytes that are not loaded, and what is said of them.
    static let refused: [(name: String, bytes: [UInt8], kind: Finding.Kind)] = [
        ("nothing", [], .noRows), ("blank lines", Array("\n \n".utf8), .noRows),
        ("UTF-16", [0xFF, 0xFE] + Array(row.utf8).flatMap { [$0, 0] }, .unreadable),
        ("UTF-16 without a mark", Array(row.utf8).flatMap { [0, $0] }, .unreadable),
        ("Latin-1", Array(row.replacing("far", with: "f").utf8.dropLast(3)) + [0xE9] + Array("\"}".utf8), .notText),
        ("a NUL byte", Array(row.utf8) + [0], .notText), ("bzip2", Array("BZh91AY&SY".utf8), .unreadable),
        ("a member twice", Array(#"{"prompt":"a","chosen":"b","rejected":"c","chosen":"d"}"#.utf8), .notJSON),
        ("half a pair", Array(row.replacing("far", with: #"\ud83d"#).utf8), .notJSON),
        ("a tab in a text", Array(row.replacing("far", with: "f\tr").utf8), .notJSON),
        ("a comment", Array("// rows\n\(row)".utf8), .notJSON),
        ("cut short", Array("\(row)\n{\"prompt\":\"a".utf8), .notJSON),
        ("an open brace", Array("{\"prompt\":\"a\"\n\(row)\n".utf8), .notJSON),
        ("single quotes", Array("{'a':1}".utf8), .notJSON), ("an open array", Array("[\(row)".utf8), .notJSON),
        ("two arrays", Array("[\(row)]\n[\(other)]".utf8), .notJSON),
        ("a number too large", Array(#"{"s":1e400}"#.utf8), .notJSON),
        ("numbers", Array("1\n2\n".utf8), .notAnObject),
        ("an array later", Array("\(row)\n[\(other)]\n".utf8), .notAnObject),
        ("two letters swapped", Array(#"{"prompt":"a","completion":"b","lable":true}"#.utf8), .unknownForm),
        ("no columns", Array("{}\n{}\n".utf8), .unknownForm),
        ("unknown columns", Array(#"{"foo":1}"#.utf8), .unknownForm),
    ]

    @Test(arguments: refused.indices) func whatIsNotLoadedIsNamed(index: Int) {
        let (name, bytes, kind) = Self.refused[index]
        let found = audit(bytes).findings.filter { $0.kind == kind }
        #expect(found.count == 1 && found[0].severity == .error, "\(name): \(audit(bytes).findings.map(\.message))")
    }

    @Test func numbersThatAreNoneAndMembersThatRepeatAreWarnings() {
        let nan = audit(Array((Self.row.dropLast() + #","score":NaN}"#).utf8))
        #expect(nan.findings.map(\.kind) == [.nonFinite] && nan.errors == 0)
        let twice = audit(Array((Self.row.dropLast() + #","x":{"a":1,"a":2}}"#).utf8))
        #expect(twice.findings.map(\.kind) == [.repeatedMember] && twice.errors == 0)
    }

    @Test func packedFilesAreReadAndDamageIsSaid() throws {
        let folder = try FormatsFolder()
        let path = folder.path + "/a.jsonl.gz"
        let packed = try #require(
            Data(
                base64Encoded:
                    "H4sIAAAAAAACA6tWKijKzy0oUbJSSlTSUUrOyC9OzQNykoCcotSs1OSS1BQgN1mplgsA+fLFtisAAAA="))
        for (data, rows, problem) in [
            (packed, 1, false), (packed + packed, 2, false), (packed + Data([0, 0, 0]), 1, false),
            (packed.dropLast(9), 0, true), (packed.prefix(20) + Data([1, 2, 3]) + packed.suffix(10), 0, true),
        ] {
            try data.write(to: URL(fileURLWithPath: path))
            var lines: [String] = []
            let read = try DataReader.read(path: path) { lines.append(String(decoding: $0.bytes, as: UTF8.self)) }
            #expect((read.problem != nil) == problem)
            if !problem {
                #expect(lines == Array(repeating: #"{"prompt":"a","chosen":"b","rejected":"c"}"#, count: rows))
            }
            #expect(read.file.bytes == data.count && read.file.sha256 == ContentHash.sha256(Array(data)))
        }
    }

    @Test func filesOfAFolderAreOrderedBySplit() {
        let files = DataFile.files(
            ["data/test-0.jsonl", "data/train-1.jsonl", "data/train-0.jsonl", "x.jsonl"], in: "f", hasConfigs: false)
        #expect(
            files.map(\.name) == ["f/data/train-0.jsonl", "f/data/train-1.jsonl", "f/data/test-0.jsonl", "f/x.jsonl"])
        #expect(files.map(\.split) == ["train", "train", "test", "x.jsonl"])
        #expect(files.map { $0.set != nil } == [true, true, true, false])
        #expect(["a.jsonl", "A.JSONL", "a.ndjson", "a.jsonl.gz"].allSatisfy(DataFile.isData))
        #expect(
            !DataFile.isData("a.json") && DataFile.mayHoldRows("a.json") && !DataFile.mayHoldRows("x/manifest.json"))
        #expect(DataFile.isOverlooked("a/A.JSONL") && !DataFile.isOverlooked("A/a.jsonl.gz"))
    }

    /// Columns that come later than the first 10 MiB of a file are as those of a later file.
    @Test func columnsOfLaterPartsAreCompared() {
        let pad = String(repeating: "x", count: 1 << 16)
        func found(_ last: String) -> [String] {
            var audit = DatasetAudit()
            audit.begin(DataFile(name: "a"))
            for line in 1...170 {
                let more = line == 170 ? last : #""s":1"#
                let row = "{\"prompt\":\"\(line) \(pad)\",\"chosen\":\"b \(line)\",\"rejected\":\"c \(line)\",\(more)}"
                audit.add(TextLine(number: line, bytes: Array(row.utf8)))
            }
            audit.end(problem: nil)
            return audit.findings.map { "\($0.line ?? 0) \($0.message)" }
        }
        #expect(found(#""s":2"#).isEmpty)
        #expect(found(#""s":0.5"#) == ["170 s: numbers with a fraction after whole numbers"])
        #expect(found(#""s":1,"new":"x""#) == ["170 new: a column that was not there before"])
    }

    /// Signs and digits are what a question is about; capitals, spaces and full stops are not.
    @Test func promptsThatDifferInSignsAreDifferent() {
        func found(_ prompts: [String]) -> Int {
            let rows = prompts.enumerated().map { index, prompt in
                "{\"prompt\":\"\(prompt)\",\"chosen\":\"Yes, \(index).\",\"rejected\":\"No, \(index).\"}"
            }
            return audit(Array(rows.joined(separator: "\n").utf8)).findings.first { $0.kind == .nearPrompt }?.count ?? 0
        }
        #expect(found(["What is C?", "What is C++?", "What is C#?", "Is 3.5 > 2?", "Is 35 > 2?", "Is 3.5 < 2?"]) == 0)
        #expect(found(["What is C?", "what is c", "What  is C ?", "Wo liegt Köln?", "wo liegt köln"]) == 3)
    }

    @Test func nearPromptsAcrossSplitsAreFound() {
        let long =
            "Please write a short and friendly letter to my landlord in which I ask whether the heating could be repaired "
            + "before the end of the month because the flat is cold and my daughter has been ill for a week now."
        func found(_ second: String) -> [Finding.Kind] {
            var audit = DatasetAudit()
            for (name, prompt, answer) in [("train", long, "a"), ("test", second, "b")] {
                audit.add(
                    file: DataFile(name: name, split: name),
                    bytes: Array(
                        "{\"prompt\":\"\(prompt)\",\"chosen\":\"Yes, \(answer).\",\"rejected\":\"No, \(answer).\"}".utf8
                    ))
            }
            return audit.findings.map(\.kind)
        }
        #expect(found(long) == [.leak])
        #expect(found(long.uppercased() + "!") == [.nearLeak])
        #expect(found(long.replacing("friendly", with: "polite")) == [.nearLeak])
        #expect(found("Hello. " + long) == [.nearLeak])
        let other =
            "Please write a short and friendly letter to my landlord in which I tell her that I am going to move out "
            + "of the flat at the end of the year and would like to have my deposit back as soon as she can manage it."
        #expect(found(other).isEmpty)
        #expect(found("How far is it from Oslo to Bergen?").isEmpty)
    }
}
