internal import Foundation
internal import InputErrors

/// Reads files line by line: the one reader of all JSON lines.
public enum LineReader {
    /// What was read.
    public struct Summary: Sendable, Equatable {
        public let bytes: Int
        public let sha256: String
        /// Lines that are not blank.
        public let lines: Int
    }

    /// Calls `body` with every line that is not blank, whatever the size of the file, and hashes the file on the way.
    ///
    /// Lines end as ``LineSplitter`` says. The bytes of a line are what they are; ``TextLine/problem`` says if they are no text.
    ///
    /// - Parameter body: the number of the line, from 1 and with blank lines counted, and its bytes; not called for blank lines.
    /// - Throws: ``FileError`` if the file cannot be read, is no regular file and no pipe of this process, or has a line beyond
    ///   ``longestLine``; what `body` throws.
    /// - Complexity: O(bytes) time, O(longest line) memory.
    @discardableResult
    public static func read(path: String, _ body: (Int, [UInt8]) throws -> Void) throws -> Summary {
        let file = try OpenFile.data(path)
        defer { file.end() }
        var (hash, bytes, lines, splitter) = (RunningHash(), 0, 0, LineSplitter())
        func take(_ line: TextLine) throws {
            guard !line.isBlank else { return }
            lines += 1
            try body(line.number, line.bytes)
        }
        while let part = try file.nextOfData(1 << 20, path) {
            hash.update(part)
            bytes += part.count
            try splitter.take(part, take)
            guard splitter.pending <= longestLine else {
                throw FileError(
                    "\(path): line \(splitter.lineNumber) has more than \(longestLine) bytes; a line of data is never that long"
                )
            }
        }
        try splitter.finish(take)
        InputLedger.note(path, sha256: hash.hexadecimal)
        return Summary(bytes: bytes, sha256: hash.hexadecimal, lines: lines)
    }

    /// The same for a file of JSON lines, one object a line.
    ///
    /// - Throws: also `InputError` for a file that is one JSON array, or one document over many lines.
    @discardableResult
    public static func readObjects(path: String, _ body: (Int, [UInt8]) throws -> Void) throws -> Summary {
        var isFirst = true
        return try read(path: path) { number, bytes in
            if isFirst, let problem = TextLine(number: number, bytes: bytes).documentProblem {
                throw InputError(problem.located(in: path))
            }
            isFirst = false
            try body(number, bytes)
        }
    }

    /// Bytes of a line: 256 MiB. A longer one is no row of anything, and would have to be held in memory.
    public static let longestLine = 1 << 28

    /// The lines of a JSON-lines file that are not blank, each of them UTF-8 text.
    ///
    /// - Throws: ``LineError`` at the first byte that is no text, for a file that is not UTF-8 at all, and for one JSON array or document.
    /// - Complexity: O(bytes).
    public static func jsonLines(of bytes: [UInt8]) throws(LineError) -> [TextLine] {
        if let foreign = ForeignBytes(bytes) { throw LineError(line: 1, column: 1, problem: foreign.problem) }
        let lines = self.lines(of: bytes).filter { !$0.isBlank }
        for line in lines { if let problem = line.problem { throw problem } }
        if let problem = lines.first?.documentProblem { throw problem }
        return lines
    }

    /// All lines, blank ones too.
    ///
    /// - Complexity: O(bytes).
    public static func lines(of bytes: [UInt8]) -> [TextLine] {
        var (splitter, lines) = (LineSplitter(), [TextLine]())
        splitter.take(bytes) { lines.append($0) }
        splitter.finish { lines.append($0) }
        return lines
    }
}
