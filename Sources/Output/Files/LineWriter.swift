internal import Foundation

/// Writes lines through a buffer and hashes them on the way.
public final class LineWriter {
    /// The beginning of a file that is safely on disk.
    struct Prefix: Sendable, Equatable, Codable {
        var lines: Int
        var bytes: Int
        var sha256: String
    }

    /// Bytes between two notes of how far the file is.
    private static let noteEvery = 1 << 24

    private let file: Descriptor
    /// The folder and the file in it, as people know them.
    private let shown: String
    private var buffer: [UInt8] = []
    private var lines = 0
    /// What is on disk.
    private var written: Prefix
    private let hash = RunningHash()
    private var noted = 0
    /// Lines that an earlier export wrote and that are skipped.
    private let known: Int
    /// Told what is on disk, now and then.
    var note: (Prefix) throws -> Void = { _ in }

    /// - Parameters:
    ///   - path: the file to write.
    ///   - prefix: what is on disk already and is kept, or nil to begin anew.
    init(_ path: String, after prefix: Prefix?, shown: String) throws(FileError) {
        self.shown = shown
        known = prefix?.lines ?? 0
        written = Prefix(lines: 0, bytes: 0, sha256: "")
        do throws(SystemError) {
            file = try Descriptor(path, O_RDWR | O_CREAT | (prefix == nil ? O_TRUNC : 0))
            buffer.reserveCapacity(1 << 17)
            guard let prefix else { return }
            try file.truncate(to: prefix.bytes)
            try file.seek(to: 0)
            var part = try file.read(upTo: 1 << 20)
            while !part.isEmpty {
                hash.update(part)
                part = try file.read(upTo: 1 << 20)
            }
            written = prefix
            noted = prefix.bytes
        } catch {
            throw FileError(shown, "cannot be written", error)
        }
    }

    /// Lines that are there: those of an earlier export, before this one has come to them, too.
    public var count: Int { max(lines, known) }

    /// Puts what was written on disk and notes it, so that not even a kill takes it back.
    public func keep() throws {
        try flush()
        try noteWritten()
    }

    /// Writes the next line (without its line feed), unless it is on disk already; then it isn't even made.
    public func write(_ line: () throws -> [UInt8]) throws {
        lines += 1
        guard lines > known else { return }
        buffer += try line()
        buffer.append(0x0A)
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Writes lines, but for those that are on disk already.
    package func write(_ made: MadeLines) throws {
        let skipped = min(max(0, known - lines), made.ends.count)
        let start = skipped == 0 ? 0 : made.ends[skipped - 1]
        lines += made.ends.count
        guard skipped < made.ends.count else { return }
        buffer.append(contentsOf: made.bytes[start...])
        if buffer.count >= 1 << 16 { try flush() }
    }

    func close() throws -> Prefix {
        guard lines >= known else {
            throw FileError("an interrupted export wrote \(known) lines where there are only \(lines); start it afresh")
        }
        try flush()
        do throws(SystemError) { try file.synchronize() } catch { throw FileError(shown, "cannot be written", error) }
        return try noteWritten()
    }

    /// Puts what it can on disk and notes it: where the disk is full, what was there before.
    func pause() throws {
        try? flush()
        try noteWritten()
    }

    @discardableResult
    private func noteWritten() throws -> Prefix {
        written.sha256 = hash.hexadecimal
        noted = written.bytes
        try note(written)
        return written
    }

    private func flush() throws(FileError) {
        do throws(SystemError) {
            try file.write(buffer)
        } catch {
            // A part of the buffer may be on disk; lines are kept whole.
            try? file.truncate(to: written.bytes)
            try? file.seek(to: written.bytes)
            throw FileError(shown, "cannot be written", error)
        }
        hash.update(buffer)
        written.bytes += buffer.count
        written.lines = max(lines, known)
        buffer.removeAll(keepingCapacity: true)
        guard written.bytes - noted >= Self.noteEvery else { return }
        do {
            try noteWritten()
        } catch {
            throw error as? FileError ?? FileError("\(shown): how far it is cannot be noted: \(error)")
        }
    }
}
