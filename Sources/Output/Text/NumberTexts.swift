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

    /// Which number is at a place, and how long its text is; 0 where none is.
    private struct Known {
        var bits: UInt64 = 0
        var count = 0
    }

    // Memory of their own: arrays would be looked after at every byte, which costs more than is won.
    private let known = UnsafeMutableBufferPointer<Known>.allocate(capacity: places)
    private let texts = UnsafeMutableRawBufferPointer.allocate(byteCount: places * longest, alignment: 1)

    package init() { known.initialize(repeating: Known()) }

    deinit {
        known.deallocate()
        texts.deallocate()
    }

    /// Adds the text of a number.
    func append(_ value: Double, to bytes: inout [UInt8]) {
        let pattern = value.bitPattern
        let place = Int((pattern &* Self.spread) >> Self.shift)
        let start = place * Self.longest
        let found = known[place]
        if found.count > 0, found.bits == pattern {
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: texts[start..<start + found.count]))
            return
        }
        var text = value.description
        text.withUTF8 { text in
            bytes.append(contentsOf: text)
            guard text.count <= Self.longest else { return }
            UnsafeMutableRawBufferPointer(rebasing: texts[start..<start + text.count])
                .copyMemory(from: UnsafeRawBufferPointer(text))
            known[place] = Known(bits: pattern, count: text.count)
        }
    }
}
