public import Foundation

/// A folder that appears whole or not at all: files are written beside it under a temporary name, and the folder takes its
/// place when everything is finished.
///
/// Only an empty folder, or one that an export wrote and that holds nothing else, is ever replaced, and it is there until
/// the new one takes its place: the two exchange their names in one step where the system can.
public final class OutputFolder {
    public let destination: URL
    private let place: OutputPlace
    private let replaces: Bool
    private let temporary: TemporaryFolder
    private let aside: String
    /// What was written by an earlier, interrupted export, and where this one notes how far it is; nil without an identity.
    private var progress: ExportProgress?
    /// Whether an interrupted export is gone on with.
    public let isResumed: Bool
    /// What people should know of what earlier exports to the same place left behind, a sentence each.
    public private(set) var notes: [String] = []
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
        place = try OutputPlace(path, replaces: replaces)
        (destination, self.replaces) = (place.url, replaces)
        try Paths.makeFolders(place.parent, for: "\(path) cannot be made")
        let leftovers = Leftovers(of: destination)
        aside = leftovers.aside
        let found = resumes ? leftovers.ended.first { $0.canBeTaken(for: identity) } : nil
        isResumed = found != nil
        notes = leftovers.tidy(
            except: found?.path, removesProgress: identity != nil && !resumes, place: path, exists: place.exists)
        do throws(SystemError) {
            let reserves = identity != nil
            if let found {
                temporary = TemporaryFolder(taking: found.path, lock: found.lock)
                // Without it going on is as good as without the reserve of the first time.
                if reserves { try? temporary.reserve() }
            } else {
                temporary = try TemporaryFolder(startingWith: leftovers.partial, reserves: reserves)
            }
        } catch {
            throw FileError(path, "cannot be made", error, at: place.parent)
        }
        progress = found?.progress ?? identity.map { ExportProgress(identity: $0) }
    }

    /// Makes a folder that appears whole, or not at all if `body` throws.
    ///
    /// - Parameters:
    ///   - path: the folder to make.
    ///   - replaces: whether an existing folder is replaced; otherwise it is an error.
    ///   - note: receives what people should know; see ``notes``.
    ///   - body: writes the files.
    /// - Returns: what `body` returns.
    /// - Throws: ``FileError`` as ``init(path:replaces:identity:resumes:)`` does, and whatever `body` throws.
    public static func write<Value>(
        path: String, replaces: Bool, note: (String) -> Void, _ body: (OutputFolder) throws -> Value
    ) throws -> Value {
        let folder = try OutputFolder(path: path, replaces: replaces)
        for text in folder.notes { note(text) }
        do {
            let value = try body(folder)
            for text in try folder.commit() { note(text) }
            return value
        } catch {
            folder.discard()
            throw error
        }
    }

    /// Checks that a folder may be made or replaced, without making anything: worth doing before long work.
    ///
    /// - Throws: ``FileError`` if the folder exists and is not to be replaced; if it holds anything but what an export
    ///   wrote, as it was written; if it is the current folder, the home folder, one of those above them, or a mount point;
    ///   or if nothing can be made there.
    /// - Complexity: reads an existing folder that is to be replaced.
    public static func check(path: String, replaces: Bool) throws(FileError) {
        _ = try OutputPlace(path, replaces: replaces)
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
    /// - Throws: what `body` throws, after what was written has been put on disk and noted, and left for another export to
    ///   go on with; ``FileError`` where it cannot be written.
    public func writeRows(_ name: String, _ body: (LineWriter) throws -> Void) throws {
        let path = try path(of: name)
        let writer = try LineWriter(path, after: progress?.prefix(of: name, at: path), shown: shown(name))
        writer.note = { [unowned self] prefix in try saveProgress(name, prefix) }
        do {
            try body(writer)
            let summary = try writer.close()
            files.append(FileRecord(path: name, sha256: summary.sha256, bytes: summary.bytes, rows: summary.lines))
        } catch {
            // The first error is the one to show.
            temporary.freeReserve()
            try? writer.pause()
            temporary.release()
            throw error
        }
    }

    /// Writes a whole file.
    public func write(_ name: String, _ text: String, rows: Int? = nil) throws {
        let path = try path(of: name)
        let bytes = Array(text.utf8)
        do throws(SystemError) {
            let file = try Descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
            try file.write(bytes)
            try file.synchronize()
        } catch {
            throw FileError(shown(name), "cannot be written", error)
        }
        files.append(FileRecord(path: name, sha256: ContentHash.sha256(bytes), bytes: bytes.count, rows: rows))
    }

    /// Has a file made by somebody who takes its path.
    ///
    /// - Parameter make: makes the file, which is not there yet.
    package func add(_ name: String, _ make: (_ path: String) throws -> Void) throws {
        let path = try path(of: name)
        // A run that was killed may have left one.
        _ = unlink(path)
        try make(path)
        guard let status = try Paths.status(path, follows: false, for: "\(shown(name)) cannot be written") else {
            throw FileError("\(shown(name)) was not made")
        }
        files.append(
            FileRecord(path: name, sha256: try LineTable.hash(path: path), bytes: status.bytes, rows: nil))
    }

    /// Where a file is written, with the folders that it is in made.
    private func path(of name: String) throws(FileError) -> String {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { ["", ".", ".."].contains($0) || $0.utf8.contains(0) }) else {
            throw FileError("\(shown(name)) is no name for a file inside a folder")
        }
        let path = temporary.path + "/" + name
        try Paths.makeFolders(Paths.split(path).folder, for: "\(shown(name)) cannot be written")
        return path
    }

    private func shown(_ name: String) -> String { "\(place.path)/\(name)" }

    private func saveProgress(_ name: String, _ prefix: LineWriter.Prefix) throws {
        guard progress != nil else { return }
        progress?.prefixes[name] = prefix
        do {
            try progress?.save(in: URL(fileURLWithPath: temporary.path))
        } catch let error as SystemError {
            throw FileError(shown(name), "cannot be written", error)
        }
    }

    /// Rows and bytes that an export with an identity has noted as written, and where they are kept for going on with it;
    /// nil if there is nothing to go on with.
    public var kept: (rows: Int, size: String, path: String)? {
        guard let extent = progress?.extent, extent.rows > 0 else { return nil }
        return (extent.rows, Leftovers.readable(extent.bytes), temporary.path)
    }

    /// Puts the finished folder in its place.
    ///
    /// - Returns: what people should know.
    /// - Throws: ``FileError`` if another folder came there meanwhile, or the one to replace is no longer only ours. What
    ///   was written can then be gone on with, if it has an identity.
    @discardableResult
    public func commit() throws(FileError) -> [String] {
        let old = try OutputPlace(place.path, replaces: replaces).old
        temporary.clear()
        synchronizeNames()
        do throws(SystemError) {
            defer { Descriptor.synchronizeNames(in: place.parent) }
            let exchange = FolderExchange(
                temporary: temporary.path, destination: destination.path, aside: aside, shown: place.path)
            guard let old else {
                try exchange.place()
                return []
            }
            return try [exchange.replace(old)].compactMap(\.self)
        } catch {
            try? progress?.save(in: URL(fileURLWithPath: temporary.path))
            guard error.code == EEXIST else { throw FileError(place.path, "cannot be put in its place", error) }
            throw FileError(
                "\(place.path) was made by another program while this was written; give --force to replace it, or another folder"
            )
        }
    }

    /// Has the names of all files put on the medium before the folder gets its own.
    private func synchronizeNames() {
        let folders = Set(files.map { Paths.split(temporary.path + "/" + $0.path).folder } + [temporary.path])
        for folder in folders.sorted() { Descriptor.synchronizeNames(in: folder) }
    }

    /// Removes what was written so far.
    public func discard() { temporary.remove() }
}
