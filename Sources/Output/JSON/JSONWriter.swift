extension JSONValue {
    /// How much white space to write.
    public enum Layout: Sendable {
        /// One line without spaces: a row of a JSON-lines file.
        case compact
        /// Two spaces a level, for people.
        case indented
    }

    /// The value as UTF-8: keys sorted by their bytes, numbers in their shortest form that reads back as the same bits.
    ///
    /// - Throws: ``JSONError`` if a number is not finite.
    /// - Complexity: O(size · log keys).
    public func text(_ layout: Layout = .compact) throws(JSONError) -> String {
        String(decoding: try bytes(layout), as: UTF8.self)
    }

    /// The bytes of ``text(_:)``.
    public func bytes(_ layout: Layout = .compact) throws(JSONError) -> [UInt8] {
        var writer = JSONWriter(layout: layout)
        try writer.write(self, level: 0)
        return writer.bytes
    }

    /// Adds the bytes of a string, in quotes.
    static func append(quoted text: String, to bytes: inout [UInt8]) {
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22: bytes += Array("\\\"".utf8)
            case 0x5C: bytes += Array("\\\\".utf8)
            case 0x0A: bytes += Array("\\n".utf8)
            case 0x0D: bytes += Array("\\r".utf8)
            case 0x09: bytes += Array("\\t".utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}

private struct JSONWriter {
    let layout: JSONValue.Layout
    var bytes: [UInt8] = []

    init(layout: JSONValue.Layout) { self.layout = layout }

    mutating func write(_ value: JSONValue, level: Int) throws(JSONError) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append("\(value)")
        case .number(let value):
            guard value.isFinite else { throw JSONError("\(value) cannot be written as JSON; numbers must be finite") }
            append("\(value)")
        case .string(let value): quote(value)
        case .array(let values):
            try list(open: "[", close: "]", values, level: level) { writer, value throws(JSONError) in
                try writer.write(value, level: level + 1)
            }
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            try list(open: "{", close: "}", sorted, level: level) { writer, member throws(JSONError) in
                writer.quote(member.key)
                writer.append(writer.layout == .indented ? ": " : ":")
                try writer.write(member.value, level: level + 1)
            }
        }
    }

    private mutating func list<Element>(
        open: String, close: String, _ elements: [Element], level: Int,
        _ body: (inout JSONWriter, Element) throws(JSONError) -> Void
    ) throws(JSONError) {
        append(open)
        for (index, element) in elements.enumerated() {
            if index > 0 { append(",") }
            newLine(level + 1)
            try body(&self, element)
        }
        if !elements.isEmpty { newLine(level) }
        append(close)
    }

    private mutating func newLine(_ level: Int) {
        guard layout == .indented else { return }
        append("\n")
        for _ in 0..<level { append("  ") }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func quote(_ text: String) { JSONValue.append(quoted: text, to: &bytes) }
}
