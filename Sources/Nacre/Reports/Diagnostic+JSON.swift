package import Documents
package import Output

extension Diagnostic {
    /// The shape that scripts rely on.
    package var json: JSONValue {
        .object([
            "file": .string(file), "line": position.map { .integer($0.line) } ?? .null,
            "column": position.map { .integer($0.column) } ?? .null, "path": .string(path),
            "message": .string(message), "severity": .string(severity.rawValue),
        ])
    }
}
