/// A table for the terminal: columns as wide as they need to be, numbers to the right.
///
/// Cells are single lines: what cannot be seen in them is shown before columns are measured.
public struct TextTable: Sendable, Equatable {
    public let header: [String]
    /// Columns that are set to the left; all others are set to the right.
    public let left: Set<Int>
    private var rows: [[String]] = []

    public init(_ header: [String], left: Set<Int> = [0]) {
        self.header = header.map(Escaped.line)
        self.left = left
    }

    public mutating func append(_ row: [String]) {
        precondition(row.count == header.count, "a row needs \(header.count) cells")
        rows.append(row.map(Escaped.line))
    }

    /// The lines, each ended by a line feed.
    public var text: String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = row.indices.map { column -> String in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return left.contains(column) ? row[column] + padding : padding + row[column]
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
