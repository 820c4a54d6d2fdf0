/// The columns of a result, declared once: the file of a table, the objects of a JSON list and the lines of a terminal table
/// are three ways to print them.
///
/// ```swift
/// static let columns = Columns<Point>([
///     .number("x", "the first measure, exact") { $0.x }.shown { Format.fixed($0.x, 4) },
///     .boolean("converged", "whether the search converged") { $0.isConverged },
/// ])
/// columns.table("points", title: "Points", rows: points)
/// columns.json(points)
/// columns.text(points)
/// ```
package struct Columns<Row> {
    package struct Column {
        let column: TidyTable.Column
        let cell: (Row) -> TidyTable.Cell
        /// The JSON key; nil where the column stands in no JSON.
        var key: String?
        var isInFile = true
        /// How the terminal shows it; nil where it does not.
        var shown: Shown?

        struct Shown {
            let heading: String
            let isLeft: Bool
            let text: (Row) -> String
        }

        package static func string(
            _ name: String, _ description: String, _ value: @escaping (Row) -> String?
        ) -> Column {
            Column(.init(name, .string, description)) { value($0).map { .string($0) } ?? .missing }
        }

        package static func number(
            _ name: String, _ description: String, _ value: @escaping (Row) -> Double?
        ) -> Column {
            Column(.init(name, .number, description)) { .number(ifPresent: value($0)) }
        }

        package static func integer(
            _ name: String, _ description: String, _ value: @escaping (Row) -> Int?
        ) -> Column {
            Column(.init(name, .integer, description)) { .integer(ifPresent: value($0)) }
        }

        package static func boolean(
            _ name: String, _ description: String, _ value: @escaping (Row) -> Bool?
        ) -> Column {
            Column(.init(name, .boolean, description)) { value($0).map { .boolean($0) } ?? .missing }
        }

        private init(_ column: TidyTable.Column, _ cell: @escaping (Row) -> TidyTable.Cell) {
            self.column = column
            self.cell = cell
            key = column.name
        }

        /// The column under another key in JSON.
        package func json(_ key: String) -> Column { with { $0.key = key } }

        /// The column in files and on the terminal only: in JSON it stands elsewhere, once for all rows.
        package var notInJSON: Column { with { $0.key = nil } }

        /// The column in JSON and on the terminal only.
        package var notInFiles: Column { with { $0.isInFile = false } }

        /// The column on the terminal too.
        ///
        /// - Parameter left: whether its cells are set to the left; numbers are set to the right.
        package func shown(
            _ heading: String? = nil, left: Bool = false, _ text: @escaping (Row) -> String
        ) -> Column {
            with { $0.shown = Shown(heading: heading ?? column.name, isLeft: left, text: text) }
        }

        private func with(_ change: (inout Column) -> Void) -> Column {
            var copy = self
            change(&copy)
            return copy
        }
    }

    private let columns: [Column]

    package init(_ columns: [Column]) { self.columns = columns }

    /// The same columns and more after them.
    package static func + (first: Columns, second: Columns) -> Columns { Columns(first.columns + second.columns) }

    /// The columns for rows that hold such rows.
    package func of<Outer>(_ row: @escaping (Outer) -> Row) -> Columns<Outer> {
        Columns<Outer>(
            columns.map { column in
                var outer = Columns<Outer>.Column(lifting: column, row)
                outer.shown = column.shown.map { shown in
                    .init(heading: shown.heading, isLeft: shown.isLeft) { shown.text(row($0)) }
                }
                return outer
            })
    }

    /// The file's table.
    package func table(_ name: String, title: String, rows: some Sequence<Row>) -> TidyTable {
        let columns = columns.filter(\.isInFile)
        var table = TidyTable(name: name, title: title, columns: columns.map(\.column))
        for row in rows { table.append(columns.map { $0.cell(row) }) }
        return table
    }

    /// One object a row.
    package func json(_ rows: some Sequence<Row>) -> JSONValue { .array(rows.map { .object(members($0)) }) }

    /// The members of one row's object; what is missing is null.
    package func members(_ row: Row) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for column in columns { if let key = column.key { members[key] = column.cell(row).json } }
        return members
    }

    /// The lines for the terminal: the columns that are shown.
    package func text(_ rows: some Sequence<Row>, indent: String = "") -> String {
        let shown = columns.compactMap(\.shown)
        guard let first = shown.first else { return "" }
        var table = TextTable(
            [indent + first.heading] + shown.dropFirst().map(\.heading),
            left: Set(shown.indices.filter { shown[$0].isLeft }))
        for row in rows { table.append([indent + first.text(row)] + shown.dropFirst().map { $0.text(row) }) }
        return table.text
    }
}

extension Columns.Column {
    fileprivate init<Inner>(lifting column: Columns<Inner>.Column, _ row: @escaping (Row) -> Inner) {
        self.column = column.column
        cell = { column.cell(row($0)) }
        key = column.key
        isInFile = column.isInFile
    }
}

extension TidyTable.Cell {
    /// The same value in JSON; what is missing is null.
    package var json: JSONValue {
        switch self {
        case .string(let value): .string(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .boolean(let value): .bool(value)
        case .missing: .null
        }
    }
}
