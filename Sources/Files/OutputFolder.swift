internal import Crypto
public import Foundation

/// A folder that appears whole or not at all: files are written beside it under a temporary name, and the folder takes its
/// place when everything is finished.
public final class OutputFolder {
    public let destination: URL
    let temporary: URL
    private let replaces: Bool
    /// What was written by an earlier, interrupted export, and where this one notes how far it is; nil without an identity.
    private var progress: ExportProgress?
    /// Whether an interrupted export is gone on with.
    public let isResumed: Bool
    /// Every finished file: path inside the folder, SHA-256, bytes and rows (nil where rows mean nothing).
    public private(set) var files: [FileRecord] = []

    public struct FileRecord: Sendable, Equatable {
        public let path: String
        public let sha256: String
        public let bytes: Int
        public let rows: Int?
    }

    /// - Parameters:
    ///   - path: the folder to make.
    ///   - replaces: whether an existing folder is replaced; otherwise it is an error.
    ///   - identity: what the files are made from. With it, an interrupted export can be gone on with later.
    ///   - resumes: whether to go on with an interrupted export of the same identity, if there is one. Otherwise what
    ///     interrupted exports to the same place left behind is removed.
    /// - Throws: ``FileError`` if the folder exists and is not to be replaced (see ``check(path:replaces:)``), or cannot
    ///   be made.
    public init(
        path: String, replaces: Bool, identity: String? = nil, resumes: Bool = false
    ) throws(FileError) {
        destination = URL(fileURLWithPath: path).standardizedFileURL
        self.replaces = replaces
        try Self.check(path: path, replaces: replaces)
        let leftovers = Leftovers(of: destination)
        temporary = leftovers.own
        do {
            let found = resumes ? leftovers.all.first { ExportProgress(in: $0)?.identity == identity } : nil
            isResumed = found != nil
            if let found {
                try FileManager.default.moveItem(at: found, to: temporary)
            } else if identity != nil {
                for old in leftovers.all { try FileManager.default.removeItem(at: old) }
            }
            try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
            progress = ExportProgress(in: temporary) ?? identity.map { ExportProgress(identity: $0) }
        } catch {
            throw FileError("\(path) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Makes a folder that appears whole, or not at all if `body` throws.
    ///
    /// - Parameters:
    ///   - path: the folder to make.
    ///   - replaces: whether an existing folder is replaced; otherwise it is an error.
    ///   - body: writes the files.
    /// - Returns: what `body` returns.
    /// - Throws: ``FileError`` as ``init(path:replaces:identity:resumes:)`` does, and whatever `body` throws.
    public static func write<Value>(
        path: String, replaces: Bool, _ body: (OutputFolder) throws -> Value
    ) throws -> Value {
        let folder = try OutputFolder(path: path, replaces: replaces)
        do {
            let value = try body(folder)
            try folder.commit()
            return value
        } catch {
            folder.discard()
            throw error
        }
    }

    /// Checks that a folder may be made or replaced, without making anything: worth doing before long work.
    ///
    /// Only a folder that an export wrote is ever replaced, or an empty one: replacing removes what is there, and a folder
    /// named by mistake may be somebody's home.
    ///
    /// - Throws: ``FileError`` if the folder exists and is not to be replaced, or holds something else.
    public static func check(path: String, replaces: Bool) throws(FileError) {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        let manager = FileManager.default
        guard manager.fileExists(atPath: url.path) else { return }
        guard replaces else {
            throw FileError("\(path) exists already; give --force to replace it, or another folder")
        }
        guard let contents = try? manager.contentsOfDirectory(atPath: url.path) else {
            throw FileError("\(path) is not a folder that can be read; give another folder")
        }
        guard contents.isEmpty || !Set(contents).isDisjoint(with: ["manifest.json", "datapackage.json"]) else {
            throw FileError(
                "\(path) was not written by an export (it has no manifest.json or datapackage.json), so it is not "
                    + "replaced; give another folder, or remove it first")
        }
    }

    /// Writes a file line by line in bounded memory.
    ///
    /// - Parameters:
    ///   - name: the path inside the folder.
    ///   - body: receives a function that writes one line (without its line feed).
    public func writeLines(_ name: String, _ body: (_ line: ([UInt8]) throws -> Void) throws -> Void) throws {
        try writeRows(name) { lines in try body { line in try lines.write { line } } }
    }

    /// Writes a file line by line in bounded memory; lines that an interrupted export has written are not made again.
    ///
    /// - Parameters:
    ///   - name: the path inside the folder.
    ///   - body: hands every line of the file to the writer, from the first on and always in the same order.
    /// - Throws: what `body` throws, after what was written has been put on disk and noted.
    public func writeRows(_ name: String, _ body: (LineWriter) throws -> Void) throws {
        let url = temporary.appendingPathComponent(name)
        let writer = try LineWriter(url, after: progress?.prefix(of: name, at: url))
        writer.note = { [unowned self] prefix in try saveProgress(name, prefix) }
        do {
            try body(writer)
        } catch {
            // The first error is the one to show.
            _ = try? writer.pause()
            throw error
        }
        let summary = try writer.close()
        files.append(FileRecord(path: name, sha256: summary.sha256, bytes: summary.bytes, rows: summary.lines))
    }

    private func saveProgress(_ name: String, _ prefix: LineWriter.Prefix) throws {
        guard progress != nil else { return }
        progress?.prefixes[name] = prefix
        try progress?.save(in: temporary)
    }

    /// Writes a whole file.
    public func write(_ name: String, _ text: String, rows: Int? = nil) throws {
        let url = temporary.appendingPathComponent(name)
        let bytes = Array(text.utf8)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        files.append(FileRecord(path: name, sha256: ContentHash.sha256(bytes), bytes: bytes.count, rows: rows))
    }

    /// Puts the finished folder in its place.
    public func commit() throws {
        try? FileManager.default.removeItem(at: ExportProgress.file(in: temporary))
        if replaces, FileManager.default.fileExists(atPath: destination.path) {
            try FileManager.default.removeItem(at: destination)
        }
        try FileManager.default.moveItem(at: temporary, to: destination)
    }

    /// Removes what was written so far.
    public func discard() { try? FileManager.default.removeItem(at: temporary) }
}

/// Why a file or folder cannot be read or written: which, what was found and what was needed.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
