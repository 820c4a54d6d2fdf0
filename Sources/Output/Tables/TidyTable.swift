/// A table in long format: one observation a row, one variable a column, every column described.
///
/// Tables are made by ``Columns``, which declare a column and its cells in one place.
public struct TidyTable: Sendable, Equatable {
    /// What a column holds; the words are those of Data Package field types.
    public enum Kind: String, Sendable, Equatable {
        case string, integer, number, boolean
    }

    public struct Column: Sendable, Equatable {
        public let name: String
        public let kind: Kind
        /// What the value means, with its unit.
        public let description: String

        public init(_ name: String, _ kind: Kind, _ description: String) {
            self.name = name
            self.kind = kind
            self.description = description
        }
    }

    /// One value; `missing` is written as an empty field.
    public enum Cell: Sendable, Equatable {
        case string(String)
        case integer(Int)
        case number(Double)
        case boolean(Bool)
        case missing

        /// The same value in JSON; what is missing is null.
        var json: JSONValue {
            switch self {
            case .string(let value): .string(value)
            case .integer(let value): .integer(value)
            case .number(let value): .number(value)
            case .boolean(let value): .bool(value)
            case .missing: .null
            }
        }

        /// The value as files have it, without the quotes of CSV; nil where it is missing.
        var text: String? {
            switch self {
            case .string(let value): value
            case .integer(let value): "\(value)"
            case .number(let value): "\(value)"
            case .boolean(let value): value ? "true" : "false"
            case .missing: nil
            }
        }

        /// The value of a number, whole or real.
        var number: Double? {
            switch self {
            case .integer(let value): Double(value)
            case .number(let value): value
            case .string, .boolean, .missing: nil
            }
        }
    }

    /// The file's name without its ending, in snake case.
    public let name: String
    public let title: String
    public let columns: [Column]
    public private(set) var rows: [[Cell]] = []

    init(name: String, title: String, columns: [Column]) {
        self.name = name
        self.title = title
        self.columns = columns
    }

    /// Adds a row with one cell per column.
    mutating func append(_ row: [Cell]) {
        precondition(row.count == columns.count, "a row of \(name) needs \(columns.count) cells")
        rows.append(row)
    }

    /// The table as RFC 4180 CSV: a header, CRLF line ends, quotes only where needed, no byte order mark.
    ///
    /// Controls in texts are shown as `\u{…}`, but for line ends and tabs. A text that begins with `=`, `+`, `-` or `@` stays as it is:
    /// these files are read by programs, for which a changed name would be another name. (SECURITY.md says how to open them in a
    /// spreadsheet.)
    public var csv: String { String(decoding: csvMade.bytes, as: UTF8.self) }

    /// The same by lines, the header first, each without its line feed.
    package var csvLines: [String] { csvMade.parts.map { String(decoding: $0, as: UTF8.self) } }

    private var csvMade: MadeLines {
        var buffer = LineBuffer()
        for row in [columns.map { Cell.string($0.name) }] + rows {
            for (index, cell) in row.enumerated() {
                if index > 0 { buffer.append(",") }
                Self.append(cell, to: &buffer)
            }
            buffer.append("\r")
            buffer.endLine()
        }
        return buffer.made
    }

    /// Adds a field.
    static func append(_ cell: Cell, to line: inout LineBuffer) {
        switch cell {
        case .string(let text): line.append(quoted(text))
        case .integer(let value): line.append(value)
        case .number(let value): line.append(value)
        case .boolean(let value): line.append(value ? "true" : "false")
        case .missing: break
        }
    }

    private static func quoted(_ raw: String) -> String {
        // Nearly all fields are plain, and are not looked at twice.
        if raw.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x2C && $0 != 0x5C }) { return raw }
        let text = Escaped.field(raw)
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        // By scalar, not by character: a quote with a combining mark after it is a quote to every reader of CSV.
        var doubled = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\"" { doubled.append(scalar) }
            doubled.append(scalar)
        }
        return "\"\(String(doubled))\""
    }
}
