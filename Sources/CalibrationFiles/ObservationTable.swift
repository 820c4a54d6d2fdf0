internal import Foundation
internal import InputErrors
package import Output
internal import Scenarios

/// A file of observations as it stands: columns, and rows of fields with the line each begins on.
package struct ObservationTable: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        package var line: Int
        package var fields: [String]
        /// The column of the file where each field begins, from 1.
        package var starts: [Int]

        package init(line: Int, fields: [String], starts: [Int] = []) {
            self.line = line
            self.fields = fields
            self.starts = starts
        }
    }

    package let file: String
    package let columns: [String]
    package let rows: [Row]
    /// SHA-256 of the file's bytes.
    package let hash: String
    /// What was read otherwise than as plain CSV, and what was left out.
    package let notes: [String]
    /// Columns that hold more than values, with the first place; nothing is wrong as long as nobody reads them.
    let obstacles: [String: DataError]

    init(
        file: String, columns: [String], rows: [Row], hash: String, notes: [String] = [],
        obstacles: [String: DataError] = [:]
    ) {
        self.file = file
        self.columns = columns
        self.rows = rows
        self.hash = hash
        self.notes = notes
        self.obstacles = obstacles
    }

    /// Reads JSON lines, or values separated by commas, semicolons, tabs or bars (RFC 4180 otherwise).
    ///
    /// A name that ends in `.jsonl`, `.ndjson` or `.json`, in whatever case, says JSON lines, and so does a text that begins as
    /// a JSON object does. The separator is the one that the header has; a first line `sep=;` says it.
    ///
    /// - Throws: ``DataError`` with line and column, or ``FileError`` if the file cannot be read.
    package static func load(path: String) throws -> ObservationTable {
        let bytes: [UInt8]
        do throws(FileBytes.Failure) {
            bytes = try FileBytes.read(path: path, pipes: true)
        } catch {
            throw FileError("\(path) \(error.message); observations are read from CSV or .jsonl")
        }
        return try parse(bytes, file: path)
    }

    package static func parse(_ bytes: [UInt8], file: String) throws(DataError) -> ObservationTable {
        if let foreign = ForeignBytes(bytes) { throw DataError(file, 1, 1, foreign.problem) }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            for line in LineReader.lines(of: bytes) { if let problem = line.problem { throw DataError(file, problem) } }
            throw DataError(file, 1, 1, "is not UTF-8")
        }
        let hash = ContentHash.sha256(bytes)
        return isJSON(bytes, file)
            ? try ObservationLines.table(bytes, file: file, hash: hash)
            : try SeparatedValues.table(text, file: file, hash: hash)
    }

    private static func isJSON(_ bytes: [UInt8], _ file: String) -> Bool {
        let name = file.lowercased()
        if [".jsonl", ".ndjson", ".json"].contains(where: name.hasSuffix) { return true }
        let text = bytes.drop { [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let second = text.dropFirst().first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        switch text.first {
        case UInt8(ascii: "{"): return second == UInt8(ascii: "\"") || second == UInt8(ascii: "}")
        case UInt8(ascii: "["): return second == UInt8(ascii: "{") || second == UInt8(ascii: "]")
        default: return false
        }
    }

    /// Where columns that a mapping names stand.
    ///
    /// - Throws: ``DataError`` for one that is not there, is there twice, or holds lists or objects.
    func positions(of names: [String], for mapping: CalibrationMapping) throws(DataError) -> [String: Int] {
        var positions: [String: Int] = [:]
        for name in names {
            guard let position = columns.firstIndex(of: name) else {
                throw DataError.missing(name, in: self, mapping)
            }
            guard columns.count(where: { $0 == name }) == 1 else {
                throw DataError(file, 1, 1, "has the column '\(name)' twice; names must be unique")
            }
            if let obstacle = obstacles[name] { throw obstacle }
            positions[name] = position
        }
        return positions
    }

    /// A text without the spaces around it, which are no part of a value.
    static func trimmed(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last, isSpace(first) || isSpace(last) else {
            return text
        }
        return String(
            decoding: text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed(), as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// A number as it is written in files.
    ///
    /// - Returns: nil where the text is none.
    static func number(_ text: String) -> Double? {
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// What a field is that should be a number.
    static func problem(ofNumber text: String) -> String {
        if text.isEmpty { return "is empty; it must be a number" }
        let pointed = text.replacing(".", with: "").replacing(",", with: ".")
        guard text.contains(","), number(pointed) != nil || number(text.replacing(",", with: "")) != nil else {
            return "is '\(text)'; it must be a number"
        }
        return "is '\(text)'; it must be a number with a decimal point, without commas"
    }
}

/// What is wrong with a file of observations, and where.
package struct DataError: InputProblem, Equatable {
    package let description: String
    /// What is wrong without the ``details``.
    package let head: String
    /// Further lines, one per thing that is wrong.
    package let details: [String]

    package init(_ file: String, _ line: Int, _ column: Int, _ problem: String) {
        self.init("\(file):\(line):\(column): error: \(problem)")
    }

    package init(_ file: String, _ error: LineError) { self.init(error.located(in: file)) }

    package init(_ head: String, details: [String] = []) {
        (self.head, self.details) = (head, details)
        description = ([head] + details.map { "  \($0)" }).joined(separator: "\n")
    }

    static func missing(_ name: String, in table: ObservationTable, _ mapping: CalibrationMapping) -> DataError {
        let near = Scenario.suggestion(for: name, among: table.columns).map { "; did you mean '\($0)'?" } ?? ""
        let isTalk = table.columns.contains { conversations.contains($0) }
        return DataError(
            table.file, 1, 1,
            "has no column '\(name)', which \(mapping.file) names\(near) columns: "
                + table.columns.joined(separator: ", ") + (isTalk ? ". \(unlabelled)" : ""))
    }

    /// Members of lines that hold texts: `messages`, ShareGPT's, an Inspect log's, a prompt's with answers.
    private static let conversations = ["messages", "conversations", "samples", "candidates"]

    static let unlabelled =
        "Conversations without labels say nothing yet: label them (sim-cli label FILE --scenario S --out DIR), and give DIR/labels.jsonl"
}
