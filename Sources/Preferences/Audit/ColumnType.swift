internal import Output

/// What a reader that guesses types makes of a column.
indirect enum ColumnType: Equatable {
    case null, bool, whole, number, text
    case list(ColumnType)
    case object([String: ColumnType])
    /// Several kinds, which new versions of `datasets` keep as undecoded JSON and old ones refuse.
    case mixed

    /// - Complexity: O(size of the value).
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .integer: self = .whole
        case .number: self = .number
        case .string: self = .text
        case .array(let values): self = .list(values.reduce(.null) { $0.joined(with: ColumnType($1)) })
        case .object(let members): self = .object(members.mapValues { ColumnType($0) })
        }
    }

    /// The type of a column that holds both.
    func joined(with other: ColumnType) -> ColumnType {
        switch (self, other) {
        case (let a, let b) where a == b: return a
        case (.null, let b): return b
        case (let a, .null): return a
        case (.whole, .number), (.number, .whole): return .number
        case (.list(let a), .list(let b)): return .list(a.joined(with: b))
        case (.object(let a), .object(let b)): return .object(a.merging(b) { $0.joined(with: $1) })
        default: return .mixed
        }
    }

    /// What stands here that a column of an earlier type cannot take, or nil.
    func problem(after first: ColumnType) -> String? {
        switch (first, self) {
        case (let a, let b) where a == b: return nil
        case (_, .null), (.mixed, _), (.number, .whole), (.bool, .whole), (.whole, .bool): return nil
        // Turned into texts, in silence.
        case (.text, .whole), (.text, .number), (.text, .bool), (.text, .mixed): return nil
        case (.whole, .number): return "numbers with a fraction after whole numbers"
        case (.null, _): return "\(name) after nothing but nulls"
        case (.list(let a), .list(let b)): return b.problem(after: a)
        case (.object(let a), .object(let b)):
            for (key, type) in b.sorted(by: { $0.key < $1.key }) {
                guard let earlier = a[key] else { return "a member \(key) that was not there before" }
                if let problem = type.problem(after: earlier) { return problem }
            }
            return nil
        default: return "\(name) after \(first.name)"
        }
    }

    /// For people.
    var name: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .whole: "a whole number"
        case .number: "a number"
        case .text: "a text"
        case .list(.object): "a list of objects"
        case .list: "a list"
        case .object: "an object"
        case .mixed: "of several kinds"
        }
    }
}
