internal import Output

/// Cuts the lines of a file into JSON values, as `datasets` finds them there: one a line, several in a line, one over several
/// lines, or the elements of one array.
struct RowSplitter {
    /// A value that was found, whole or broken.
    struct Piece {
        /// Where it begins.
        let line: Int
        let bytes: [UInt8]
        /// Why it cannot be read, where that is known without reading it.
        var problem: String?
    }

    private enum Layout { case unknown, values, array, afterArray }

    private var layout = Layout.unknown
    /// The beginning of a value that goes on in the next line.
    private var pending: (line: Int, bytes: [UInt8])?
    private var depth = 0
    private var lastLine = 0

    /// Calls `body` with every value that ends in the line.
    ///
    /// - Complexity: O(bytes of the line).
    mutating func take(_ line: TextLine, _ body: (Piece) -> Void) {
        lastLine = line.number
        let bytes = line.bytes
        // An object at the very beginning of a line inside another one: the other one was never closed.
        if layout == .values, bytes.first == UInt8(ascii: "{") { flush(body) }
        var (position, start) = (0, 0)
        while position < bytes.count {
            if depth == 0 {
                guard let next = begin(bytes, &position, line.number, body) else { return }
                start = next
                depth = 1
                position += 1
            }
            guard let end = end(in: bytes, from: position) else {
                return keep(bytes[start...], line.number, body)
            }
            position = end
            guard depth == 0 else { break }
            body(Piece(line: pending?.line ?? line.number, bytes: (pending?.bytes ?? []) + bytes[start..<position]))
            pending = nil
        }
        if depth > 0 { continueLater(bytes[start...], line.number) }
    }

    mutating func finish(_ body: (Piece) -> Void) {
        flush(body)
        if layout == .array { body(Piece(line: lastLine, bytes: [], problem: "the array has no closing bracket")) }
    }

    /// The position where the next value begins, or nil at the end of the line.
    private mutating func begin(
        _ bytes: [UInt8], _ position: inout Int, _ line: Int, _ body: (Piece) -> Void
    ) -> Int? {
        while position < bytes.count {
            switch (bytes[position], layout) {
            case (0x20, _), (0x09, _), (UInt8(ascii: ","), .array): break
            case (UInt8(ascii: "["), .unknown): layout = .array
            case (UInt8(ascii: "]"), .array): layout = .afterArray
            case (UInt8(ascii: "{"), .afterArray), (UInt8(ascii: "["), .afterArray):
                body(Piece(line: line, bytes: [], problem: "something follows the closing bracket of the array"))
                return nil
            case (UInt8(ascii: "{"), _), (UInt8(ascii: "["), _):
                if layout == .unknown { layout = .values }
                return position
            default:
                if layout == .unknown { layout = .values }
                body(Piece(line: line, bytes: Array(bytes[position...])))
                return nil
            }
            position += 1
        }
        return nil
    }

    /// Where the value that is open ends, or the line does while it stays open; nil if a text is still open then, which no
    /// JSON text may be at the end of a line.
    private mutating func end(in bytes: [UInt8], from start: Int) -> Int? {
        var (position, isInText) = (start, false)
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if isInText {
                if byte == UInt8(ascii: "\\") { position += 1 }
                if byte == UInt8(ascii: "\"") { isInText = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
        }
        return isInText ? nil : position
    }

    /// A line that ends inside a text: what was begun is broken.
    private mutating func keep(_ bytes: ArraySlice<UInt8>, _ line: Int, _ body: (Piece) -> Void) {
        body(Piece(line: pending?.line ?? line, bytes: (pending?.bytes ?? []) + bytes))
        pending = nil
        depth = 0
    }

    private mutating func continueLater(_ bytes: ArraySlice<UInt8>, _ line: Int) {
        pending = (pending?.line ?? line, (pending?.bytes ?? []) + bytes + [0x0A])
    }

    private mutating func flush(_ body: (Piece) -> Void) {
        if let (line, open) = pending {
            var bytes = open
            // The line end that may still have come is no part of what is broken.
            if bytes.last == 0x0A { bytes.removeLast() }
            body(Piece(line: line, bytes: bytes))
        }
        pending = nil
        depth = 0
    }
}
