internal import Output

/// Observations as JSON lines: one object a line, whose members are the columns.
enum ObservationLines {
    static func table(_ bytes: [UInt8], file: String, hash: String) throws(DataError) -> ObservationTable {
        var objects: [(line: TextLine, members: [String: JSONValue])] = []
        let lines: [TextLine]
        do { lines = try LineReader.jsonLines(of: bytes) } catch {
            if isLog(bytes) { throw DataError(file, 1, 1, "is a log of conversations. \(DataError.unlabelled)") }
            throw DataError(file, error)
        }
        for line in lines {
            let value: JSONValue
            do { value = try JSONValue(strictly: line.bytes) } catch {
                throw DataError(file, line.error(at: error.byte ?? 0, error.problem))
            }
            guard case .object(let members) = value else {
                throw DataError(file, line.number, 1, "is not an object; each line must be one")
            }
            objects.append((line, members))
        }
        guard !objects.isEmpty else { throw DataError(file, 1, 1, "is empty; it must have one object a line") }
        if let first = objects.first, LabelTable.isLabel(first.members) {
            return try LabelTable.table(objects, file: file, hash: hash)
        }
        let columns = Set(objects.flatMap { $0.members.keys }).sorted()
        var rows: [ObservationTable.Row] = []
        var obstacles: [String: DataError] = [:]
        for (line, members) in objects {
            let text = String(decoding: line.bytes, as: UTF8.self)
            let starts = columns.map { place(of: $0, in: text) }
            var fields: [String] = []
            for (column, start) in zip(columns, starts) {
                let field = field(members[column])
                if field == nil, obstacles[column] == nil {
                    obstacles[column] = DataError(
                        file, line.number, start,
                        "has a member '\(column)' that is a list or an object; it must be one value")
                }
                fields.append(field ?? "")
            }
            rows.append(.init(line: line.number, fields: fields, starts: starts))
        }
        return ObservationTable(file: file, columns: columns, rows: rows, hash: hash, obstacles: obstacles)
    }

    /// Whether a file is one document with samples, as Inspect writes logs.
    private static func isLog(_ bytes: [UInt8]) -> Bool {
        (try? JSONValue(strictly: bytes))?["samples"] != nil
    }

    /// The text of a value; nil for lists and objects.
    private static func field(_ value: JSONValue?) -> String? {
        switch value {
        case nil, .null: ""
        case .string(let value): value
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .bool(let value): value ? "true" : "false"
        case .array, .object: nil
        }
    }

    /// Where a member stands in its line: at its name, or at 1 where the name is written with escapes or not at all.
    private static func place(of member: String, in line: String) -> Int {
        guard let range = line.firstRange(of: "\"\(member)\"") else { return 1 }
        return line[..<range.lowerBound].unicodeScalars.count + 1
    }
}
