#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Reading a file without being hung or flooded by it.
enum FileBytes {
    /// Why a file was not read, as a sentence without the file's name.
    struct Failure: Error {
        var message: String
    }

    /// The bytes of a regular file of at most ``ScenarioLimits/bytes``.
    ///
    /// The file is opened without blocking and looked at before it is read, so a FIFO or a device costs nothing; at most one
    /// byte more than the limit is read, so a file that grows costs no more than the limit.
    static func read(path: String) throws(Failure) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw Failure(message: "cannot be opened: its name has a NUL character") }
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(message: "cannot be opened: \(reason(errno))") }
        defer { _ = close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure(message: "cannot be read: \(reason(errno))") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(message: "is \(kind(status.st_mode)); it must be a regular file")
        }
        guard status.st_size <= ScenarioLimits.bytes else { throw tooLarge("\(status.st_size)") }
        return try contents(of: descriptor, expected: Int(status.st_size))
    }

    /// The same, with the problem as that of a file of ours.
    static func load(_ path: String) throws(ScenarioError) -> [UInt8] {
        do throws(Failure) {
            return try read(path: path)
        } catch {
            throw ScenarioError(diagnostics: [Diagnostic(severity: .error, file: path, message: error.message)])
        }
    }

    private static func contents(of descriptor: Int32, expected: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expected)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = systemRead(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Failure(message: "cannot be read: \(reason(errno))") }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= ScenarioLimits.bytes else { throw tooLarge("more than \(ScenarioLimits.bytes)") }
        }
    }

    private static func tooLarge(_ size: String) -> Failure {
        Failure(message: "has \(size) bytes; at most \(ScenarioLimits.bytes) are read")
    }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
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
