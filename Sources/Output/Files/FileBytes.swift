#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Reading what people name as a file, without being hung or flooded by it.
///
/// A file is opened without blocking and looked at before it is read, so that a FIFO or a device costs nothing; and at most
/// a limit is read of it, so that a file that grows costs no more than the limit. Every file that somebody else named is read
/// through here or through ``LineReader``.
public enum FileBytes {
    /// Why a file was not read, as a sentence without the file's name.
    public struct Failure: Error, Equatable, Sendable {
        public let message: String
        /// Whether there is no such file.
        public let isMissing: Bool

        init(_ message: String, isMissing: Bool = false) { (self.message, self.isMissing) = (message, isMissing) }
    }

    /// What is read whole of a file of data or of a policy, at most: 1 GiB.
    public static let largest = 1 << 30

    /// The bytes of a file.
    ///
    /// - Parameters:
    ///   - limit: how many bytes it may have.
    ///   - pipes: whether a pipe of this process is taken too (`/dev/stdin`, or `/dev/fd/N`, which a shell's `<(…)` names).
    ///     A FIFO with a name of its own never is: nobody may be there to write to it.
    /// - Throws: ``Failure`` if it is no such file, is larger, or cannot be read.
    public static func read(path: String, limit: Int = largest, pipes: Bool = false) throws(Failure) -> [UInt8] {
        let file = try OpenFile(path: path, pipes: pipes)
        defer { file.end() }
        guard file.size <= limit else { throw tooLarge("\(file.size)", limit) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(file.size)
        while let part = try file.next(1 << 16) {
            bytes += part
            guard bytes.count <= limit else { throw tooLarge("more than \(limit)", limit) }
        }
        InputLedger.note(path, bytes)
        return bytes
    }

    private static func tooLarge(_ size: String, _ limit: Int) -> Failure {
        Failure("has \(size) bytes; at most \(limit) are read")
    }
}

/// A regular file, or a pipe of this process, that is being read.
struct OpenFile {
    private let descriptor: Int32
    /// In bytes; 0 for a pipe.
    let size: Int
    /// Whether it is a pipe, which need not end.
    let isPipe: Bool

    init(path: String, pipes: Bool) throws(FileBytes.Failure) {
        guard !path.utf8.contains(0) else { throw .init("cannot be opened: its name has a NUL character") }
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .init("cannot be opened: \(Self.reason(errno))", isMissing: errno == ENOENT)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            _ = close(descriptor)
            throw .init("cannot be read: \(Self.reason(code))")
        }
        let kind = status.st_mode & S_IFMT
        isPipe = kind == S_IFIFO && pipes && Self.names(pipeOfOurs: path)
        guard kind == S_IFREG || isPipe else {
            _ = close(descriptor)
            throw .init("is \(Self.name(of: kind)); it must be a regular file")
        }
        // What was opened without waiting is read with waiting.
        if isPipe { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
        self.descriptor = descriptor
        size = isPipe ? 0 : Int(status.st_size)
    }

    func end() { _ = close(descriptor) }

    /// A file of data, which may be a pipe of this process, with the problem as that of a file.
    static func data(_ path: String) throws(FileError) -> OpenFile {
        do throws(FileBytes.Failure) { return try OpenFile(path: path, pipes: true) } catch {
            throw FileError("\(path) \(error.message)")
        }
    }

    /// The next bytes of a file of data, at most so many; nil at the end.
    func nextOfData(_ count: Int, _ path: String) throws(FileError) -> [UInt8]? {
        do throws(FileBytes.Failure) { return try next(count) } catch {
            throw FileError("\(path) \(error.message)")
        }
    }

    /// The next bytes, at most so many; nil at the end.
    func next(_ count: Int) throws(FileBytes.Failure) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: count)
        while true {
            let found = systemRead(descriptor, &buffer, count)
            if found < 0 && errno == EINTR { continue }
            guard found >= 0 else { throw .init("cannot be read: \(Self.reason(errno))") }
            guard found > 0 else {
                // A file that grows is read as far as it is; of one that shrinks, what was left out is gone.
                guard isPipe || lseek(descriptor, 0, SEEK_CUR) >= off_t(size) else {
                    throw .init("cannot be read to its end: it became shorter meanwhile")
                }
                return nil
            }
            buffer.removeLast(count - found)
            return buffer
        }
    }

    /// Whether a path names a descriptor that this process was started with.
    private static func names(pipeOfOurs path: String) -> Bool {
        path == "/dev/stdin" || ["/dev/fd/", "/proc/self/fd/"].contains { path.hasPrefix($0) }
    }

    private static func name(of kind: mode_t) -> String {
        switch kind {
        case S_IFDIR: "a directory"
        case S_IFIFO: "a FIFO"
        case S_IFCHR, S_IFBLK: "a device"
        case S_IFSOCK: "a socket"
        default: "not a file"
        }
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "there is no such file"
        case EACCES: "permission is denied"
        case ENOTDIR: "a part of its path is not a directory"
        case ELOOP: "its path has a loop of links"
        case ENAMETOOLONG: "its name is too long"
        case ENXIO: "it is a socket or a device without a driver"
        case EISDIR: "it is a directory"
        default: "system error \(code)"
        }
    }
}

private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
    read(descriptor, &buffer, count)
}
