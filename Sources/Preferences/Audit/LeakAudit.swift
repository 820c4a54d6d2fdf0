internal import Output

/// Finds names of user types as words in the texts of a row.
struct LeakAudit {
    /// Each name, and the words that it is made of in small letters.
    private let names: [(name: String, words: [String])]

    init(users: [String]) { names = users.map { ($0, Self.words($0)) } }

    /// The names that occur in a text of the row, once each.
    ///
    /// - Complexity: O(length of the texts · names).
    func names(in row: [String: JSONValue]) -> [String] {
        guard !names.isEmpty else { return [] }
        var texts: [[String]] = []
        for (name, value) in row where !Self.described.contains(name) { Self.collect(value, into: &texts) }
        return names.filter { _, words in texts.contains { Self.contains($0, words) } }.map(\.name)
    }

    /// Columns that name the scenario and what it contains, and are never shown to a model. Those of a rationale name user types
    /// on purpose.
    private static let described = Set(
        ["chosen_response", "nodes", "policy", "rejected_response", "response", "scenario"] + RationaleColumns.names)

    private static func collect(_ value: JSONValue, into texts: inout [[String]]) {
        switch value {
        case .string(let text): texts.append(words(text))
        case .array(let values): for value in values { collect(value, into: &texts) }
        case .object(let members):
            for (name, value) in members where !described.contains(name) { collect(value, into: &texts) }
        default: break
        }
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    }

    private static func contains(_ text: [String], _ words: [String]) -> Bool {
        guard let first = words.first, text.count >= words.count else { return false }
        return (0...(text.count - words.count)).contains { start in
            text[start] == first && text[start..<(start + words.count)].elementsEqual(words)
        }
    }
}
