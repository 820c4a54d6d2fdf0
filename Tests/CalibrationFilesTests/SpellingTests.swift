import Calibration
import CalibrationFiles
import Foundation
import Testing

/// One table in the spellings that programs and people give it: all are the same observations.
@Suite("One table in many spellings")
struct SpellingTests {
    private static let mapping = """
        calibration: 1
        name: spelling
        source: study
        conversation: id
        turn: t
        states: [calm, tense]
        before: {column: was, labels: {calm: calm, tense: tense}}
        response: {column: said, labels: {refuse: refuse, ask: ask}}
        features: {refuse: {firmness: 1}, ask: {inquiry: 1}}
        reaction: {column: did, labels: {tell: tell, push: push}}
        models:
          r: {fit: reactions, terms: [response, state, turn], reference: tell}
        """

    /// 12 conversations of 4 turns.
    private static let rows: [[String]] = (0..<48).map { row in
        let number = (row * 7 + row / 5 + 3) % 11
        return [
            "c\(row / 4)", "\(row % 4 + 1)", number % 3 == 0 ? "tense" : "calm", row % 2 == 0 ? "ask" : "refuse",
            number < 6 ? "tell" : "push",
        ]
    }
    private static let header = ["id", "t", "was", "said", "did"]

    private static func csv(
        _ rows: [[String]] = rows, header: [String] = header, separator: String = ",", end: String = "\n"
    ) -> String { ([header] + rows).map { $0.joined(separator: separator) + end }.joined() }

    private static func json(_ extra: String = "", turn: (String) -> String = { $0 }) -> String {
        rows.map {
            "{\"id\": \"\($0[0])\", \(extra)\"t\": \(turn($0[1])), \"was\": \"\($0[2])\", \"said\": \"\($0[3])\", "
                + "\"did\": \"\($0[4])\"}"
        }.joined(separator: "\n") + "\n"
    }

