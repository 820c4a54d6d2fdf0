import Output
import Testing

/// What a JSON value must look like for the scripts that rely on it.
indirect enum Shape {
    case string, integer, number, bool, any
    case orNull(Shape)
    /// Every element.
    case list(Shape)
    /// Every member, under whatever name.
    case members(Shape)
    /// These members at least.
    case object([String: Shape])

    /// Reads a document of standard output, expecting it to be nothing but canonical JSON: keys sorted, doubles in their
    /// shortest form, one line feed at the end.
    static func canonical(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONValue {
        let value = try JSONValue(parsing: text)
        #expect(try value.text(.indented) + "\n" == text, sourceLocation: sourceLocation)
        return value
    }

    static func check(
        _ value: JSONValue, _ members: [String: Shape], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for problem in Shape.object(members).problems(value, at: "") {
            Issue.record("\(problem)", sourceLocation: sourceLocation)
        }
    }

    private func problems(_ value: JSONValue, at place: String) -> [String] {
        switch (self, value) {
        case (.any, _), (.string, .string), (.integer, .integer), (.number, .number), (.bool, .bool), (.orNull, .null):
            return []
        case (.orNull(let shape), _): return shape.problems(value, at: place)
        case (.list(let shape), .array(let values)):
            return values.enumerated().flatMap { shape.problems($1, at: "\(place)[\($0)]") }
        case (.members(let shape), .object(let members)):
            return members.flatMap { shape.problems($1, at: "\(place).\($0)") }
        case (.object(let shapes), .object(let members)):
            return shapes.flatMap { name, shape in
                members[name].map { shape.problems($0, at: "\(place).\(name)") } ?? ["\(place).\(name) is missing"]
            }
        default: return ["\(place) is \(value), and should be \(self)"]
        }
    }
}
