import Foundation
import Output
import Testing

@Suite("Lines of files, however they end")
struct LineReaderTests {
    static let ends: [(name: String, end: String)] = [("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")]

    @Test(arguments: ends.map(\.end)) func everyLineEndGivesTheSameLines(end: String) {
        let text = ["first", "", "third \u{2028} still", "fourth"].joined(separator: end)
        for tail in ["", end, end + end] {
            let lines = LineReader.lines(of: Array((text + tail).utf8)).filter { !$0.isBlank }
            #expect(lines.map(\.number) == [1, 3, 4])
            #expect(
                lines.map { String(decoding: $0.bytes, as: UTF8.self) } == ["first", "third \u{2028} still", "fourth"])
        }
    }

    /// A part may end anywhere: within the mark, between CR and LF, within a character.
    @Test(arguments: 1...7) func partsOfAnySizeGiveTheSameLines(size: Int) {
        let bytes: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("one\r\ntwo é\r\r\n\nfive\r\n".utf8)
        var splitter = LineSplitter()
        var lines: [TextLine] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            splitter.take(Array(bytes[start..<min(start + size, bytes.count)])) { lines.append($0) }
        }
        splitter.finish { lines.append($0) }
        #expect(lines == LineReader.lines(of: bytes))
        #expect(lines.map { String(decoding: $0.bytes, as: UTF8.self) } == ["one", "two é", "", "", "five"])
        #expect(lines.map(\.number) == [1, 2, 3, 4, 5])
    }

    @Test func aFileThatShrinksMeanwhileIsNotReadToItsEnd() throws {
        let path = NSTemporaryDirectory() + "nacre-shrinks-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(String(repeating: "a line\n", count: 1 << 20).utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: FileError.self) {
            try LineReader.read(path: path) { number, _ in
                if number == 1 { try #require(FileHandle(forWritingAtPath: path)).truncate(atOffset: 1000) }
            }
        }
        #expect(error.map { "\($0)".contains("became shorter") } == true)
    }

    /// Also after blank lines, and where some of its lines are objects.
    @Test(arguments: [("[1]", "array"), ("\n [\n{\"a\": 1}\n]", "array"), ("\n\n{\n\"a\": 1}", "document")])
    func oneDocumentIsNoFileOfLines(text: String, part: String) throws {
        let path = NSTemporaryDirectory() + "nacre-document-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: (any Error).self) { try LineReader.readObjects(path: path) { _, _ in } }
        #expect(
            error.map { "\($0)".contains("begins a JSON \(part)") && "\($0)".contains("one object a line") } == true)
        try Data("\n{\"a\": 1}\n[\n".utf8).write(to: URL(fileURLWithPath: path))
        var count = 0
        try LineReader.readObjects(path: path) { _, _ in count += 1 }
        #expect(count == 2)
    }

    @Test func aMarkInLaterLinesIsText() {
        let bytes = Array("a\n\u{FEFF}b".utf8)
        #expect(LineReader.lines(of: bytes).map(\.bytes.count) == [1, 4])
    }

    @Test func bytesThatAreNoTextHaveAPlace() {
        let latin = TextLine(number: 7, bytes: Array("é, caf".utf8) + [0xE9, 0x22])
        #expect(latin.problem?.line == 7)
        #expect(latin.problem?.column == 7)
        #expect(latin.problem?.problem.contains("0xE9") == true)
        let null = TextLine(number: 2, bytes: Array("ab\0".utf8))
        #expect(null.problem?.located(in: "x.jsonl") == "x.jsonl:2:3: error: has a NUL character; a text has none")
        #expect(TextLine(number: 1, bytes: Array("sound é 🙂".utf8)).problem == nil)
        // A surrogate and an overlong form are not UTF-8 either; a sequence that is cut off is none.
        for bytes: [UInt8] in [[0x61, 0xED, 0xA0, 0x80], [0x61, 0xC0, 0x80], [0x61, 0xE2, 0x82]] {
            #expect(TextLine(number: 1, bytes: bytes).problem?.column == 2)
        }
    }

    @Test func filesThatAreNoTextAreNamed() throws {
        let forms: [(ForeignBytes, [UInt8])] = [
            (.gzip, [0x1F, 0x8B, 8, 0]), (.zip, Array("PK\u{3}\u{4}".utf8)), (.zstandard, [0x28, 0xB5, 0x2F, 0xFD, 1]),
            (.parquet, Array("PAR1abc".utf8)), (.utf16, [0xFF, 0xFE, 0x7B, 0]), (.utf16, [0xFE, 0xFF, 0, 0x7B]),
            (.utf16, [0x7B, 0, 0x22, 0]), (.utf16, [0, 0x7B, 0, 0x22]), (.utf32, [0xFF, 0xFE, 0, 0, 0x7B, 0, 0, 0]),
        ]
        for (form, bytes) in forms {
            #expect(ForeignBytes(bytes) == form)
            let error = #expect(throws: LineError.self) { try LineReader.jsonLines(of: bytes) }
            #expect(error?.problem == form.problem)
        }
        #expect(ForeignBytes(Array("{\"a\": 1}".utf8)) == nil)
        #expect(ForeignBytes([]) == nil)
        #expect(ForeignBytes([0x22]) == nil)
    }

    @Test func anArrayIsNoJSONLines() throws {
        for text in ["[{\"a\": 1},\n{\"a\": 2}]", "\n  [\n{}\n]\n", "\u{FEFF}[]"] {
            let error = #expect(throws: LineError.self) { try LineReader.jsonLines(of: Array(text.utf8)) }
            #expect(error?.problem.contains("JSON array") == true)
        }
        #expect(try LineReader.jsonLines(of: Array("\u{FEFF}{}\r\n\r\n{}\r\n \r\n".utf8)).map(\.number) == [1, 3])
        #expect(try LineReader.jsonLines(of: []).isEmpty)
    }

    @Test func filesAreReadInPartsAndHashed() throws {
        let path = NSTemporaryDirectory() + "lines-\(UInt64.random(in: 0 ... .max)).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let line = String(repeating: "x", count: 700_000)
        let bytes = Array("\u{FEFF}\(line)\r\n\(line)\r\n\r\nend".utf8)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var found: [(Int, Int)] = []
        let summary = try LineReader.read(path: path) { found.append(($0, $1.count)) }
        #expect(found.map(\.0) == [1, 2, 4])
        #expect(found.map(\.1) == [700_000, 700_000, 3])
        #expect(summary.bytes == bytes.count && summary.sha256 == ContentHash.sha256(bytes) && summary.lines == 3)
        #expect(throws: FileError.self) { try LineReader.read(path: path + ".none") { _, _ in } }
    }
}
