import Foundation
import InputErrors
import Labelling
import NumericalMethods
import Output
import Testing

@Suite("Sheets and files of labels")
struct SheetTests {
    private let scheme: LabelScheme

    init() throws { scheme = try LexicalLabellerTests.material().scheme }

    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("label-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private let texts = #"""
        {"id": "p", "note": 3, "prompt": "How, \"exactly\"?", "candidates": [{"content": "=SUM(1)"}, {"content": "two\nlines"}]}
        {"id": "c", "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}]}
        """#

    private func labels(_ folder: URL) throws -> LabelledFile {
        let lines = try texts.split(separator: "\n").enumerated().flatMap { number, line in
            try LabelLine(TextLine(number: number + 1, bytes: Array(line.utf8)), scheme: nil).entries.enumerated().map {
                let share = 0.9 - 0.1 * Double($0)
                var label = TextLabel(labeller: "test")
                if $1.text.kind == .answer {
                    label.response = [share, 1 - share, 0, 0, 0, 0, 0]
                } else {
                    label.cue = [share, 1 - share, 0]
                }
                return try LabelRecord($1.text, label).json(scheme).text()
            }
        }
        let path = folder.appendingPathComponent("labels.jsonl").path
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        return try LabelledFile(path, scheme)
    }

    @Test("What is filled in comes back beside its text, in any spreadsheet's separators")
    func roundTrip() throws {
        try withFolder { folder in
            let file = folder.appendingPathComponent("texts.jsonl")
            try Data(texts.utf8).write(to: file)
            let sheet = try LabelSheet(labels(folder), texts: file.path, scheme: scheme, most: 10)
            #expect(sheet.count == 6)
            #expect(sheet.csv.contains("'=SUM(1)"))
            var rows = sheet.csv.components(separatedBy: "\r\n")
            let header = rows[0].split(separator: ",").map(String.init)
            // The columns to fill in are the last, and empty.
            let blank = header.count - 8
            for (index, row) in rows.enumerated() where row.hasPrefix("answer,p,0") {
                let filled = ["refer", "", ""] + scheme.features.enumerated().map { $0.0 == 0 ? "0.25" : "" }
                rows[index] = String(row.dropLast(blank - 1)) + filled.joined(separator: ",")
            }
            for (index, row) in rows.enumerated() where row.hasPrefix("message,c,0") {
                rows[index] =
                    String(row.dropLast(blank - 1))
                    + (["", "distress", "insist"] + scheme.features.map { _ in "" }).joined(separator: ",")
            }
            let filled = folder.appendingPathComponent("sheet.csv").path
            try Data(rows.joined(separator: "\r\n").utf8).write(to: URL(fileURLWithPath: filled))
            let reading = try SheetReading(filled, scheme: scheme)
            #expect(reading.count == 2)
            let examples = folder.appendingPathComponent("examples.jsonl")
            try Data(try reading.examples(file.path).flatMap { $0 + [10] }).write(to: examples)
            let read = try ExampleFile.examples(examples.path, scheme)
            #expect(read.map(\.text.content) == ["=SUM(1)", "c"])
            #expect(read[0].label.response == [0, 1, 0, 0, 0, 0, 0])
            #expect(read[0].label.features?.first?.mean == 0.25)
            #expect(read[1].label.cue == [0, 1, 0])
            #expect(try String(contentsOf: examples, encoding: .utf8).contains(#""note":3"#))
        }
    }

    @Test("Labels are joined by id, kind and index; another text under the same name is an error")
    func agreement() throws {
        try withFolder { folder in
            let own = try labels(folder)
            let same = try LabelAgreement(truth: own, given: own, scheme: scheme)
            #expect(same.both == 6 && same.onlyFirst == 0)
            #expect(same.names.map(\.member) == ["response", "cue"])
            #expect(same.names[0].figures.accuracy?.value == 1)
            let other = folder.appendingPathComponent("other.jsonl")
            let changed = try String(contentsOfFile: own.path, encoding: .utf8)
                .replacing(ContentHash.sha256("c"), with: ContentHash.sha256("d"))
            try Data(changed.utf8).write(to: other)
            #expect(throws: InputError.self) {
                try LabelAgreement(truth: own, given: LabelledFile(other.path, scheme), scheme: scheme)
            }
            try Data((changed + changed).utf8).write(to: other)
            let error = try #require(throws: InputError.self) { try LabelledFile(other.path, scheme) }
            #expect(error.description.contains("other.jsonl:7:1"))
        }
    }
}
