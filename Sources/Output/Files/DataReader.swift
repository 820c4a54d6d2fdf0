/// Reads a data file from elsewhere: lines of text, packed with gzip or not.
public enum DataReader {
    /// What was read.
    public struct Summary: Sendable, Equatable {
        /// The file as it lies there, packed or not; its lines are those after unpacking.
        public let file: LineReader.Summary
        /// What keeps the file from being read, or from being read to its end; nil for a sound one. Begins with a verb.
        public let problem: String?
    }

    /// Calls `body` with every line, blank ones too.
    ///
    /// - Returns: what was read; a file that is no text is hashed, and has no lines.
    /// - Throws: ``FileError`` if the file cannot be opened or read; what `body` throws.
    /// - Complexity: O(bytes) time, O(longest line) memory.
    public static func read(path: String, _ body: (TextLine) throws -> Void) throws -> Summary {
        let file = try OpenFile.data(path)
        defer { file.end() }
        var (hash, bytes, lines) = (RunningHash(), 0, 0)
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
            try splitter.take(part, take)
            if splitter.pending > LineReader.longestLine {
                problem = "has a line of more than \(LineReader.longestLine >> 20) MiB"
            }
        }
        // Reading on, only to hash what is there, might never end in a pipe.
        while problem == nil || !file.isPipe, let part = try file.nextOfData(1 << 20, path) {
            hash.update(part)
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
            file: .init(bytes: bytes, sha256: hash.hexadecimal, lines: lines), problem: problem)
    }
}
