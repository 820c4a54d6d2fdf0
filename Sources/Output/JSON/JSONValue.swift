/// A JSON value that is written the same way every time.
///
/// Whole numbers and real numbers are kept apart on purpose: a real column must never look like an integer column just
/// because its first value is whole (a trainer that guesses types from the first rows then fails on the first 0.5).
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    /// Written with a decimal point or an exponent, whatever its value; must be finite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

extension JSONValue {
    /// A number, or null where there is none.
    public static func number(ifPresent value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

    public static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }

    public static func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }

    /// The member of an object, or nil.
    public subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    public var objectValue: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }

    public var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }

    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The value of a whole or real number.
    public var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}

/// A value that JSON cannot express, or a text that is not JSON.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
    /// What is wrong, without its place.
    public let problem: String
    /// Where the text stops being JSON, in bytes from 0; nil for a value that cannot be written.
    public let byte: Int?

    init(_ problem: String) { (description, self.problem, byte) = (problem, problem, nil) }

    init(_ problem: String, at byte: Int, place: String) {
        (description, self.problem, self.byte) = ("\(place): \(problem)", problem, byte)
    }
}
