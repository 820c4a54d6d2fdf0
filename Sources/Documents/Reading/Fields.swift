package import Yams

/// The keys of a mapping in the file's order, each once, without what reads them: the context keeps them, so they may not
/// keep the context.
package struct MappingKeys {
    /// One key and its value.
    package struct Entry {
        package let name: String
        package let key: Node
        package let value: Node

        package init(name: String, key: Node, value: Node) {
            self.name = name
            self.key = key
            self.value = value
        }
    }

    package private(set) var entries: [Entry] = []
    package private(set) var indices: [String: Int] = [:]
    /// Whether keys were left out, so that a name that is missing may be one of them.
    package private(set) var isIncomplete = false

    /// Reads the keys; a repeated key, a merge key, or one that is not a scalar, is reported and left out.
    package init(_ mapping: Node.Mapping, of owner: NodeReader) {
        for (keyNode, value) in mapping {
            let position = keyNode.mark.map { SourcePosition(line: $0.line, column: $0.column) }
            guard case .scalar(let scalar) = keyNode else {
                isIncomplete = true
                owner.context.sink.error(
                    "has a key that is a collection; a key must be a name",
                    at: position.map { SourceSpan(position: $0, length: 1) }, path: owner.path)
                continue
            }
            if let position, let first = owner.context.firstLine(ofDuplicateAt: position) {
                let name = owner.context.sink.source.scalars(at: position, count: scalar.string.unicodeScalars.count)
                let length = scalar.string.unicodeScalars.count
                isIncomplete = true
                owner.context.sink.error(
                    ComposedDocument.duplicate(firstLine: first), at: SourceSpan(position: position, length: length),
                    path: owner.path(of: name))
                continue
            }
            let entry = Entry(name: scalar.string, key: keyNode, value: value)
            guard entry.name != "<<" else {
                owner.reader(of: entry).errorAtKey("is a merge key, and scenarios have none; write the entries out")
                isIncomplete = true
                continue
            }
            indices[entry.name] = entries.count
            entries.append(entry)
        }
    }
}

extension NodeReader {
    /// The reader of an entry of the mapping that the node is.
    fileprivate func reader(of entry: MappingKeys.Entry) -> NodeReader {
        NodeReader(
            node: entry.value, path: path(of: Self.excerpt(entry.name, DocumentLimits.nameLength)), keyNode: entry.key,
            context: context)
    }

    fileprivate func path(of name: String) -> String {
        path.isEmpty ? name : "\(path).\(name)"
    }
}

/// The entries of a mapping in the file's order, each key once.
package struct Fields {
    /// One entry.
    package struct Entry {
        package let name: String
        package let value: NodeReader

        package init(name: String, value: NodeReader) {
            self.name = name
            self.value = value
        }
        /// Where the key stands.
        package var span: SourceSpan? { value.key }
    }

    /// The mapping itself.
    package let owner: NodeReader
    package let entries: [Entry]
    private let keys: MappingKeys

    package init(_ keys: MappingKeys, of owner: NodeReader) {
        self.owner = owner
        self.keys = keys
        entries = keys.entries.map { Entry(name: $0.name, value: owner.reader(of: $0)) }
    }

    /// Whether keys were left out, so that a name that is missing may be one of them.
    package var isIncomplete: Bool { keys.isIncomplete }

    package subscript(_ name: String) -> NodeReader? {
        keys.indices[name].map { entries[$0].value }
    }

    /// The value of a key that must be there.
    package func required(_ name: String) -> NodeReader? {
        if let value = self[name] { return value }
        if isExplained(name) { return nil }
        owner.errorAtKey("has no '\(name)'; it must be given")
        return nil
    }

    /// Whether the absence of a key needs no report of its own: keys were left out, or an unknown key is near it and will be
    /// reported with the key as the suggestion.
    package func isExplained(_ name: String) -> Bool {
        isIncomplete || entries.contains { owner.context.nearest(to: $0.name, among: [name]) != nil }
    }

    /// Whether there is an entry for every name of a table; what is missing is reported, unless a misspelt key stands for it.
    package func hasAll(of table: NameTable) -> Bool {
        let missing = table.names.filter { self[$0] == nil }
        guard !missing.isEmpty else { return !table.isIncomplete }
        guard !table.isIncomplete, !isIncomplete else { return false }
        let unknown = entries.map(\.name).filter { table.index(of: $0) == nil }
        let meant = Set(unknown.compactMap { owner.context.nearest(to: $0, among: table.names) })
        let lacking = missing.filter { !meant.contains($0) }
        if !lacking.isEmpty {
            owner.errorAtKey("has no entry for \(lacking.quotedList); it must have one per \(table.singular)")
        }
        return false
    }

    /// Reports every key that is not among the known ones.
    package func rejectUnknown(except known: [String]) {
        let missing = known.filter { self[$0] == nil }
        for entry in entries where !known.contains(entry.name) {
            entry.value.errorAtKey(
                "is not a key of the format",
                suggestion: owner.context.suggestion(for: entry.name, among: missing)
                    ?? "keys: \(known.joined(separator: ", "))")
        }
    }
}

extension SourceText {
    /// Characters of the source, or of a quoted scalar's text if a quote stands there.
    package func scalars(at position: SourcePosition, count: Int) -> String {
        var rest = scalars(at: position, limit: DocumentLimits.nameLength)
        if let first = rest.first, first == "'" || first == "\"" { rest = rest.dropFirst() }
        return NodeReader.excerpt(String(String.UnicodeScalarView(rest.prefix(count))))
    }
}
