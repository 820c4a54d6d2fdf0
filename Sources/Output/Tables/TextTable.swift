/// A table for the terminal: columns as wide as they need to be, numbers to the right.
///
/// Cells are single lines: what cannot be seen in them is shown before columns are measured. Results are laid out by ``Columns``.
package struct TextTable: Sendable, Equatable {
    let header: [String]
    /// Columns that are set to the left; all others are set to the right.
    let left: Set<Int>
    private var rows: [[String]] = []

    package init(_ header: [String], left: Set<Int> = [0]) {
        self.header = header.map(Escaped.line)
        self.left = left
    }

    package mutating func append(_ row: [String]) {
        precondition(row.count == header.count, "a row needs \(header.count) cells")
        rows.append(row.map(Escaped.line))
    }

    /// The lines, each ended by a line feed.
    package var text: String {
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
