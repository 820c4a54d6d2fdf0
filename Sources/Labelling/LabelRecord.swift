public import InputErrors
public import Output

/// One line of a label file: a label, and the text that it is about, by name and hash.
public struct LabelRecord: Sendable, Equatable {
    public let id: String
    public let kind: UnlabelledText.Kind
    public let index: Int
    /// SHA-256 of the text's UTF-8, in hexadecimal.
    public let sha256: String
    public let label: TextLabel

    public init(id: String, kind: UnlabelledText.Kind, index: Int, sha256: String, label: TextLabel) {
        self.id = id
        self.kind = kind
        self.index = index
        self.sha256 = sha256
        self.label = label
    }

    public init(_ text: UnlabelledText, _ label: TextLabel) {
        self.init(
            id: text.id, kind: text.kind, index: text.index, sha256: ContentHash.sha256(text.content), label: label)
    }

    /// The line, with distributions by name; keys that do not apply are absent, and names with probability 0 too.
    public func json(_ scheme: LabelScheme) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(id), "kind": .string(kind.rawValue), "index": .integer(index), "sha256": .string(sha256),
            "abstained": .bool(label.isAbstained), "labeller": .string(label.labeller),
        ]
        members["response"] = label.response.map { Self.json($0, scheme.responses) }
        members["cue"] = label.cue.map { Self.json($0, scheme.cues) }
        members["reaction"] = label.reaction.map { Self.json($0, scheme.reactions) }
        members["users"] = label.users.map { Self.json($0, scheme.users) }
        members["in_scope"] = label.inScope.map { .number($0) }
        members["features"] = label.features.map { features in
            .object(
                Dictionary(
                    uniqueKeysWithValues: zip(scheme.features, features).map { name, amount in
                        (
                            name.name,
                            .object(["mean": .number(amount.mean), "sd": .number(amount.deviation)])
                        )
                    }))
        }
        return .object(members)
    }

    private static func json(_ shares: [Double], _ names: [LabelScheme.Name]) -> JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: zip(names, shares).filter { $1 > 0 }.map { ($0.name, .number($1)) }))
    }

    /// - Throws: `InputError` with what was found and what was needed.
    public init(_ json: JSONValue, _ scheme: LabelScheme) throws(InputError) {
        guard let members = json.objectValue else { throw InputError("this is not a JSON object") }
        guard let id = members["id"]?.stringValue else { throw InputError("id must be a text") }
        guard let kind = members["kind"]?.stringValue.flatMap(UnlabelledText.Kind.init(rawValue:)) else {
            let kinds = UnlabelledText.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw InputError("kind must be one of \(kinds)")
        }
        guard let index = members["index"]?.integerValue, index >= 0 else {
            throw InputError("index must be a whole number from 0")
        }
        guard let hash = members["sha256"]?.stringValue, hash.utf8.count == 64 else {
            throw InputError("sha256 must be the text's SHA-256 in 64 hexadecimal digits")
        }
        self.init(id: id, kind: kind, index: index, sha256: hash, label: try LabelMembers(scheme).label(members))
    }
}
