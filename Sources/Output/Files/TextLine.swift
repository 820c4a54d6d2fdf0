public import InputErrors

/// A line of a text file, as it stands: without its line end, and without the byte order mark of the file.
public struct TextLine: Sendable, Equatable {
    /// From 1, blank lines counted.
    public let number: Int
    public let bytes: [UInt8]

    public init(number: Int, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
    }

    /// Whether nothing stands in the line but spaces and tabs.
    public var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

    /// What is wrong with a file of JSON lines whose first line (that is not blank) this is: it begins one array, or one document over many
    /// lines. nil for any other line.
    public var documentProblem: LineError? {
        guard let start = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }) else { return nil }
        if bytes[start] == UInt8(ascii: "[") {
            return error(
                at: start,
                "begins a JSON array; JSON lines are needed, one object a line without commas between them "
                    + "(jq -c '.[]' makes them of an array)")
        }
        guard bytes[start...].filter({ $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) == [UInt8(ascii: "{")] else {
            return nil
        }
        return error(
            at: start,
            "begins a JSON document over many lines; JSON lines are needed, one object a line (jq -c . makes one of it)"
        )
    }

    /// What keeps the line from being text: bytes that are not UTF-8, or a NUL. nil for a sound line.
    ///
    /// - Complexity: O(bytes).
    public var problem: LineError? {
        if let null = bytes.firstIndex(of: 0) { return error(at: null, "has a NUL character; a text has none") }
        guard let bad = Self.firstInvalid(bytes) else { return nil }
        let byte = String(bytes[bad], radix: 16, uppercase: true)
        return error(
            at: bad,
            "has the byte 0x\(byte), which is not UTF-8 here (Latin-1 or Windows-1252, perhaps); save the file as UTF-8"
        )
    }

    /// An error at a byte of the line, from 0; its column counts characters (Unicode scalars), as editors do.
    public func error(at byte: Int, _ problem: String) -> LineError {
        let before = bytes.prefix(byte).count { $0 & 0xC0 != 0x80 }
        return LineError(line: number, column: before + 1, problem: problem)
    }

    /// The text of the line.
    ///
    /// - Throws: ``problem``, if it has one.
    public func text() throws(LineError) -> String {
        if let problem { throw problem }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Where the first sequence begins that is not UTF-8.
    private static func firstInvalid(_ bytes: [UInt8]) -> Int? {
        var decoder = UTF8()
        var (position, iterator) = (0, bytes.makeIterator())
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): position += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return position
            }
        }
    }
}

/// What is wrong with a file of lines, and where.
public struct LineError: InputProblem, Equatable {
    /// From 1.
    public let line: Int
    /// In characters (Unicode scalars), from 1.
    public let column: Int
    /// What was found and what was needed; begins with a verb, as in "is UTF-16; …".
    public let problem: String

    public init(line: Int, column: Int, problem: String) {
        self.line = line
        self.column = column
        self.problem = problem
    }

    public var description: String { "\(line):\(column): error: \(problem)" }

    /// The error as compilers write it: `file:line:column: error: …`.
    public func located(in file: String) -> String { "\(file):\(description)" }
}

/// What a file is that is no UTF-8 text, by its first bytes.
public enum ForeignBytes: String, Sendable, CaseIterable {
    case gzip, bzip2, xz, zip, zstandard, parquet, utf16, utf32

    /// How many bytes decide.
    public static let head = 8

    /// - Parameter bytes: the beginning of the file, ``head`` bytes where there are as many.
    /// - Returns: nil where the bytes may be UTF-8.
    public init?(_ bytes: some Collection<UInt8>) {
        let head = Array(bytes.prefix(Self.head))
        let zeros = head.map { $0 == 0 }
        if head.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if head.starts(with: Array("BZh".utf8)) {
            self = .bzip2
        } else if head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) {
            self = .xz
        } else if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self = .zip
        } else if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstandard
        } else if head.starts(with: Array("PAR1".utf8)) {
            self = .parquet
        } else if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
            self = .utf32
        } else if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
            || zeros.starts(with: [false, true, false, true]) || zeros.starts(with: [true, false, true, false])
        {
            self = .utf16
        } else {
            return nil
        }
    }

    /// What was found and what is needed.
    public var problem: String {
        switch self {
        case .gzip: "is compressed with gzip; unpack it first (gunzip)"
        case .bzip2: "is compressed with bzip2; unpack it first (bunzip2)"
        case .xz: "is compressed with xz; unpack it first (unxz)"
        case .zip: "is a zip archive, as workbooks (.xlsx) are too; unpack it, or save the sheet as CSV"
        case .zstandard: "is compressed with Zstandard; unpack it first (unzstd)"
        case .parquet: "is a Parquet file; write it as CSV or JSON lines"
        case .utf16: "is UTF-16; save it as UTF-8"
        case .utf32: "is UTF-32; save it as UTF-8"
        }
    }
}
