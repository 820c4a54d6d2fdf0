internal import Foundation

/// An open file, closed with its last reference.
final class Descriptor: Sendable {
    let number: Int32

    /// - Parameter flags: of open(2).
    init(_ path: String, _ flags: Int32, mode: mode_t = 0o666) throws(SystemError) {
        guard !path.utf8.contains(0) else { throw SystemError(EINVAL) }
        number = try system { open(path, flags | O_CLOEXEC, mode) }
    }

    /// A second number for a file that is open already, such as standard output.
    init(duplicating other: Int32) throws(SystemError) { number = try system { dup(other) } }

    deinit { _ = close(number) }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try system { rest.withUnsafeBytes { Foundation.write(number, $0.baseAddress, $0.count) } }
            rest = rest.dropFirst(count)
        }
    }

    /// The next bytes; none at the end.
    func read(upTo count: Int) throws(SystemError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let found = try system { buffer.withUnsafeMutableBytes { Foundation.read(number, $0.baseAddress, $0.count) } }
        return Array(buffer.prefix(found))
    }

    /// The bytes at a place, wherever the file stands.
    func read(at position: Int, count: Int) throws(SystemError) -> [UInt8] {
        var (buffer, done) = ([UInt8](repeating: 0, count: count), 0)
        while done < count {
            let found = try system {
                buffer.withUnsafeMutableBytes { part in
                    pread(number, part.baseAddress.map { $0 + done }, count - done, off_t(position + done))
                }
            }
            guard found > 0 else { throw SystemError(EIO) }
            done += found
        }
        return buffer
    }

    /// Has what was written put on the medium, so that a name given to the file afterwards never stands for less of it.
    ///
    /// Devices and pipes cannot be asked for that, and need not.
    func synchronize() throws(SystemError) {
        do throws(SystemError) { try system { fsync(number) } } catch {
            guard [EINVAL, EROFS, ENOTSUP].contains(error.code) else { throw error }
        }
    }

    /// Has the names in a folder put on the medium, where the file system can.
    ///
    /// What goes wrong is not said: the name leads to the old file or to the new one, whole, whichever of them a loss of power leaves.
    static func synchronizeNames(in folder: String) {
        try? Descriptor(folder, O_RDONLY | O_DIRECTORY).synchronize()
    }

    func truncate(to size: Int) throws(SystemError) { try system { ftruncate(number, off_t(size)) } }

    func seek(to position: Int) throws(SystemError) { try system { lseek(number, off_t(position), SEEK_SET) } }

    /// Takes the lock on the file, which goes with the process that holds it, however that ends.
    ///
    /// - Returns: false if another holds it.
    func lock() -> Bool { flock(number, LOCK_EX | LOCK_NB) == 0 }

    /// Whether the file still has this name: a file that was removed or replaced is another one.
    func isStill(at path: String) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(number, &own) == 0 && lstat(path, &named) == 0 && own.st_dev == named.st_dev
            && own.st_ino == named.st_ino
    }
}
