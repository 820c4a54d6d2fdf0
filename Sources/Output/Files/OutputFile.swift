internal import Foundation

/// A single file that is written whole.
///
/// An existing file is replaced by a rename, so that it holds the old bytes or the new ones at any time. A symbolic link
/// stays one, and what it leads to is written. Devices, pipes and open descriptors (`/dev/stdout`) are written to, never
/// replaced; disks, sockets and links that lead nowhere are refused.
public struct OutputFile: Sendable {
    /// As people named it.
    public let path: String
    private let way: Way
    private let makesFolders: Bool

    private enum Way: Sendable {
        /// Makes or replaces the file at this path.
        case file(String)
        /// Writes into what is there.
        case through(String)
        /// Writes to an open file.
        case descriptor(Int32)
    }

    /// Checks that the file may be written, without making anything: worth doing before long work.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - replaces: whether an existing file is replaced; otherwise it is an error.
    ///   - makesFolders: whether missing folders are made, when the file is written.
    /// - Throws: ``FileError`` saying why it cannot be.
    public init(path: String, replaces: Bool, makesFolders: Bool = false) throws(FileError) {
        self.path = path
        self.makesFolders = makesFolders
        guard path.contains(where: { !$0.isWhitespace }) else {
            throw FileError("the name of the file to write is empty; give a file")
        }
        guard !path.hasSuffix("/") else { throw FileError("\(path) is a folder; give a file") }
        if let number = Self.descriptor(path) {
            way = .descriptor(number)
            return
        }
        try Paths.refuseDangling(path, for: "\(path) cannot be written")
        guard let there = try Paths.status(path, follows: true, for: "\(path) cannot be written") else {
            let folder = Paths.split(path).folder
            if !makesFolders, try Paths.status(folder, follows: true, for: "\(path) cannot be written") == nil {
                throw FileError("\(path) cannot be written: there is no folder \(folder); make it first")
            }
            try Paths.checkWritable(folder: folder, for: "\(path) cannot be written")
            way = .file(URL(fileURLWithPath: path).path)
            return
        }
        switch there.kind {
        case .file:
            guard replaces else {
                throw FileError("\(path) exists already; give --force to replace it, or another name")
            }
            guard access(path, W_OK) == 0, let real = Paths.real(path) else {
                throw FileError(path, "cannot be written", .last)
            }
            try Paths.checkWritable(folder: Paths.split(real).folder, for: "\(path) cannot be written")
            way = .file(real)
        case .device, .pipe: way = .through(path)
        case .folder: throw FileError("\(path) is a folder; give a file")
        default: throw FileError("\(path) is \(there.kind.name), which is not written to; give a file")
        }
    }

    /// Whether something is at the path that writing replaces: a file, or a link to one.
    public static func wouldReplace(_ path: String) -> Bool {
        guard descriptor(path) == nil, let there = try? PathStatus(path, follows: true) else { return false }
        return there.kind == .file
    }

    /// Writes the file.
    ///
    /// - Throws: ``FileError`` with the cause; an existing file is then as it was.
    public func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

    /// The same for bytes.
    public func write(_ bytes: [UInt8]) throws(FileError) {
        if makesFolders, case .file(let real) = way {
            try Paths.makeFolders(Paths.split(real).folder, for: "\(path) cannot be written")
        }
        do throws(SystemError) {
            switch way {
            case .file(let path): try AtomicFile.write(bytes, to: path, over: PathStatus(path, follows: false))
            case .descriptor(let number): try Descriptor(duplicating: number).write(bytes)
            case .through(let path):
                // Without waiting for a reader that may never come; writing itself waits.
                let file = try Descriptor(path, O_WRONLY | O_NONBLOCK | O_NOCTTY)
                try system { fcntl(file.number, F_SETFL, O_WRONLY) }
                try file.write(bytes)
            }
        } catch {
            throw FileError(path, "cannot be written", error)
        }
    }

    /// Writes the file line by line, in bounded memory.
    ///
    /// - Parameter body: receives a function that writes one line (without its line feed).
    /// - Throws: ``FileError`` with the cause, and what `body` throws; an existing file is then as it was.
    public func writeLines(_ body: (_ line: ([UInt8]) throws -> Void) throws -> Void) throws {
        guard case .file(let real) = way else { return try writeLinesThrough(body) }
        let (folder, name) = Paths.split(real)
        if makesFolders { try Paths.makeFolders(folder, for: "\(path) cannot be written") }
        let partial = "\(folder)/\(Leftovers.hidden(name)).partial-\(ProcessInfo.processInfo.processIdentifier)"
        do {
            let writer = try LineWriter(partial, after: nil, shown: path)
            try body { line in try writer.write { line } }
            _ = try writer.close()
            if let old = try PathStatus(real, follows: false) { try system { chmod(partial, old.mode) } }
            try system { rename(partial, real) }
            Descriptor.synchronizeNames(in: folder)
        } catch {
            _ = unlink(partial)
            throw (error as? SystemError).map { FileError(path, "cannot be written", $0) } ?? error
        }
    }

    /// The same for what is written into and not replaced.
    private func writeLinesThrough(_ body: (_ line: ([UInt8]) throws -> Void) throws -> Void) throws {
        var buffer: [UInt8] = []
        try body { line in
            buffer += line
            buffer.append(0x0A)
            guard buffer.count >= 1 << 16 else { return }
            try write(buffer)
            buffer.removeAll(keepingCapacity: true)
        }
        try write(buffer)
    }

    /// Writes a file, making the folders that it is in.
    public static func write(_ text: String, to path: String, replaces: Bool) throws(FileError) {
        try OutputFile(path: path, replaces: replaces, makesFolders: true).write(text)
    }

    /// The open descriptor that a path is a name of, such as 1 for `/dev/stdout`, links followed; nil for other paths.
    private static func descriptor(_ path: String) -> Int32? {
        var path = URL(fileURLWithPath: path).standardizedFileURL.path
        for _ in 0..<40 {
            for start in ["/dev/fd/", "/proc/self/fd/", "/proc/\(ProcessInfo.processInfo.processIdentifier)/fd/"]
            where path.hasPrefix(start) {
                return Int32(path.dropFirst(start.count))
            }
            guard let target = Paths.target(ofLink: path) else { return nil }
            path =
                target.hasPrefix("/")
                ? target : URL(fileURLWithPath: target, relativeTo: URL(fileURLWithPath: path)).standardizedFileURL.path
        }
        return nil
    }
}