    private static func fit(_ text: String, _ file: String = "data.csv") throws -> CalibrationResult {
        try CalibrationResult.fit(
            ObservationTable.parse(Array(text.utf8), file: file), Support.mapping(mapping),
            FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1))
    }

    private static func likelihood(_ text: String, _ file: String = "data.csv") throws -> Double {
        try #require(fit(text, file).fitted.first).fit.logLikelihood
    }

    private static func quoted(_ rows: [[String]]) -> [[String]] { rows.map { $0.map { "\"\($0)\"" } } }

    static let spellings: [(name: String, file: String, text: String)] = [
        ("CRLF", "d.csv", csv(end: "\r\n")), ("CR", "d.csv", csv(end: "\r")),
        ("mark", "d.csv", "\u{FEFF}" + csv()),
        ("mark and quotes", "d.csv", "\u{FEFF}" + csv(quoted(rows), header: header.map { "\"\($0)\"" }, end: "\r\n")),
        ("semicolons", "d.csv", csv(separator: ";")), ("tabs", "d.tsv", csv(separator: "\t")),
        ("bars", "d.txt", csv(separator: "|")), ("declared", "d.csv", "sep=;\r\n" + csv(separator: ";", end: "\r\n")),
        (
            "semicolons, commas in the header", "d.csv",
            csv(rows.map { $0 + ["a, b, c"] }, header: header + ["x, y"], separator: ";")
        ),
        ("trailing commas", "d.csv", csv(end: ",,\n")),
        ("trailing commas in rows", "d.csv", csv(rows.map { $0 + [""] })),
        ("empty rows", "d.csv", csv() + ",,,,\n\n  \n"),
        (
            "spaces", "d.csv",
            csv(
                rows.map { ["\($0[0]) ", " \($0[1])", "\($0[2]) ", $0[3], "\t\($0[4]) "] },
                header: [" id", "t ", "was", " said ", "did"])
        ),
        ("spaces before quotes", "d.csv", csv(quoted(rows), separator: ", ")),
        ("turns with a point", "d.csv", csv(rows.map { [$0[0], "\($0[1]).0"] + $0[2...] })),
        ("turns from 0", "d.csv", csv(rows.map { [$0[0], "\((Int($0[1]) ?? 0) - 1)"] + $0[2...] })),
        ("rows from the last", "d.csv", csv(rows.reversed())),
        (
            "a text with everything", "d.csv",
            csv(rows.map { $0 + ["\"He said \"\"no\"\",\r\nthen; left\r\""] }, header: header + ["text"])
        ),
        (
            "columns twice that nobody names", "d.csv",
            csv(rows.map { $0 + ["a", "b"] }, header: header + ["note", "note"])
        ),
        ("JSON lines", "d.jsonl", json()), ("upper case", "D.JSONL", json()), ("ndjson", "d.ndjson", json()),
        ("JSON lines by content", "d.txt", json()),
        (
            "JSON lines, CRLF, mark, blank lines", "d.jsonl",
            "\u{FEFF}" + json().replacingOccurrences(of: "\n", with: "\r\n") + "\r\n \r\n"
        ),
        ("JSON lines, CR", "d.jsonl", json().replacingOccurrences(of: "\n", with: "\r")),
        (
            "nested members", "d.jsonl",
            json("\"meta\": {\"topic\": [\"a\", {\"b\": null}]}, \"ids\": [], \"text\": \"\u{2028}\\u2028\", ")
        ),
        ("numbers with a point", "d.jsonl", json { "\($0).0" }), ("turns as texts", "d.jsonl", json { "\" \($0)\"" }),
    ]

    @Test("Every spelling gives the same fit", arguments: spellings.map(\.name))
    func same(name: String) throws {
        let spelling = try #require(Self.spellings.first { $0.name == name })
        let (expected, found) = try (Self.likelihood(Self.csv()), Self.likelihood(spelling.text, spelling.file))
        #expect(abs(found - expected) < 1e-9)
    }

    @Test("What was read otherwise than it stands is said")
    func said() throws {
        func notes(_ name: String) throws -> [String] {
            let spelling = try #require(Self.spellings.first { $0.name == name })
            return try Self.fit(spelling.text, spelling.file).notes
        }
        #expect(try notes("CRLF").isEmpty)
        #expect(try notes("semicolons") == ["fields are separated by ';'"])
        #expect(try notes("empty rows") == ["2 rows with nothing in them, left out"])
        #expect(
            try notes("turns from 0") == ["t: counted from 0; turn 0 is taken as the first, 1 as the second, and so on"]
        )
        let rated = Self.csv(
            Self.rows.map { $0 + [$0[1] == "1" ? "ann" : "bob"] }, header: Self.header + ["annotator_id"])
        let untimed = Self.mapping.replacingOccurrences(of: "turn: t\n", with: "")
        let read = try Support.read(rated, untimed)
        #expect(
            read.notes.count == 1
                && read.notes[0].hasPrefix("annotator_id: not used, and 12 conversations have several"))
        #expect(try Support.read(rated, Self.mapping).notes.isEmpty)
    }

    private static let broken: [(text: [UInt8], file: String, problem: String)] = [
        (
            Array(csv().replacingOccurrences(of: "c0,1", with: "c0,1,5").utf8), "d.csv",
            "d.csv:2:1: error: has 6 fields; it must have 5, as the header has. A field that holds the separator, a decimal comma"
        ),
        (
            Array(csv(separator: ";").replacingOccurrences(of: "c0;1", with: "c0;1,5").utf8), "d.csv",
            "d.csv:2:4: error: t is '1,5'; it must be a number with a decimal point"
        ),
        (
            Array(csv().replacingOccurrences(of: "c0,1", with: "c0,\"1.000,5\"").utf8), "d.csv",
            "d.csv:2:4: error: t is '1.000,5'; it must be a number with a decimal point"
        ),
        (
            Array(csv().replacingOccurrences(of: "c0,1", with: "c0,-1").utf8), "d.csv",
            "d.csv:2:4: error: t is -1.0; turns are whole numbers from 1, or from 0"
        ),
        (
            Array(csv().replacingOccurrences(of: "c0,2", with: "c0,1").utf8), "d.csv",
            "d.csv:3:4: error: t is the turn 1 a second time in its conversation. A turn has one row: where several annotators"
        ),
        (
            Array(csv(rows + rows.prefix(5)).utf8), "d.csv",
            "d.csv:50:4: error: t is the turn 1 a second time in its conversation; so are 5 rows in 2 conversations"
        ),
        (
            [0xFF, 0xFE] + csv().utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, "d.csv",
            "d.csv:1:1: error: is UTF-16; save it as UTF-8"
        ),
        (json().utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, "d.jsonl", "d.jsonl:1:1: error: is UTF-16"),
        (Array(csv().utf8) + [0x63, 0xE9], "d.csv", "d.csv:50:2: error: has the byte 0xE9, which is not UTF-8"),
        (Array(csv().utf8) + Array("c9,\0".utf8), "d.csv", "d.csv:50:4: error: has a NUL character"),
        ([0x1F, 0x8B, 8, 0, 0], "d.csv.gz", "d.csv.gz:1:1: error: is compressed with gzip"),
        (Array("PK\u{3}\u{4}....".utf8), "d.xlsx", "d.xlsx:1:1: error: is a zip archive"),
        (
            Array("[\(json().split(separator: "\n").joined(separator: ",\n"))]".utf8), "d.json",
            "d.json:1:1: error: begins a JSON array"
        ),
        (Array("[{\"id\": 1}]".utf8), "d.txt", "d.txt:1:1: error: begins a JSON array"),
        (Array((json() + "{\"id\": \"\\ud800\"}\n").utf8), "d.jsonl", "d.jsonl:49:"),
        (Array((json() + "{\"id\": \"é\", \"id\": 1}\n").utf8), "d.jsonl", "d.jsonl:49:"),
        (Array((json() + "{\"id\": \"é\" 1}\n").utf8), "d.jsonl", "d.jsonl:49:12: error: a comma or a closing brace"),
        (
            Array(json("\"turns\": [1], ").replacingOccurrences(of: "\"t\": 2", with: "\"t\": [2]").utf8), "d.jsonl",
            "d.jsonl:2:"
        ),
        (Array("id,t,was,said,did,did\n".utf8), "d.csv", "d.csv:1:1: error: has the column 'did' twice"),
        ([], "d.csv", "d.csv:1:1: error: is empty"), (Array("\n".utf8), "d.jsonl", "d.jsonl:1:1: error: is empty"),
    ]

    @Test("What cannot be read is named with its place", arguments: broken.indices)
    func refused(index: Int) throws {
        let (bytes, file, problem) = Self.broken[index]
        let error = #expect(throws: DataError.self) {
            try CalibrationResult.fit(
                ObservationTable.parse(bytes, file: file), Support.mapping(Self.mapping),
                FitRequest(folds: 0, bootstraps: 0, seed: 1, threads: 1))
        }
        #expect(error?.description.hasPrefix(problem) ?? false, "\(error?.description ?? "")")
    }
}
