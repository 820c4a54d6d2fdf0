/// Finding the first byte that is not text.
package enum UTF8Check {
    /// The offset and code of the first character that YAML does not allow, in valid UTF-8.
    ///
    /// Source: YAML 1.1, §4.1.
    package static func firstForbiddenCharacter(in bytes: [UInt8]) -> (offset: Int, code: UInt32)? {
        var offset = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
                offset += UTF8.width(scalar)
            default: return (offset, scalar.value)
            }
        }
        return nil
    }

    /// The offset of the first byte that no UTF-8 text can have there, or nil.
    ///
    /// Source: Unicode 15, table 3-7 (well-formed byte sequences).
    /// - Complexity: O(number of bytes).
    package static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
        var index = 0
        while index < bytes.count {
            let length = sequenceLength(in: bytes, at: index)
            guard length > 0 else { return index }
            index += length
        }
        return nil
    }

    private static func sequenceLength(in bytes: [UInt8], at index: Int) -> Int {
        let first = bytes[index]
        if first < 0x80 { return 1 }
        let second: ClosedRange<UInt8>
        let length: Int
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return 0 }
        return bytes[(index + 2)..<(index + length)].allSatisfy { 0x80...0xBF ~= $0 } ? length : 0
    }
}
