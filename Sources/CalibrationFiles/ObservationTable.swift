internal import CanonicalJSON
internal import Files
internal import Foundation

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

    /// Reads CSV (RFC 4180), or JSON lines where the name ends in `.jsonl`.
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
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw DataError(file, 1, 1, "is not UTF-8")
        }
        let hash = ContentHash.sha256(bytes)
        if file.hasSuffix(".jsonl") { return try lines(text, file, hash) }
        var parser = CSVParser(text: Array(text.unicodeScalars), file: file)
        let records = try parser.records()
        guard let header = records.first else { throw DataError(file, 1, 1, "is empty; it must have a header") }
        if let twice = header.fields.first(where: { name in header.fields.count { $0 == name } > 1 }) {
            throw DataError(file, 1, 1, "has the column '\(twice)' twice; names must be unique")
        }
        for row in records.dropFirst() where row.fields.count != header.fields.count {
            throw DataError(
                file, row.line, 1,
                "has \(row.fields.count) fields; it must have \(header.fields.count), as the header has")
        }
        return ObservationTable(file: file, columns: header.fields, rows: Array(records.dropFirst()), hash: hash)
    }

    private static func lines(_ text: String, _ file: String, _ hash: String) throws(DataError) -> ObservationTable {
        var objects: [(Int, [String: JSONValue])] = []
        var texts: [Substring] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            let value: JSONValue
            do { value = try JSONValue(parsing: String(line)) } catch {
                let (column, problem) = Self.place(of: "\(error)")
                throw DataError(file, index + 1, column, problem)
            }
            guard case .object(let members) = value else {
                throw DataError(file, index + 1, 1, "is not an object; each line must be one")
            }
            objects.append((index + 1, members))
            texts.append(line)
        }
        let columns = Set(objects.flatMap { $0.1.keys }).sorted()
        var rows: [Row] = []
        for ((line, members), text) in zip(objects, texts) {
            var fields: [String] = []
            let starts = columns.map { column in Self.place(of: column, in: text) }
            for column in columns {
                switch members[column] {
                case nil, .null: fields.append("")
                case .string(let value): fields.append(value)
                case .integer(let value): fields.append("\(value)")
                case .number(let value): fields.append("\(value)")
                case .bool(let value): fields.append(value ? "true" : "false")
                default:
                    throw DataError(
                        file, line, Self.place(of: column, in: text),
                        "has a member '\(column)' that is a list or an object; it must be one value")
                }
            }
            rows.append(Row(line: line, fields: fields, starts: starts))
        }
        return ObservationTable(file: file, columns: columns, rows: rows, hash: hash)
    }

    /// The column and the rest of a message that begins with `byte N: `; 1 and the message where it does not.
    private static func place(of message: String) -> (column: Int, problem: String) {
        let parts = message.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, parts[0].hasPrefix("byte "), let column = Int(parts[0].dropFirst(5)) else {
            return (1, message)
        }
        return (column, String(parts[1].drop { $0 == " " }))
    }

    /// Where a member stands in its line: at its name, or at 1 where the name is written with escapes or not at all.
    private static func place(of member: String, in line: Substring) -> Int {
        guard let range = line.firstRange(of: "\"\(member)\"") else { return 1 }
        return line[..<range.lowerBound].unicodeScalars.count + 1
    }
}

/// What is wrong with a file of observations, and where.
package struct DataError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ file: String, _ line: Int, _ column: Int, _ problem: String) {
        description = "\(file):\(line):\(column): error: \(problem)"
    }

    package init(_ description: String) { self.description = description }
}

/// CSV as RFC 4180 has it; LF alone ends a line too.
private struct CSVParser {
    let text: [Unicode.Scalar]
    let file: String
    private var position = 0
    private var line = 1
    private var lineStart = 0

    init(text: [Unicode.Scalar], file: String) {
        self.text = text.first == "\u{FEFF}" ? Array(text.dropFirst()) : text
        self.file = file
    }

    mutating func records() throws(DataError) -> [ObservationTable.Row] {
        var rows: [ObservationTable.Row] = []
        while position < text.count {
            let start = line
            var fields: [String] = []
            var starts: [Int] = []
            repeat {
                starts.append(position - lineStart + 1)
                fields.append(try field())
            } while take(",")
            if position < text.count, !takeLineEnd() {
                throw DataError(
                    file, line, position - lineStart + 1,
                    "has text after a quoted field; a comma or a line end was needed")
            }
            if fields != [""] { rows.append(.init(line: start, fields: fields, starts: starts)) }
        }
        return rows
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == scalar else { return false }
        position += 1
        return true
    }

    private mutating func takeLineEnd() -> Bool {
        let isReturn = take("\r")
        guard take("\n") || isReturn else { return false }
        line += 1
        lineStart = position
        return true
    }

    private mutating func field() throws(DataError) -> String {
        var value = String.UnicodeScalarView()
        guard take("\"") else {
            while position < text.count, !",\r\n".unicodeScalars.contains(text[position]) {
                value.append(text[position])
                position += 1
            }
            return String(value)
        }
        let (startLine, startColumn) = (line, position - lineStart)
        while position < text.count {
            let scalar = text[position]
            position += 1
            if scalar == "\"", !take("\"") { return String(value) }
            if scalar == "\n" {
                line += 1
                lineStart = position
            }
            value.append(scalar)
        }
        throw DataError(file, startLine, startColumn, "begins a quoted field that never ends")
    }
}
