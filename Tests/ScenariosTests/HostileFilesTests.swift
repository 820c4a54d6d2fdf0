import Documents
import Foundation
import Scenarios
import Testing

/// Files made to cost much: each gets an error, and soon.
@Suite(.serialized) struct HostileFilesTests {
    /// What each file may take. Far above what is measured (about 3 s without optimisation), since machines are shared.
    private static let limit = Duration.seconds(20)

    private static let size = 4 << 20

    /// The message of the first diagnostic; empty if the file is read.
    private func firstMessage(path: String) -> String {
        do throws(DocumentError) {
            _ = try Scenario.load(path: path)
            return ""
        } catch {
            return error.diagnostics.first?.message ?? "no diagnostic"
        }
    }

    /// Writes a file, reads it as a scenario, and checks what is said and how long it takes.
    private func check(_ bytes: [UInt8], says expected: String, _ location: SourceLocation = #_sourceLocation) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "nacre-\(UUID().uuidString).yaml")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        var message = ""
        let path = url.path(percentEncoded: false)
        let time = ContinuousClock().measure { message = firstMessage(path: path) }
        #expect(message.contains(expected), sourceLocation: location)
        #expect(time < Self.limit, sourceLocation: location)
    }

    private func repeated(_ text: String, to size: Int) -> [UInt8] {
        Array(String(repeating: text, count: size / text.utf8.count).utf8)
    }

    @Test func aliasBombs() throws {
        var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (old, new) in zip("abcdefgh", "bcdefghi") {
            bomb += "\(new): &\(new) [\(String(repeating: "*\(old), ", count: 9))]\n"
        }
        try check(Array(bomb.utf8), says: "is an anchor, and scenarios have none")
        // As a key, the bomb would be hashed.
        try check(Array((bomb + "? *i\n: 1\n").utf8), says: "is an anchor, and scenarios have none")
    }

    @Test func tenMegabytesOfNesting() throws {
        try check(repeated("[", to: 10 << 20), says: "has 10485760 bytes; at most 4194304 are read")
    }

    @Test(arguments: [
        ("[", "is nested more than 64 deep"), ("{a: ", "is nested more than 64 deep"),
        ("- ", "is nested more than 64 deep"), (": ", "is nested more than 64 deep"),
        ("\"a\": [", "is nested more than 64 deep"), ("{[", "starts a key that is a collection"),
        ("? ", "marks a key with '?'"),
    ])
    func nesting(of text: String, says expected: String) throws {
        try check(repeated(text, to: Self.size), says: expected)
        try check(repeated(text, to: 200 * text.utf8.count), says: expected)
    }

    @Test func nestingInLines() throws {
        let steps = (0..<500).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        try check(Array(steps.utf8), says: "is nested more than 64 deep")
        // Collections as keys would be hashed at every level.
        let keys = String(repeating: "{", count: 50) + "[" + String(repeating: "1,", count: 100_000) + "1]"
        try check(Array((keys + String(repeating: "}", count: 50)).utf8), says: "starts a key that is a collection")
    }

    @Test func aMillionResponses() throws {
        let responses = (0..<1_000_000).map { " r\($0):\n" }.joined()
        try check(Array(("format: 1\nresponses:\n" + responses).utf8), says: "at most 4194304 are read")
        let fewer = (0..<400_000).map { " \(String($0, radix: 36)):\n" }.joined()
        try check(Array(("format: 1\nresponses:\n" + fewer).utf8), says: "has more than 250000 keys, values")
        let fewest = (0..<2000).map { "  r\($0): {texts: [a]}\n" }.joined()
        let text = Fixtures.smallest.replacing("  answer: {texts: [\"Hello.\"]}\n", with: fewest)
        try check(Array(text.utf8), says: "has 2000 entries; at most 1024 are allowed")
    }

    @Test func manyProblems() throws {
        let keys = (0..<60_000).map { "k\($0): 1" }
        try check(Array(("format: 1\n" + keys.joined(separator: "\n")).utf8), says: "is not a key of the format")
        try check(Array(("format: 1\nusers: {" + keys.joined(separator: ", ") + "}").utf8), says: "has no 'name'")
        try check(repeated("a: 1\n", to: 1 << 18), says: "is given twice")
        try check(repeated("a: *b\n", to: 1 << 20), says: "is an alias")
    }

    @Test func longScalars() throws {
        try check(Array("format: 1\nhorizon: ".utf8) + repeated("9", to: Self.size - 32), says: "has no 'name'")
        try check(Array("a: \"".utf8) + repeated("x", to: Self.size - 8), says: "unexpected end of stream")
        try check(repeated("a", to: Self.size - 8) + Array(": 1".utf8), says: "mapping values are not allowed")
        try check(repeated("#", to: Self.size), says: "is empty")
        try check(repeated("\n", to: Self.size), says: "is empty")
    }

    @Test func whatIsNotText() throws {
        try check([0xFF, 0xFE, 0x66, 0x00], says: "is not UTF-8: the byte 0xFF at offset 0 begins no character")
        try check(Array("name: caf".utf8) + [0xE9], says: "is not UTF-8: the byte 0xE9 at offset 9")
        try check([UInt8](repeating: 0, count: 1000), says: "has the control character U+0000")
        try check([], says: "is empty; it must be a scenario")
    }

    @Test func whatIsNotAFile() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nacre-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path(percentEncoded: false)
        #expect(firstMessage(path: path) == "is a directory; it must be a regular file")
        #expect(firstMessage(path: path + "/none.yaml") == "cannot be opened: there is no such file")
        #expect(firstMessage(path: "/dev/null") == "is a device; it must be a regular file")
        #expect(firstMessage(path: "") == "cannot be opened: there is no such file")
        #expect(firstMessage(path: "a\u{0}b") == "cannot be opened: its name has a NUL character")
        let fifo = path + "/fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        let time = ContinuousClock().measure {
            #expect(firstMessage(path: fifo) == "is a FIFO; it must be a regular file")
        }
        #expect(time < .seconds(5))
    }
}
