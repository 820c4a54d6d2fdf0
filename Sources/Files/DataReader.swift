internal import Crypto
internal import Foundation

/// Reads a data file from elsewhere: lines of text, packed with gzip or not.
public enum DataReader {
    /// What was read.
    public struct Summary: Sendable, Equatable {
        /// The file as it lies there, packed or not; its lines are those after unpacking.
        public let file: LineReader.Summary
        /// What keeps the file from being read, or from being read to its end; nil for a sound one. Begins with a verb.
        public let problem: String?
    }

    /// A longer line is no row of anything, and would have to be held in memory.
    public static let longestLine = 1 << 28

    /// Calls `body` with every line, blank ones too.
    ///
    /// - Returns: what was read; a file that is no text is hashed, and has no lines.
    /// - Throws: ``FileError`` if the file cannot be opened or read; what `body` throws.
    /// - Complexity: O(bytes) time, O(longest line) memory.
    public static func read(path: String, _ body: (TextLine) throws -> Void) throws -> Summary {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw FileError("\(path) cannot be read") }
        defer { try? handle.close() }
        try checkDevice(handle, path)
        var (hash, bytes, lines, open) = (SHA256(), 0, 0, 0)
        var (splitter, problem): (LineSplitter, String?) = (LineSplitter(), nil)
        var (gunzip, isFirst): (Gunzip?, Bool) = (nil, true)
        func take(_ line: TextLine) throws {
            if !line.isBlank { lines += 1 }
            try body(line)
        }
        func unpacked(_ part: [UInt8]) throws {
            if isFirst, let foreign = ForeignBytes(part) { problem = foreign.problem }
            if isFirst, part.prefix(4) == [0, 0, 0, 0] { problem = "begins with NUL bytes, and is no text" }
            isFirst = false
            guard problem == nil else { return }
            open = part.lastIndex(of: 0x0A).map { part.count - $0 - 1 } ?? open + part.count
            if open > longestLine { problem = "has a line of more than \(longestLine >> 20) MiB" }
            try splitter.take(part, take)
        }
        while problem == nil || !isEndless(path), let part = try next(handle, path), !part.isEmpty {
            hash.update(data: part)
            let part = Array(part)
            if bytes == 0, ForeignBytes(part) == .gzip { gunzip = try Gunzip() }
            bytes += part.count
            guard let gunzip else {
                try unpacked(part)
                continue
            }
            if problem == nil, try !gunzip.take(part, unpacked) {
                problem = "is damaged: it is no gzip data to its end"
            }
        }
        if let gunzip, problem == nil, !gunzip.isComplete { problem = "ends before its gzip data do" }
        if problem == nil { try splitter.finish(take) }
        return Summary(
            file: .init(bytes: bytes, sha256: ContentHash.hexadecimal(hash.finalize()), lines: lines), problem: problem)
    }

    private static func next(_ handle: FileHandle, _ path: String) throws(FileError) -> Data? {
        do { return try handle.read(upToCount: 1 << 20) } catch {
            throw FileError("\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    /// A device never ends, or waits for somebody.
    private static func checkDevice(_ handle: FileHandle, _ path: String) throws(FileError) {
        var status = stat()
        guard fstat(handle.fileDescriptor, &status) == 0 else { return }
        guard ![S_IFCHR, S_IFBLK].contains(status.st_mode & S_IFMT) else {
            throw FileError("\(path) is a device; a file or a folder is needed")
        }
    }

    /// Whether reading on, only to hash what is there, might never end.
    private static func isEndless(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType != .typeRegular
    }
}
