internal import Scenarios

/// Wide tables, and the account of what was not used.
extension ObservationReader {
    /// One row per column and, for percentages, reaction; the virtual columns are the field, `reaction` and `weight`.
    static func long(_ table: ObservationTable, _ wide: CalibrationMapping.Wide) -> ObservationTable {
        var rows: [ObservationTable.Row] = []
        for row in table.rows {
            for (column, label) in zip(wide.columns, wide.labels) {
                guard let position = table.columns.firstIndex(of: column) else { continue }
                let value = ObservationTable.trimmed(row.fields[position])
                let starts =
                    row.starts
                    + [Int](repeating: row.starts.indices.contains(position) ? row.starts[position] : 1, count: 3)
                guard let percent = wide.percent else {
                    rows.append(.init(line: row.line, fields: row.fields + [label, "", value], starts: starts))
                    continue
                }
                let rest = ObservationTable.number(value).map { "\(100 - $0)" } ?? value
                rows.append(.init(line: row.line, fields: row.fields + [label, percent[0], value], starts: starts))
                rows.append(.init(line: row.line, fields: row.fields + [label, percent[1], rest], starts: starts))
            }
        }
        return ObservationTable(
            file: table.file, columns: table.columns + [wide.field, "reaction", "weight"], rows: rows, hash: table.hash,
            notes: table.notes, obstacles: table.obstacles)
    }

    var unmappedError: DataError {
        let lines = unmapped.sorted { $0.key < $1.key }.flatMap { column, labels in
            labels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                "\(column) '\($0.key)': \($0.value) rows"
            }
        }
        return DataError(
            "\(table.file) has labels that \(mapping.file) does not map; map them, or map them to null to leave them "
                + "out:", details: lines)
    }

    var notes: [String] {
        let labels = nulls.sorted { $0.key < $1.key }.flatMap { column, labels in
            labels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                "\(column) '\($0.key)': \($0.value) rows, mapped to null"
            }
        }
        let weight = mapping.weight ?? "weight"
        return labels + (weightless == 0 ? [] : ["\(weight): \(weightless) rows of weight 0, left out"])
            + empty.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value) rows empty, not observed" }
    }

    /// Labels of a running mean that have no score, among the rows that a later one looks back on.
    mutating func checkScores(_ rows: [Int]) {
        for (name, number) in mapping.numbers {
            guard let scores = number.scores else { continue }
            for row in rows.dropLast() {
                let label = field(row, number.column)
                if label.isEmpty {
                    empty["\(number.column) in numbers.\(name)", default: 0] += 1
                } else if Self.meaning(of: label, in: scores) == nil {
                    unmapped["\(number.column) in numbers.\(name)", default: [:]][label, default: 0] += 1
                }
            }
        }
    }
}
