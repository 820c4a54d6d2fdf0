/// A stretch of one source line.
package struct SourceSpan: Equatable {
    package var position: SourcePosition
    /// Columns covered, at least 1.
    package var length: Int

    package init(position: SourcePosition, length: Int) {
        self.position = position
        self.length = length
    }
}

/// The text of a file and its lines.
///
/// Lines end where the YAML parser ends them: at LF, CR, CR LF, U+0085, U+2028 and U+2029.
package struct SourceText {
    /// The file's name, as the caller gave it.
    package let file: String
    /// The text without a byte order mark, as UTF-8.
    package let bytes: [UInt8]
    /// Where each line starts, as an offset into `bytes`.
    private let lineStarts: [Int]
    private let cache = LineCache()

    package init(file: String, bytes: [UInt8]) {
        self.file = file
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        self.bytes = text
        var starts = [0]
        var index = 0
        while index < text.count {
            let length = Self.lineBreak(in: text, at: index)
            index += max(length, 1)
            if length > 0 { starts.append(index) }
        }
        lineStarts = starts
    }

    /// The length in bytes of the line break at an offset, or 0 if there is none.
    package static func lineBreak(in bytes: [UInt8], at index: Int) -> Int {
        switch bytes[index] {
        case 0x0A: return 1
        case 0x0D: return index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
        case 0xC2: return index + 1 < bytes.count && bytes[index + 1] == 0x85 ? 2 : 0
        case 0xE2:
            guard index + 2 < bytes.count, bytes[index + 1] == 0x80 else { return 0 }
            return bytes[index + 2] == 0xA8 || bytes[index + 2] == 0xA9 ? 3 : 0
        default: return 0
        }
    }

    /// A line's text without its line break, from line 1; empty past the end.
    package func line(_ number: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        let start = lineStarts[number - 1]
        var end = number < lineStarts.count ? lineStarts[number] : bytes.count
        for length in [3, 2, 1] where end - length >= start && Self.lineBreak(in: bytes, at: end - length) == length {
            end -= length
            break
        }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// Up to `limit` characters of a line from a position on.
    ///
    /// - Complexity: O(limit) where the line was the last one asked for, otherwise O(length of the line).
    package func scalars(at position: SourcePosition, limit: Int) -> ArraySlice<Unicode.Scalar> {
        if cache.line != position.line {
            cache.line = position.line
            cache.scalars = Array(line(position.line).unicodeScalars)
        }
        return cache.scalars.dropFirst(position.column - 1).prefix(limit)
    }

    /// The characters of the line that was asked for last: diagnostics come in runs of the same line.
    private final class LineCache {
        var line = 0
        var scalars: [Unicode.Scalar] = []
    }

    /// The position of a byte.
    package func position(ofByte offset: Int) -> SourcePosition {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        let scalars = bytes[lineStarts[low]..<min(offset, bytes.count)].count { $0 & 0xC0 != 0x80 }
        return SourcePosition(line: low + 1, column: scalars + 1)
    }
}
