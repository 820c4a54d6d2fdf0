/// A table for the terminal: columns as wide as they need to be, numbers to the right.
public struct TextTable: Sendable, Equatable {
    public let header: [String]
    /// Columns that are set to the left; all others are set to the right.
    public let left: Set<Int>
    private var rows: [[String]] = []

    public init(_ header: [String], left: Set<Int> = [0]) {
        self.header = header
        self.left = left
    }

    public mutating func append(_ row: [String]) {
        precondition(row.count == header.count, "a row needs \(header.count) cells")
        rows.append(row)
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

/// Numbers as people read them. Files and JSON never go through here.
public enum Format {
    /// A fixed number of decimals, rounded half away from zero.
    public static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return "\(value)" }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let digits = String(Int(scaled))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + padded }
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// An estimate with its standard error: `0.7312 ± 0.0014`; an exact number without.
    public static func quantity(_ quantity: Quantity, _ decimals: Int = 4) -> String {
        guard let value = quantity.value else { return "none" }
        guard !quantity.isExact else { return fixed(value, decimals) }
        guard let error = quantity.standardError else { return "\(fixed(value, decimals)) ± ?" }
        return "\(fixed(value, decimals)) ± \(fixed(error, decimals))"
    }

    /// Thousands separated by commas.
    public static func count(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + text
    }
}
