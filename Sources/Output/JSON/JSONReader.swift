extension JSONValue {
    /// Reads a JSON text: RFC 8259 and nothing more lenient.
    ///
    /// A number without a fraction and an exponent that fits `Int` is read as a whole one, every other as a real one, so
    /// that what was written reads back as it was. A member that stands twice is an error, which other readers settle in
    /// silence.
    ///
    /// - Throws: ``JSONError`` saying where and why.
    /// - Complexity: O(size).
    public init(parsing text: String) throws(JSONError) { try self.init(strictly: Array(text.utf8)) }

    /// Reads bytes in the same way; texts that are not UTF-8 are errors, never repaired.
    public init(strictly bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes: bytes)
        self = try reader.document()
    }
}

/// A JSON text from elsewhere, with what loaders of datasets let pass and RFC 8259 does not.
public struct ForeignJSON: Sendable, Equatable {
    public let value: JSONValue
    /// Whether a number is NaN, Infinity or -Infinity; it stands in ``value`` as such, and cannot be written again.
    public let holdsNonFinite: Bool
    /// Members of inner objects that stand twice, of which the last counts. In the outermost object that is an error here too.
    public let repeatedMembers: [String]

    /// Reads a JSON text as pyarrow's reader does, which `datasets` loads rows with.
    ///
    /// - Throws: ``JSONError`` saying where and why.
    /// - Complexity: O(size).
    public init(_ bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(bytes: bytes, isLenient: true)
        value = try reader.document()
        (holdsNonFinite, repeatedMembers) = (reader.holdsNonFinite, reader.repeatedMembers)
    }
}

private struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private let isLenient: Bool
    private(set) var holdsNonFinite = false
    private(set) var repeatedMembers: [String] = []

    /// Deeper nesting is refused: a text must not be able to exhaust the stack.
    private static let deepest = 512

    init(bytes: [UInt8], isLenient: Bool = false) {
        self.bytes = bytes
        self.isLenient = isLenient
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw failure("there is something after the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= Self.deepest else { throw failure("values are nested deeper than \(Self.deepest) levels") }
        skipSpace()
        guard let first = next else { throw failure("the text ends where a value is needed") }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N") where isLenient: return try notFinite("NaN", .nan)
        case UInt8(ascii: "I") where isLenient: return try notFinite("Infinity", .infinity)
        case UInt8(ascii: "-") where isLenient && bytes[(position + 1)...].first == UInt8(ascii: "I"):
            return try notFinite("-Infinity", -.infinity)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("a value is needed")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if skip("}") { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a member needs a name in quotes") }
            let name = try string()
            skipSpace()
            guard skip(":") else { throw failure("a colon is needed after \(name)") }
            if members.updateValue(try value(depth: depth + 1), forKey: name) != nil {
                guard isLenient, depth > 0 else { throw failure("\(name) stands twice") }
                repeatedMembers.append(name)
            }
            skipSpace()
        } while skip(",")
        guard skip("}") else { throw failure("a comma or a closing brace is needed") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if skip("]") { return .array(values) }
        repeat {
            values.append(try value(depth: depth + 1))
            skipSpace()
        } while skip(",")
        guard skip("]") else { throw failure("a comma or a closing bracket is needed") }
        return .array(values)
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("a value is needed") }
        position += word.utf8.count
        return value
    }

    private mutating func notFinite(_ word: String, _ value: Double) throws(JSONError) -> JSONValue {
        holdsNonFinite = true
        return try self.word(word, .number(value))
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        _ = skip("-")
        if !skip("0") { try digits() }
        let wholeEnd = position
        if skip(".") { try digits() }
        if skip("e") || skip("E") {
            if !skip("+") { _ = skip("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if position == wholeEnd, let whole = Int(text) { return .integer(whole) }
        guard let real = Double(text), real.isFinite else { throw failure("\(text) is larger than a double can be") }
        return .number(real)
    }

    private mutating func digits() throws(JSONError) {
        guard isDigit else { throw failure("a digit is needed") }
        while isDigit { position += 1 }
    }

    private var isDigit: Bool { next.map { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ?? false }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw failure("a text is not UTF-8") }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw failure("a control character in a text must be escaped")
            default: text.append(byte)
            }
        }
        throw failure("a text has no closing quote")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        let plain: [UInt8: UInt8] = [
            UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
            UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
        ]
        guard let letter = next else { throw failure("a text ends in a backslash") }
        position += 1
        if let byte = plain[letter] {
            text.append(byte)
            return
        }
        guard letter == UInt8(ascii: "u") else { throw failure("there is no such escape") }
        var code = try fourDigits()
        if code >> 10 == 0x36 {
            guard skip("\\"), skip("u") else { throw failure("half a surrogate pair stands alone") }
            let low = try fourDigits()
            guard low >> 10 == 0x37 else { throw failure("half a surrogate pair stands alone") }
            code = 0x1_0000 + (code & 0x3FF) << 10 + low & 0x3FF
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure("half a surrogate pair stands alone") }
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits are needed")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    /// An error here: by byte in a single line, such as a row of a JSON-lines file, otherwise by line and column.
    private func failure(_ problem: String) -> JSONError {
        guard bytes.contains(0x0A) else {
            return JSONError(problem, at: position, place: "byte \(position + 1)")
        }
        let line = 1 + bytes[..<position].count { $0 == 0x0A }
        let column = 1 + bytes[..<position].reversed().prefix { $0 != 0x0A }.count
        return JSONError(problem, at: position, place: "line \(line), column \(column)")
    }
}
