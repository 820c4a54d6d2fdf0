/// A column of a dataset, as the header of a card declares it.
struct Column: Equatable, Sendable {
    /// What a column holds.
    enum Kind: Equatable, Sendable {
        case string, number, integer, bool
        /// A list of texts.
        case strings
        /// An object.
        case object([Column])
        /// A list of objects.
        case list([Column])
    }

    let name: String
    let kind: Kind

    init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// A list of messages.
    static func messages(_ name: String) -> Column {
        Column(name, .list([Column("content", .string), Column("role", .string)]))
    }

    /// The column in the YAML that `datasets` reads.
    ///
    /// - Parameter indent: how many spaces stand before the dash.
    func yaml(indent: Int) -> String {
        let space = String(repeating: " ", count: indent)
        func nested(_ key: String, _ columns: [Column]) -> String {
            "\(space)- name: \(name)\n\(space)  \(key):\n"
                + columns.map { $0.yaml(indent: indent + 2) }.joined(separator: "\n")
        }
        func flat(_ type: String) -> String { "\(space)- name: \(name)\n\(space)  dtype: \(type)" }
        return switch kind {
        case .string: flat("string")
        case .number: flat("float64")
        case .integer: flat("int64")
        case .bool: flat("bool")
        case .strings: "\(space)- name: \(name)\n\(space)  list: string"
        case .object(let columns): nested("struct", columns)
        case .list(let columns): nested("list", columns)
        }
    }
}

extension [Column] {
    /// What every row says of where it comes from.
    static let origin = [
        Column("policy", .string), Column("prompt_id", .string), Column("scenario", .string),
        Column("seed", .string), Column("split", .string),
    ]

    func sorted() -> [Column] { sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) } }
}
