internal import Crypto
internal import Foundation

/// Reads a file line by line, whatever its size, and hashes it on the way.
public enum LineReader {
    /// What was read.
    public struct Summary: Sendable, Equatable {
        public let bytes: Int
        public let sha256: String
        /// Lines that are not empty.
        public let lines: Int
    }

    /// Calls `body` with every line, without its line feed.
    ///
    /// - Parameter body: the number of the line, from 1 and with empty lines counted, and its bytes; not called for empty lines.
    /// - Throws: ``FileError`` if the file cannot be read, is no regular file and no pipe of this process, or has a line beyond
    ///   ``longestLine``; what `body` throws.
    /// - Complexity: O(bytes) time, O(longest line) memory.
    @discardableResult
    public static func read(path: String, _ body: (Int, [UInt8]) throws -> Void) throws -> Summary {
        let file: OpenFile
        do throws(FileBytes.Failure) {
            file = try OpenFile(path: path, pipes: true)
        } catch {
            throw FileError("\(path) \(error.message)")
        }
        defer { file.end() }
        var (hash, bytes, lines, number) = (SHA256(), 0, 0, 0)
        var line: [UInt8] = []
        func end() throws {
            number += 1
            guard !line.isEmpty else { return }
            lines += 1
            try body(number, line)
            line.removeAll(keepingCapacity: true)
        }
        while let part = try next(of: file, path) {
            hash.update(data: part)
            bytes += part.count
            var rest = part[...]
            while let feed = rest.firstIndex(of: 0x0A) {
                line += rest[..<feed]
                try end()
                rest = rest[(feed + 1)...]
            }
            line += rest
            guard line.count <= longestLine else {
                throw FileError(
                    "\(path): line \(number + 1) has more than \(longestLine) bytes; a line of data is never that long")
            }
        }
        if !line.isEmpty { try end() }
        return Summary(bytes: bytes, sha256: ContentHash.hexadecimal(hash.finalize()), lines: lines)
    }

    /// Bytes of a line: 256 MiB.
    public static let longestLine = 1 << 28

    private static func next(of file: OpenFile, _ path: String) throws(FileError) -> [UInt8]? {
        do throws(FileBytes.Failure) { return try file.next(1 << 20) } catch {
            throw FileError("\(path) \(error.message)")
        }
    }
}
