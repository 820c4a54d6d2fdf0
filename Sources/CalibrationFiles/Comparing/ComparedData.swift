package import Calibration
internal import Output

/// Conversations of two sources, read by one mapping and held together.
package struct ComparedData: Sendable {
    /// The two files.
    package let names: [String]
    package let observed: ObservedTransitions
    /// Of each conversation, whether it is of the second source.
    package let isSecond: [Bool]
    package let notes: [String]

    /// - Parameter tables: two.
    /// - Throws: `DataError` for rows that cannot be read, and for sources with nothing in common.
    package init(_ tables: [ObservationTable], _ mapping: CalibrationMapping) throws(DataError) {
        names = tables.map(\.file)
        var (notes, parts): ([String], [ObservedTransitions]) = ([], [])
        for table in tables {
            let read = try ObservationReader.read(table, mapping)
            notes += read.notes.map { "\(table.file): \($0)" }
            guard !read.data.transitions.isEmpty else { throw DataError(table.file, 1, 1, "has no turn to compare") }
            parts.append(read.data)
        }
        self.notes = notes
        try Self.checkCommon(parts, names)
        var observed = parts[0]
        let count = observed.conversations.count
        observed.conversations += parts[1].conversations
        observed.conversationTypes += parts[1].conversationTypes
        observed.transitions += parts[1].transitions.map { transition in
            var moved = transition
            moved.conversation += count
            return moved
        }
        self.observed = observed
        isSecond = observed.conversations.indices.map { $0 >= count }
    }

    /// - Throws: `DataError` where both sources say what was done, and nothing of it is the same.
    private static func checkCommon(_ parts: [ObservedTransitions], _ names: [String]) throws(DataError) {
        typealias Transition = ObservedTransitions.Transition
        let kinds: [(String, KeyPath<Transition, Int?>, [String])] = [
            ("response", \.response, parts[0].responses), ("reaction", \.reaction, parts[0].reactions),
            ("state", \.before, parts[0].states),
        ]
        for (kind, path, labels) in kinds {
            let met = parts.map { Set($0.transitions.compactMap { $0[keyPath: path] }) }
            guard !met[0].isEmpty, !met[1].isEmpty, met[0].isDisjoint(with: met[1]) else { continue }
            func list(_ indices: Set<Int>) -> String { indices.sorted().map { labels[$0] }.joined(separator: ", ") }
            throw DataError(
                "\(names[1]): error: has no \(kind) in common with \(names[0]): there \(list(met[0])), here \(list(met[1])). "
                    + "Two sources are compared in what both show; labels that mean the same need one name in the mapping"
            )
        }
    }
}
