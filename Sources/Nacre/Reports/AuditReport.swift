package import Output
package import Preferences

/// What an audit of preference data found.
package struct AuditReport: Report {
    package let audit: DatasetAudit

    package init(_ audit: DatasetAudit) { self.audit = audit }

    package func json() -> JSONValue {
        .object([
            "format": .integer(1), "rows": .integer(audit.rows), "errors": .integer(audit.errors),
            "warnings": .integer(audit.warnings), "findings": .array(audit.findings.map(\.json)),
            "files": .array(
                audit.files.map { file in
                    .object([
                        "file": .string(file.name), "form": file.form.map { .string($0) } ?? .null,
                        "rows": .integer(file.rows),
                    ])
                }),
        ])
    }

    package func text() -> String {
        var text = ""
        for file in audit.files {
            text +=
                "\(file.name): \(file.form ?? "no form that a trainer reads"); \(Format.count(file.rows)) "
                + (file.rows == 1 ? "row\n" : "rows\n")
        }
        for finding in audit.findings { text += finding.text + "\n" }
        return text + "\(Format.count(audit.rows)) rows looked at; \(audit.errors) errors, \(audit.warnings) warnings\n"
    }
}

extension Finding {
    fileprivate var text: String {
        let shown = places.map { $0.file + ($0.line.map { ":\($0)" } ?? "") }
        var text = "\(shown.first ?? ""): \(severity.rawValue): \(message): \(consequence)"
        if count > 1 {
            let others = places.dropFirst().map { place in
                guard place.file == file else { return place.file + (place.line.map { ":\($0)" } ?? "") }
                return place.line.map { "line \($0)" } ?? place.file
            }
            text +=
                " (\(Format.count(count)) times; also \(others.joined(separator: ", "))\(count > places.count ? ", …" : ""))"
        }
        return text
    }

    fileprivate var json: JSONValue {
        .object([
            "severity": .string(severity.rawValue), "file": .string(file),
            "line": line.map { .integer($0) } ?? .null, "message": .string(message),
            "consequence": .string(consequence), "kind": .string(kind.rawValue), "count": .integer(count),
            "places": .array(
                places.map { .object(["file": .string($0.file), "line": $0.line.map { .integer($0) } ?? .null]) }),
        ])
    }
}
