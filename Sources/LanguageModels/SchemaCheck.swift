internal import Foundation
public import Output

/// Why a text does not follow a schema; begins with a verb, as in "has no member response".
public struct SchemaProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Checks an answer against the part of JSON Schema that requests for structured answers are written in: `type`, `properties`,
/// `required`, `additionalProperties`, `items`, `enum`, `minimum` and `maximum`. Other keywords are not looked at.
///
/// Source: JSON Schema 2020-12, Validation, 6.1, 6.2 and 6.5.
public struct SchemaCheck: Sendable {
    private let schema: JSONValue

    public init(_ schema: JSONValue) { self.schema = schema }

    /// The JSON value of an answer, with or without a Markdown fence around it.
    ///
    /// - Throws: ``SchemaProblem`` for what is no JSON and what follows another schema.
    public func value(in text: String) throws(SchemaProblem) -> JSONValue {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(parsing: Self.unfenced(text)) } catch {
            throw SchemaProblem("is not the JSON that was asked for (\(Escaped.line(error.description)))")
        }
        try check(value, schema, "")
        return value
    }

    private static func unfenced(_ text: String) -> String {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard trimmed.hasPrefix("```"), trimmed.hasSuffix("```"), let line = trimmed.firstIndex(of: "\n") else {
            return trimmed
        }
        return String(trimmed[line...].dropLast(3))
    }

    private func check(_ value: JSONValue, _ schema: JSONValue, _ path: String) throws(SchemaProblem) {
        let place = path.isEmpty ? "the whole" : Escaped.line(path)
        if let type = schema["type"]?.stringValue, !Self.conforms(value, type) {
            throw SchemaProblem("does not follow the schema: \(place) must be of the type \(type)")
        }
        if let allowed = schema["enum"]?.arrayValue, !allowed.contains(value) {
            throw SchemaProblem("does not follow the schema: \(place) is none of the values that are allowed")
        }
        if let number = value.doubleValue {
            let isBelow = schema["minimum"]?.doubleValue.map { number < $0 } ?? false
            let isAbove = schema["maximum"]?.doubleValue.map { number > $0 } ?? false
            guard !isBelow, !isAbove else {
                throw SchemaProblem("does not follow the schema: \(place) is \(number), outside its range")
            }
        }
        if let members = value.objectValue { try check(members, schema, path) }
        guard let items = schema["items"], let values = value.arrayValue else { return }
        for (index, value) in values.enumerated() { try check(value, items, "\(path)[\(index)]") }
    }

    private func check(_ members: [String: JSONValue], _ schema: JSONValue, _ path: String) throws(SchemaProblem) {
        let properties = schema["properties"]?.objectValue ?? [:]
        for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where members[name] == nil {
            throw SchemaProblem("does not follow the schema: it has no \(path.isEmpty ? name : "\(path).\(name)")")
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if let property = properties[name] {
                try check(value, property, path.isEmpty ? name : "\(path).\(name)")
            } else if schema["additionalProperties"]?.boolValue == false {
                throw SchemaProblem("does not follow the schema: \(Escaped.line(name)) is not in it")
            }
        }
    }

    private static func conforms(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("integer", .integer), ("number", .integer), ("number", .number):
            true
        // 3.0 is a whole number to JSON Schema.
        case ("integer", .number(let number)): number == number.rounded()
        case ("object", _), ("array", _), ("string", _), ("boolean", _), ("null", _), ("integer", _), ("number", _):
            false
        default: true
        }
    }
}
