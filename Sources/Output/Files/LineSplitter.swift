/// Cuts bytes that arrive in parts into lines.
///
/// A line ends with LF, CRLF or CR, the last one with or without. A byte order mark at the beginning is no part of the first line.
/// What the bytes mean is not looked at: see ``TextLine/problem`` and ``ForeignBytes``.
///
/// ```swift
/// var splitter = LineSplitter()
/// for part in parts { try splitter.take(part) { print($0.number) } }
/// try splitter.finish { print($0.number) }
/// ```
public struct LineSplitter: Sendable {
    private var line: [UInt8] = []
    private var number = 0
    /// Whether the last byte was a CR, which an LF may still belong to.
    private var endsInReturn = false
    private var isFirst = true

    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    public init() {}

    /// Bytes of the line that has not ended yet.
    var pending: Int { line.count }
    /// Its number, from 1.
    var lineNumber: Int { number + 1 }

    /// Calls `body` with every line that ends in the part, blank ones too.
    ///
    /// - Complexity: O(bytes).
    public mutating func take<Failure: Error>(
        _ part: [UInt8], _ body: (TextLine) throws(Failure) -> Void
    ) throws(Failure) {
        var rest = part[...]
        if endsInReturn, rest.first == 0x0A { rest = rest.dropFirst() }
        if !part.isEmpty { endsInReturn = false }
        while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
            line += rest[..<end]
            try close(body)
            let next = end + 1
            guard rest[end] == 0x0D else {
                rest = rest[next...]
                continue
            }
            guard next < rest.endIndex else {
                endsInReturn = true
                return
            }
            rest = rest[(rest[next] == 0x0A ? next + 1 : next)...]
        }
        line += rest
    }

    /// Calls `body` with a last line that has no line end.
    public mutating func finish<Failure: Error>(_ body: (TextLine) throws(Failure) -> Void) throws(Failure) {
        if !line.isEmpty { try close(body) }
    }

    private mutating func close<Failure: Error>(_ body: (TextLine) throws(Failure) -> Void) throws(Failure) {
        number += 1
        let bytes = isFirst && line.starts(with: Self.mark) ? Array(line.dropFirst(Self.mark.count)) : line
        isFirst = false
        line.removeAll(keepingCapacity: true)
        try body(TextLine(number: number, bytes: bytes))
    }
}
