/// Texts of numbers as bytes, the latest remembered: where the same numbers stand in several files, they are made into text once.
///
/// A text is what `description` says, the shortest that reads back as the same bits. For one thread.
package final class NumberTexts {
    /// Numbers that are remembered, a power of two: more than a conversation of some turns has, small enough for the nearest cache.
    private static let places = 1024
    private static let shift = UInt64(UInt64.bitWidth - places.trailingZeroBitCount)
    /// Bytes of the longest text, such as `-2.2250738585072014e-308`.
    private static let longest = 24
    /// 2⁶⁴ / φ: numbers whose bits are near each other get places far apart (Knuth, TAOCP 3, 6.4).
    private static let spread: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// By place: which number is there, its text, and how long that is; 0 where none is.
    private var bits = [UInt64](repeating: 0, count: places)
    private var texts = [UInt8](repeating: 0, count: places * longest)
    private var counts = [UInt8](repeating: 0, count: places)

    package init() {}

    /// Adds the text of a number.
    func append(_ value: Double, to bytes: inout [UInt8]) {
        let pattern = value.bitPattern
        let place = Int((pattern &* Self.spread) >> Self.shift)
        let start = place * Self.longest
        if counts[place] > 0, bits[place] == pattern {
            bytes.append(contentsOf: texts[start..<start + Int(counts[place])])
            return
        }
        var text = value.description
        text.withUTF8 { text in
            bytes.append(contentsOf: text)
            guard text.count <= Self.longest else { return }
            for (index, byte) in text.enumerated() { texts[start + index] = byte }
            (bits[place], counts[place]) = (pattern, UInt8(text.count))
        }
    }
}
