/// A file that says how often names are mistaken for each other: `confusion.csv` of `label agreement`, or a square table.
///
/// The first has a row for each pair of names: `truth,given,count,…,member`, with `share` instead of `count` where no texts were
/// counted. The second has the given names in its header and a row for each true name; whole numbers are texts, and rows that sum to 1 are
/// shares, which are then taken for certain.
package struct ConfusionFile: Sendable, Equatable {
    /// What the names of a matrix are.
    package enum Member: String, Sendable, CaseIterable {
        case response, cue, state, reaction
    }

    /// Numbers by true and given name, before they are a matrix.
    package struct Part: Sendable, Equatable {
        /// Nil where the file does not say what is named.
        package var member: Member?
        package var names: [String]
        /// [K][K], by true and given name.
        package var values: [[Double]]
        /// Whether the values are texts rather than shares.
        package var isCounted: Bool
    }

    package let file: String
    /// SHA-256 of the file's bytes.
    package let hash: String
    package let parts: [Part]

    /// - Throws: `DataError` with line and column, or `FileError` if the file cannot be read.
    package static func load(path: String) throws -> ConfusionFile {
        try ConfusionFile(try ObservationTable.load(path: path))
    }

    package init(_ table: ObservationTable) throws(DataError) {
        (file, hash) = (table.file, table.hash)
        guard !table.rows.isEmpty else {
            throw DataError(table.file, 1, 1, "has no row; a confusion matrix was to be here")
        }
        parts =
            table.columns.contains("truth") && table.columns.contains("given")
            ? try Self.pairs(table) : [try Self.square(table)]
    }

    // MARK: A row a pair

    private static func pairs(_ table: ObservationTable) throws(DataError) -> [Part] {
        func column(_ name: String) -> Int? { table.columns.firstIndex(of: name) }
        guard let truth = column("truth"), let given = column("given"), let value = column("count") ?? column("share")
        else {
            throw DataError(table.file, 1, 1, "has no column 'count'; a confusion matrix needs truth, given and count")
        }
        var (members, cells): ([Member?], [[(truth: String, given: String, value: Double, row: Int)]]) = ([], [])
        for (row, fields) in table.rows.map(\.fields).enumerated() {
            var member: Member?
            if let column = column("member") {
                member = Member(rawValue: ObservationTable.trimmed(fields[column]))
                guard member != nil else {
                    let known = Member.allCases.map(\.rawValue).joined(separator: ", ")
                    throw error(table, row, column, "is '\(fields[column])'; it must be one of \(known)")
                }
            }
            let place = members.firstIndex(of: member) ?? members.count
            if place == members.count {
                members.append(member)
                cells.append([])
            }
            cells[place].append(
                (
                    ObservationTable.trimmed(fields[truth]), ObservationTable.trimmed(fields[given]),
                    try number(table, row, value), row
                ))
        }
        var parts: [Part] = []
        for (member, cells) in zip(members, cells) {
            let names = FittedYAML.unique(cells.map(\.truth) + cells.map(\.given))
            var seen = names.map { _ in [Double?](repeating: nil, count: names.count) }
            for cell in cells {
                guard let i = names.firstIndex(of: cell.truth), let j = names.firstIndex(of: cell.given) else {
                    continue
                }
                guard seen[i][j] == nil else {
                    throw error(table, cell.row, truth, "has '\(cell.truth)' taken for '\(cell.given)' a second time")
                }
                seen[i][j] = cell.value
            }
            for (i, row) in seen.enumerated() {
                if let j = row.firstIndex(of: nil) {
                    let missing = row.allSatisfy { $0 == nil }
                    throw DataError(
                        table.file, 1, 1,
                        missing
                            ? "has no row whose truth is '\(names[i])', which was given; every name needs texts of which it is true"
                            : "is not square: it has no row for '\(names[i])' taken for '\(names[j])'")
                }
            }
            parts.append(
                Part(
                    member: member, names: names, values: seen.map { $0.map { $0 ?? 0 } },
                    isCounted: column("count") != nil))
        }
        return parts
    }

    // MARK: A square table

    private static func square(_ table: ObservationTable) throws(DataError) -> Part {
        let names = Array(table.columns.dropFirst())
        guard table.rows.count == names.count else {
            throw DataError(
                table.file, 1, 1,
                "is not square: \(table.rows.count) rows and \(names.count) columns of names. It must have the given names in its "
                    + "header and a row for each true name, or the columns truth, given and count")
        }
        var values = names.map { _ in [Double]() }
        var truths: [String] = []
        for (row, fields) in table.rows.map(\.fields).enumerated() {
            let truth = ObservationTable.trimmed(fields[0])
            guard let place = names.firstIndex(of: truth), !truths.contains(truth) else {
                throw error(
                    table, row, 0,
                    "has the true name '\(truth)'; the names are those of the header, each once: "
                        + names.joined(separator: ", "))
            }
            truths.append(truth)
            for column in 1..<fields.count { values[place].append(try number(table, row, column)) }
        }
        let isCounted =
            values.allSatisfy { $0.allSatisfy { $0 == $0.rounded() } } && values.contains { $0.reduce(0, +) != 1 }
        return Part(member: nil, names: names, values: values, isCounted: isCounted)
    }

    private static func number(_ table: ObservationTable, _ row: Int, _ column: Int) throws(DataError) -> Double {
        let text = ObservationTable.trimmed(table.rows[row].fields[column])
        guard let value = ObservationTable.number(text) else {
            throw error(table, row, column, ObservationTable.problem(ofNumber: text))
        }
        guard value >= 0 else { throw error(table, row, column, "is \(text); it must be at least 0") }
        return value
    }

    private static func error(
        _ table: ObservationTable, _ row: Int, _ column: Int, _ problem: String
    ) -> DataError {
        let starts = table.rows[row].starts
        return DataError(
            table.file, table.rows[row].line, starts.indices.contains(column) ? starts[column] : 1,
            "\(table.columns[column].isEmpty ? "the first column" : table.columns[column]) \(problem)")
    }
}
