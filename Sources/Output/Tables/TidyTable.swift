/// A table in long format: one observation a row, one variable a column, every column described.
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

        public static func number(ifPresent value: Double?) -> Cell { value.map { .number($0) } ?? .missing }
        public static func integer(ifPresent value: Int?) -> Cell { value.map { .integer($0) } ?? .missing }
    }

    /// The file's name without its ending, in snake case.
    public let name: String
    public let title: String
    public let columns: [Column]
    public private(set) var rows: [[Cell]] = []

    public init(name: String, title: String, columns: [Column]) {
        self.name = name
        self.title = title
        self.columns = columns
    }

    /// Adds a row with one cell per column.
    public mutating func append(_ row: [Cell]) {
        precondition(row.count == columns.count, "a row of \(name) needs \(columns.count) cells")
        rows.append(row)
    }

    public mutating func append(contentsOf other: TidyTable) {
        precondition(other.columns == columns, "only tables with the same columns can be joined")
        rows += other.rows
    }

    /// The table as RFC 4180 CSV: a header, CRLF line ends, quotes only where needed, no byte order mark.
    ///
    /// Controls in texts are shown as `\u{…}`, but for line ends and tabs. A text that begins with `=`, `+`, `-` or `@` stays as it is:
    /// these files are read by programs, for which a changed name would be another name. (SECURITY.md says how to open them in a
    /// spreadsheet.)
    public var csv: String {
        let lines = [columns.map { Self.quoted($0.name) }] + rows.map { $0.map(Self.text) }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func text(_ cell: Cell) -> String {
        switch cell {
        case .string(let value): quoted(value)
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .boolean(let value): value ? "true" : "false"
        case .missing: ""
        }
    }

    private static func quoted(_ raw: String) -> String {
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
