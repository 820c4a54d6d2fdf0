/// Lines as bytes, for a ``LineWriter``.
package struct MadeLines: Sendable {
    package fileprivate(set) var bytes: [UInt8] = []
    /// Where each line ends, behind its line feed.
    fileprivate(set) var ends: [Int] = []

    package init() {}

    /// The lines, each without its line feed.
    var parts: [ArraySlice<UInt8>] { zip([0] + ends, ends).map { bytes[$0..<$1 - 1] } }
}

/// Puts lines together in memory, without a text for every part of them. For one thread, like what it keeps of numbers.
package struct LineBuffer {
    package private(set) var made = MadeLines()
    private let numbers: NumberTexts

    /// - Parameter numbers: texts of numbers that several buffers may share.
    package init(_ numbers: NumberTexts = NumberTexts()) { self.numbers = numbers }

    package mutating func append(_ part: [UInt8]) { made.bytes.append(contentsOf: part) }

    package mutating func append(_ text: String) {
        // Nearly all texts lie in one piece, and are taken as that.
        guard text.utf8.withContiguousStorageIfAvailable({ made.bytes.append(contentsOf: $0) }) == nil else { return }
        made.bytes.append(contentsOf: text.utf8)
    }

    /// A number in the shortest form that reads back as the same bits.
    package mutating func append(_ value: Double) { numbers.append(value, to: &made.bytes) }

    package mutating func append(_ value: Int) {
        guard value >= 0, value < 10 else { return append(value.description) }
        made.bytes.append(UInt8(ascii: "0") + UInt8(value))
    }

    /// A text as JSON has it, in quotes.
    package mutating func append(quoted text: String) { JSONValue.append(quoted: text, to: &made.bytes) }

    package mutating func endLine() {
        made.bytes.append(0x0A)
        made.ends.append(made.bytes.count)
    }

    /// Bytes so far.
    package var count: Int { made.bytes.count }

    /// What was added since there were so many bytes.
    package func suffix(from start: Int) -> [UInt8] { Array(made.bytes[start...]) }
}
