import Foundation
import Output
import Testing

@Suite("Lines that are put together in memory")
struct LineBufferTests {
    @Test("A number is what its description is, the first time and every other, whatever came between")
    func numbers() {
        var word = UInt64(7)
        var values: [Double] = [
            0, -0.0, 1, -1.5, .pi, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -2.2250738585072014e-308,
        ]
        for _ in 0..<20_000 {
            word = word &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: word)
            values.append(value.isFinite ? value : Double(word))
            values.append(Double(word >> 11) * 0x1p-53)
        }
        var (buffer, other) = (LineBuffer(), "")
        let texts = NumberTexts()
        var shared = LineBuffer(texts)
        for value in values + values.reversed() + values.flatMap({ [$0, $0] }) {
            buffer.append(value)
            shared.append(value)
            other += value.description
        }
        #expect(String(decoding: buffer.made.bytes, as: UTF8.self) == other)
        #expect(shared.made.bytes == buffer.made.bytes)
    }

    @Test("Whole numbers and texts in quotes are those of JSON")
    func texts() throws {
        for value in [0, 9, 10, -1, .max, .min] {
            var buffer = LineBuffer()
            buffer.append(value)
            #expect(String(decoding: buffer.made.bytes, as: UTF8.self) == "\(value)")
        }
        for text in ["", "a", "\"\\\n\r\t\u{1}\u{1F}é\u{202E}", String(repeating: "ä", count: 100)] {
            var buffer = LineBuffer()
            buffer.append(quoted: text)
            #expect(try buffer.made.bytes == JSONValue.string(text).bytes())
            #expect(try JSONValue(strictly: buffer.made.bytes) == .string(text))
        }
    }

    @Test("A writer takes them as it takes lines one by one")
    func written() throws {
        let folder = NSTemporaryDirectory() + "/nacre-lines-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let note = { (_: String) in }
        let lines = (0..<5000).map { "line \($0) \(String(repeating: "x", count: $0 % 90))" }
        try OutputFolder.write(path: folder, replaces: false, note: note) { output in
            try output.writeRows("one") { writer in for line in lines { try writer.write { Array(line.utf8) } } }
            try output.writeRows("many") { writer in
                for start in stride(from: 0, to: lines.count, by: 700) {
                    var buffer = LineBuffer()
                    for line in lines[start..<min(start + 700, lines.count)] {
                        buffer.append(line)
                        buffer.endLine()
                    }
                    try writer.write(buffer.made)
                }
                try writer.write(MadeLines())
                #expect(writer.count == lines.count)
            }
            #expect(output.files.map(\.sha256).count == 2 && output.files[0].sha256 == output.files[1].sha256)
            #expect(output.files[0].rows == output.files[1].rows)
        }
    }

    @Test("Rows that are written as they come are those of the table")
    func rows() {
        let columns: Columns<(name: String, value: Double?)> = [
            .string("name", "a text") { $0.name }, .number("value", "a number") { $0.value },
            .integer("size", "a whole number") { $0.name.count }, .boolean("long", "yes or no") { $0.name.count > 3 },
        ]
        let rows: [(name: String, value: Double?)] = [("a", 0.1), ("b,\"c\"\n", nil), ("", -1e300), ("déjà vu", 2)]
        var buffer = LineBuffer()
        let write = columns.csvRow()
        for row in rows { write(row, &buffer) }
        let table = columns.table("t", title: "", rows: rows)
        #expect(
            table.csv == (table.csvLines[0] + "\n") + String(decoding: buffer.made.bytes, as: UTF8.self))
        #expect(table.csv == table.csvLines.map { $0 + "\n" }.joined())
    }
}
