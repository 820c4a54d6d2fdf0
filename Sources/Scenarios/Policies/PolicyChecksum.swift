public import Output

/// The checksum of a policy file: what it plays, for which game, and what its solver said of it.
///
/// `content_sha256` is the SHA-256 of UTF-8 lines, each of canonical JSON without spaces and ended by a line feed. All
/// numbers are written as reals, names of responses, observations and cues are sorted by their UTF-8, and what is in the order of those names
/// in the file (strategies, successors, first nodes) is put into the sorted order:
///
/// 1. an object of `game_hash`, `kind`, `memory`, `responses`, `observations`, `cues` and `solution`, as far as the file has them;
/// 2. of a finite-memory policy its `strategies`, a line each, the lines sorted; of a policy graph `initial`, and then its
///    `nodes` in their order, a line each.
///
/// So neither white space nor the order of columns or keys counts, and any change of a probability does.
extension PolicyFile {
    /// The key of the checksum.
    static let checksumKey = "content_sha256"

    /// A file with its checksum, in place of the one that it may have had.
    ///
    /// - Parameter file: a policy file of format 1; anything else is returned as it is.
    /// - Complexity: O(size of the file).
    public static func sealed(_ file: JSONValue) -> JSONValue {
        guard case .object(var members) = file, let checksum = checksum(of: file) else { return file }
        members[checksumKey] = .string(checksum)
        return .object(members)
    }

    /// What the checksum of a file must be; nil if it holds a number that JSON cannot express.
    static func checksum(of file: JSONValue) -> String? {
        let responses = SortedNames(file["responses"])
        let observations = SortedNames(file["observations"])
        let cues = SortedNames(file["cues"])
        var head: [String: JSONValue] = [:]
        for key in ["game_hash", "kind", "memory", "solution"] { head[key] = file[key] }
        for (key, names) in [("responses", responses), ("observations", observations), ("cues", cues)] {
            if let names { head[key] = .strings(names.names) }
        }
        func played(_ entry: JSONValue) -> JSONValue {
            guard case .object(var members) = entry else { return entry }
            if let strategy = members["strategy"] { members["strategy"] = responses.sorted(strategy) }
            if let next = members["next"] {
                let isNested = next.arrayValue?.first?.arrayValue != nil
                members["next"] =
                    isNested
                    ? responses.sorted(.array((next.arrayValue ?? []).map { observations.sorted($0) }))
                    : observations.sorted(next)
            }
            return .object(members)
        }
        do throws(JSONError) {
            var lines = [try line(.object(head))]
            var rows: [[UInt8]] = []
            for row in file["strategies"]?.arrayValue ?? [] { rows.append(try line(played(row))) }
            lines += rows.sorted { $0.lexicographicallyPrecedes($1) }
            if let initial = file["initial"] { lines.append(try line(cues.sorted(initial))) }
            for node in file["nodes"]?.arrayValue ?? [] { lines.append(try line(played(node))) }
            return ContentHash.sha256(Array(lines.joined()))
        } catch {
            return nil
        }
    }

    private static func line(_ value: JSONValue) throws(JSONError) -> [UInt8] {
        try value.withRealNumbers.bytes() + [UInt8(ascii: "\n")]
    }
}

/// Names of a file in the order of their UTF-8, and where each was.
private struct SortedNames {
    let names: [String]
    let places: [Int]

    /// - Returns: nil if there is no list of names.
    init?(_ list: JSONValue?) {
        guard let values = list?.arrayValue else { return nil }
        let names = values.compactMap(\.stringValue)
        guard names.count == values.count else { return nil }
        places = names.indices.sorted {
            names[$0] == names[$1] ? $0 < $1 : names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8)
        }
        self.names = places.map { names[$0] }
    }
}

extension SortedNames? {
    /// A list in the order of the names; anything that is no list with an entry per name is returned as it is.
    fileprivate func sorted(_ list: JSONValue) -> JSONValue {
        guard let self, let entries = list.arrayValue, entries.count == self.places.count else { return list }
        return .array(self.places.map { entries[$0] })
    }
}

extension JSONValue {
    /// The value with whole numbers as reals and without −0: programs that write JSON anew do not keep them apart.
    fileprivate var withRealNumbers: JSONValue {
        switch self {
        case .integer(let value): .number(Double(value))
        case .number(let value): .number(value == 0 ? 0 : value)
        case .array(let values): .array(values.map(\.withRealNumbers))
        case .object(let members): .object(members.mapValues(\.withRealNumbers))
        case .null, .bool, .string: self
        }
    }
}
