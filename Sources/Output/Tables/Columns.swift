/// The columns of a list of results, declared once: the table of a file, the objects of a JSON list and the lines of a terminal
/// are three ways to print them.
///
/// ```swift
/// private var columns: Columns<Point> {
///     [
///         .number("x", "the first measure, exact") { $0.x }.shown("x", decimals: 4),
///         .boolean("converged", "whether the search converged") { $0.isConverged },
///     ]
/// }
/// columns.table("points", title: "Points", rows: points)
/// columns.json(points)
/// columns.text(points)
/// ```
///
/// A column that a list needs in only one of the three says so, and what a file repeats in every row (which run, which scenario)
/// are columns of no row, `Columns<Void>`, that only ``table(_:title:rows:within:)`` takes.
package struct Columns<Row>: ExpressibleByArrayLiteral, Sendable {
    let columns: [Column]

    package init(_ columns: [Column]) {
        Self.check(columns.compactMap { $0.field?.column.name })
        self.columns = columns
    }

    package init(arrayLiteral elements: Column...) { self.init(elements) }

    /// Two columns of one name would be two answers to one question.
    private static func check(_ names: [String]) {
        var seen: Set<String> = []
        for name in names { precondition(seen.insert(name).inserted, "two columns are called \(name)") }
    }

    /// The same columns and more after them.
    package func followed(by others: Columns) -> Columns { Columns(columns + others.columns) }

    /// The columns for rows that hold such rows.
    package func of<Outer>(_ row: @escaping @Sendable (Outer) -> Row) -> Columns<Outer> {
        Columns<Outer>(columns.map { $0.of(row) })
    }

    // MARK: Files

    /// The table of a file: the columns that files have.
    ///
    /// - Parameter constants: columns before these whose cells are the same in all rows.
    /// - Complexity: O(rows · columns).
    package func table(
        _ name: String, title: String, rows: some Sequence<Row>, within constants: Columns<Void> = []
    ) -> TidyTable {
        let first = constants.columns.compactMap(\.field)
        let fields = columns.compactMap(\.field)
        let cells = first.map { $0.cell(()) }
        var table = TidyTable(name: name, title: title, columns: first.map(\.column) + fields.map(\.column))
        Self.check(table.columns.map(\.name))
        for row in rows { table.append(cells + fields.map { $0.cell(row) }) }
        return table
    }

    /// Adds a row as a line of the table's CSV: for tables that are written as they grow.
    ///
    /// One function of functions, made once: a loop over columns would ask for the types of its parts again for every row, since rows are
    /// of any type.
    ///
    /// - Complexity: O(columns) a row.
    package func csvRow() -> CSVRow<Row> {
        let cells = columns.compactMap { $0.field?.cell }
        var write: CSVRow<Row> = { _, _ in }
        for (index, cell) in cells.enumerated() {
            let before = write
            write = { row, line in
                before(row, &line)
                if index > 0 { line.append(",") }
                TidyTable.append(cell(row), to: &line)
            }
        }
        let whole = write
        return { row, line in
            whole(row, &line)
            line.append("\r")
            line.endLine()
        }
    }

    // MARK: JSON

    /// One object a row.
    package func json(_ rows: some Sequence<Row>) -> JSONValue { .array(rows.map { .object(members($0)) }) }

    /// One object a row, by the names of the rows, which differ.
    package func json(_ rows: some Sequence<Row>, by name: (Row) -> String) -> JSONValue {
        var objects: [String: JSONValue] = [:]
        for row in rows {
            let previous = objects.updateValue(.object(members(row)), forKey: name(row))
            precondition(previous == nil, "two rows are called \(name(row))")
        }
        return .object(objects)
    }

    /// The members of a row's object. What is missing is null, unless its column is left out there.
    package func members(_ row: Row) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for member in columns.compactMap(\.member) {
            guard let value = member.value(row) else { continue }
            let previous = members.updateValue(value, forKey: member.key)
            precondition(previous == nil, "two columns are called \(member.key) in JSON")
        }
        return members
    }

    // MARK: Terminal

    /// The lines for people: the columns that are shown, in their order, under their headings.
    ///
    /// - Parameter indent: stands before every line.
    /// - Returns: lines, each ended by a line feed; nothing where no column is shown.
    package func text(_ rows: some Sequence<Row>, indent: String = "") -> String {
        let shown = columns.compactMap(\.shown)
        guard !shown.isEmpty else { return "" }
        func line(_ cells: [String]) -> [String] { [indent + cells[0]] + cells.dropFirst() }
        var table = TextTable(line(shown.map(\.heading)), left: Set(shown.indices.filter { shown[$0].isLeft }))
        for row in rows { table.append(line(shown.map { $0.text(row) })) }
        return table.text
    }
}

/// Adds a row as a line of CSV.
package typealias CSVRow<Row> = @Sendable (Row, inout LineBuffer) -> Void
