internal import GRDB

/// Reads the columns of a fetched row from left to right, and throws where a stored value is not what this version writes.
///
/// Any tool may have written to the file, SQLite keeps values of any type in any column, and disks err. GRDB's own
/// subscripts end the process on another type, and its conversions round, cut or read texts as numbers.
struct RowReader {
    private let row: Row
    /// What the row is of, such as `run 3`.
    var place: String
    private var column = 0

    init(_ row: Row, _ place: String = "a row") {
        self.row = row
        self.place = place
    }

    /// The next column's value.
    ///
    /// - Throws: ``StoreError`` of kind `damaged` if the column is missing, NULL or of another type.
    mutating func next<Value: StoredValue>(_ type: Value.Type = Value.self) throws(StoreError) -> Value {
        guard let value = try nextOrNil(type) else { throw problem(found: "NULL", needed: Value.name) }
        return value
    }

    /// The next column's value, or nil for NULL.
    ///
    /// - Throws: ``StoreError`` of kind `damaged` if the column is missing or of another type.
    mutating func nextOrNil<Value: StoredValue>(_ type: Value.Type = Value.self) throws(StoreError) -> Value? {
        column += 1
        guard column <= row.count else { throw problem(found: "nothing", needed: Value.name) }
        let stored: DatabaseValue = row[column - 1]
        guard !stored.isNull else { return nil }
        guard let value = Value(stored: stored) else { throw problem(found: Self.shown(stored), needed: Value.name) }
        return value
    }

    /// The next column's whole number, which must be at least `least`.
    mutating func nextCount(atLeast least: Int = 0) throws(StoreError) -> Int {
        let value = try next(Int.self)
        guard value >= least else { throw problem(found: "\(value)", needed: "a whole number of at least \(least)") }
        return value
    }

    /// The next column's whole number of at least `least`, or nil for NULL.
    mutating func nextCountOrNil(atLeast least: Int = 0) throws(StoreError) -> Int? {
        guard let value = try nextOrNil(Int.self) else { return nil }
        guard value >= least else { throw problem(found: "\(value)", needed: "a whole number of at least \(least)") }
        return value
    }

    /// The next column's code, which must have a name.
    mutating func nextCode(_ kind: String, of names: [String]) throws(StoreError) -> Int {
        let code = try next(Int.self)
        guard names.indices.contains(code) else {
            throw problem(
                found: "\(code)",
                needed: names.isEmpty
                    ? "no code, for the run has no names of kind \(kind)"
                    : "the code of one of the run's \(names.count) names of kind \(kind), from 0 to \(names.count - 1)")
        }
        return code
    }

    /// The next column's probability.
    mutating func nextProbability() throws(StoreError) -> Double {
        let value = try next(Double.self)
        // Sums of products of exact probabilities miss 0 and 1 by their rounding.
        guard value >= -1e-9, value <= 1 + 1e-9 else {
            throw problem(found: "\(value)", needed: "a probability from 0 to 1")
        }
        return value
    }

    /// That the last column read holds something else than it must.
    func problem(found: String, needed: String) -> StoreError {
        let names = Array(row.columnNames)
        let name = names.indices.contains(column - 1) ? names[column - 1] : "\(column)"
        return StoreError(.damaged, place, "has \(found) in the column \(name); it must hold \(needed)")
    }

    /// A stored value as a short text.
    private static func shown(_ value: DatabaseValue) -> String {
        switch value.storage {
        case .null: "NULL"
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): "the text \"\(text.prefix(40))\""
        case .blob(let data): "\(data.count) bytes of binary data"
        }
    }
}

/// A type that columns hold, told by how the value is stored and never by conversion.
protocol StoredValue {
    /// As people call it.
    static var name: String { get }

    init?(stored: DatabaseValue)
}

extension Int64: StoredValue {
    static var name: String { "a whole number" }

    init?(stored: DatabaseValue) {
        guard case .int64(let number) = stored.storage else { return nil }
        self = number
    }
}

extension Int: StoredValue {
    static var name: String { Int64.name }

    init?(stored: DatabaseValue) {
        guard let number = Int64(stored: stored), let value = Int(exactly: number) else { return nil }
        self = value
    }
}

extension Double: StoredValue {
    static var name: String { "a finite number" }

    init?(stored: DatabaseValue) {
        switch stored.storage {
        case .double(let number) where number.isFinite: self = number
        case .int64(let number): self = Double(number)
        default: return nil
        }
    }
}

extension String: StoredValue {
    static var name: String { "a text" }

    init?(stored: DatabaseValue) {
        guard case .string(let text) = stored.storage else { return nil }
        self = text
    }
}
