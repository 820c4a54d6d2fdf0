internal import Yams

/// A scenario's text as JSON, the way an editor hands it to a schema validator: scalars by the core schema of YAML 1.2, and
/// notations that only this reader refuses as the values they stand for.
package enum JSONForm {
    /// The JSON text, or nil where the YAML cannot be composed.
    package static func text(of bytes: [UInt8], file: String) -> String? {
        guard UTF8Check.firstInvalidByte(in: bytes) == nil else { return nil }
        let sink = DiagnosticSink(source: SourceText(file: file, bytes: bytes))
        guard let document = ComposedDocument(sink) else {
            return sink.failure.diagnostics.first?.message == "is empty; it must be a scenario" ? "null" : nil
        }
        // Anchors, tags and repeated keys are problems of the YAML, which a schema does not see.
        guard sink.errorCount == 0 else { return nil }
        let context = ReadingContext(sink: sink, duplicates: document.duplicates)
        return json(NodeReader(node: document.root, path: "", keyNode: nil, context: context))
    }

    private static func json(_ reader: NodeReader) -> String? {
        if reader.isSequence {
            let entries = (reader.list(of: "") ?? []).map(json)
            let values = entries.compactMap(\.self)
            return values.count == entries.count ? "[" + values.joined(separator: ",") + "]" : nil
        }
        if reader.isMapping {
            guard let fields = reader.context.fields(of: reader), !fields.isIncomplete || fields.isMerged else {
                return nil
            }
            let values = fields.entries.compactMap { json($0.value) }
            guard values.count == fields.entries.count else { return nil }
            var pairs = zip(fields.entries, values).map { "\(quoted($0.name)):\($1)" }
            if fields.isMerged { pairs.append("\"<<\":{}") }
            return "{" + pairs.joined(separator: ",") + "}"
        }
        switch reader.scalar {
        case .null, nil: return "null"
        case .bool(let value): return "\(value)"
        case .number(let value): return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        case .text(let text): return quoted(text)
        case .refusedNumber: return refused(String(reader.found.dropFirst(3)))
        }
    }

    /// What Python's JSON reader takes for the same number.
    private static func refused(_ text: String) -> String {
        let lower = text.lowercased()
        if lower.hasSuffix(".nan") { return "NaN" }
        if lower.hasSuffix("inf") { return lower.hasPrefix("-") ? "-Infinity" : "Infinity" }
        if lower.hasPrefix("0x"), let value = Int(lower.dropFirst(2), radix: 16) { return "\(value)" }
        guard let value = Double(text) else { return "null" }
        return value.isFinite ? "\(value)" : "Infinity"
    }

    private static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": output += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                let code = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }
}

extension Fields {
    /// Whether the mapping has a merge key, which a schema sees as a key like any other.
    fileprivate var isMerged: Bool {
        owner.node.mapping?.contains { $0.key.scalar?.string == "<<" } ?? false
    }
}
