internal import GameModel
internal import Output
internal import Scenarios

/// What a simulation's settings in a store say.
package struct StoredSettings {
    /// Whether the run keeps every episode and turn.
    package let recordsTurns: Bool
    /// The stream of random words; the first where none is named.
    package let stream: DrawStream
    /// How users were taken, where the scenario left a choice.
    package let assumption: ForesightAssumption?
    /// The numbers that were set to other values than the stored file's.
    package let changes: [ParameterChange]

    /// - Throws: ``InputError`` if they are not what a simulation writes.
    package init(_ text: String) throws {
        guard let members = try JSONValue(parsing: text).objectValue else {
            throw InputError("its settings are no JSON object")
        }
        switch members["trajectories"] {
        case .bool(let records)?: recordsTurns = records
        case nil: recordsTurns = false
        default: throw InputError("its settings' trajectories are neither true nor false")
        }
        stream = try Self.stream(members["stream"])
        assumption = try members["follower"].map { value in
            guard let known = value.stringValue.flatMap(ForesightAssumption.init(rawValue:)) else {
                throw InputError("its settings name a follower that is none")
            }
            return known
        }
        changes = try (members["set"]?.arrayValue ?? []).map { item in
            guard let path = item["path"]?.stringValue, let value = item["value"]?.doubleValue else {
                throw InputError("its settings set a number without a path and a value")
            }
            return ParameterChange(path, to: value)
        }
    }

    /// The stream that settings name.
    ///
    /// - Throws: ``InputError`` if this version has none of that number: it would play other episodes.
    private static func stream(_ member: JSONValue?) throws -> DrawStream {
        guard let member else { return .first }
        guard let stream = member.integerValue.flatMap(DrawStream.init(rawValue:)) else {
            throw InputError("its settings name a stream of random words that this version does not have")
        }
        return stream
    }
}
