extension Columns {
    /// One column: what it is called and what it holds in files, in JSON and on the terminal.
    package struct Column: Sendable {
        /// How files have it; nil where they do not.
        var field: Field?
        /// How JSON has it; nil where it does not.
        var member: Member?
        /// How the terminal has it; nil where it does not.
        var shown: Shown?
        private let name: String
        private let isText: Bool
        /// The value, for whatever is not declared otherwise.
        private let cell: @Sendable (Row) -> TidyTable.Cell

        struct Field: Sendable {
            let column: TidyTable.Column
            let cell: @Sendable (Row) -> TidyTable.Cell
        }

        struct Member: Sendable {
            let key: String
            /// Nil for rows whose objects do not have it.
            let value: @Sendable (Row) -> JSONValue?
        }

        struct Shown: Sendable {
            let heading: String
            let isLeft: Bool
            let text: @Sendable (Row) -> String
        }

        private init(_ column: TidyTable.Column, _ cell: @escaping @Sendable (Row) -> TidyTable.Cell) {
            (name, isText) = (column.name, column.kind == .string)
            self.cell = cell
            field = Field(column: column, cell: cell)
            member = Member(key: column.name) { cell($0).json }
        }

        private init(
            _ name: String, isText: Bool, _ cell: @escaping @Sendable (Row) -> TidyTable.Cell = { _ in .missing }
        ) {
            (self.name, self.isText, self.cell) = (name, isText, cell)
        }

        /// The column for rows that hold such rows.
        package func of<Outer>(_ row: @escaping @Sendable (Outer) -> Row) -> Columns<Outer>.Column {
            let cell = cell
            var outer = Columns<Outer>.Column(name, isText: isText) { cell(row($0)) }
            outer.field = field.map { field in .init(column: field.column) { field.cell(row($0)) } }
            outer.member = member.map { member in .init(key: member.key) { member.value(row($0)) } }
            outer.shown = shown.map { shown in
                .init(heading: shown.heading, isLeft: shown.isLeft) { shown.text(row($0)) }
            }
            return outer
        }

        private func with(_ change: (inout Column) -> Void) -> Column {
            var copy = self
            change(&copy)
            return copy
        }
    }
}

extension Columns.Column {
    // MARK: What it holds

    /// A text; nil where it is missing.
    package static func string(_ name: String, _ description: String, _ value: @escaping @Sendable (Row) -> String?)
        -> Self
    {
        Self(.init(name, .string, description)) { value($0).map { .string($0) } ?? .missing }
    }

    /// A real number; nil where it is missing.
    package static func number(_ name: String, _ description: String, _ value: @escaping @Sendable (Row) -> Double?)
        -> Self
    {
        Self(.init(name, .number, description)) { value($0).map { .number($0) } ?? .missing }
    }

    /// A whole number; nil where it is missing.
    package static func integer(_ name: String, _ description: String, _ value: @escaping @Sendable (Row) -> Int?)
        -> Self
    {
        Self(.init(name, .integer, description)) { value($0).map { .integer($0) } ?? .missing }
    }

    /// Yes or no; nil where it is missing.
    package static func boolean(_ name: String, _ description: String, _ value: @escaping @Sendable (Row) -> Bool?)
        -> Self
    {
        Self(.init(name, .boolean, description)) { value($0).map { .boolean($0) } ?? .missing }
    }

    /// What only JSON has, such as lists and objects.
    ///
    /// - Parameter value: nil for rows whose objects do not have it.
    package static func member(_ key: String, _ value: @escaping @Sendable (Row) -> JSONValue?) -> Self {
        Self(key, isText: false).with { $0.member = Member(key: key, value: value) }
    }

    /// What only the terminal has.
    ///
    /// - Parameter left: whether cells are set to the left, as texts are; numbers are set to the right.
    package static func text(_ heading: String, left: Bool = false, _ text: @escaping @Sendable (Row) -> String) -> Self
    {
        Self(heading, isText: left).with { $0.shown = Shown(heading: heading, isLeft: left, text: text) }
    }

    // MARK: Where it stands

    /// The column in files and on the terminal only: JSON says it elsewhere, once for all rows, or in another form.
    package var notInJSON: Self { with { $0.member = nil } }

    /// The column in JSON and on the terminal only.
    package var notInFiles: Self { with { $0.field = nil } }

    /// The column under another key in JSON.
    package func json(_ key: String) -> Self { json(key) { cell($0).json } }

    /// The column with another value in JSON, such as a list where files have a text.
    ///
    /// - Parameter key: nil for the name.
    package func json(_ key: String? = nil, _ value: @escaping @Sendable (Row) -> JSONValue) -> Self {
        with { $0.member = Member(key: key ?? name, value: value) }
    }

    /// The column only in the JSON objects of some rows.
    package func inJSON(where condition: @escaping @Sendable (Row) -> Bool) -> Self {
        with { column in
            column.member = member.map { member in
                Member(key: member.key) { condition($0) ? member.value($0) : nil }
            }
        }
    }

    /// The column on the terminal too, in words of its own.
    ///
    /// - Parameters:
    ///   - heading: nil for the name.
    ///   - left: whether cells are set to the left; nil for what its kind does: texts to the left, all else to the right.
    package func shown(_ heading: String? = nil, left: Bool? = nil, _ text: @escaping @Sendable (Row) -> String) -> Self
    {
        with { $0.shown = Shown(heading: heading ?? name, isLeft: left ?? isText, text: text) }
    }

    /// The column on the terminal too, as files have it.
    package func shown(_ heading: String? = nil, left: Bool? = nil, missing: String = "") -> Self {
        shown(heading, left: left) { cell($0).text ?? missing }
    }

    /// A number on the terminal too, with so many decimals.
    package func shown(_ heading: String? = nil, decimals: Int, missing: String = "") -> Self {
        formatted(heading, missing: missing) { Format.fixed($0, decimals) }
    }

    /// A number on the terminal too, real or whole.
    package func formatted(
        _ heading: String? = nil, missing: String = "", _ format: @escaping @Sendable (Double) -> String
    ) -> Self {
        shown(heading) { cell($0).number.map(format) ?? missing }
    }
}
