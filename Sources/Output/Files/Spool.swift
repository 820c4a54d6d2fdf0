internal import Foundation
internal import Synchronization

/// Bytes that are put aside and read again in any order: in memory while they are few, in a nameless temporary file beyond that.
///
/// The file goes with its last reference, however the process ends. Any thread may read and append.
public final class Spool: Sendable {
    private struct State {
        /// What is not on disk yet.
        var waiting: [UInt8] = []
        var written = 0
        var file: Descriptor?
    }

    private let state = Mutex(State())

    /// How many bytes stay in memory.
    private static let most = 1 << 23

    public init() {}

    /// Puts bytes aside.
    ///
    /// - Returns: where they begin.
    /// - Throws: ``FileError`` if the temporary file cannot be written.
    @discardableResult
    public func append(_ bytes: [UInt8]) throws(FileError) -> Int {
        try state.withLock { state throws(FileError) in
            let start = state.written + state.waiting.count
            state.waiting += bytes
            guard state.waiting.count > Self.most else { return start }
            do throws(SystemError) {
                if state.file == nil { state.file = try Self.open() }
                try state.file?.write(state.waiting)
            } catch { throw FileError(Self.folder, "cannot hold a temporary file", error) }
            state.written += state.waiting.count
            state.waiting.removeAll(keepingCapacity: true)
            return start
        }
    }

    /// Reads bytes again.
    ///
    /// - Throws: ``FileError`` if the temporary file cannot be read.
    public func read(at start: Int, count: Int) throws(FileError) -> [UInt8] {
        try state.withLock { state throws(FileError) in
            if start >= state.written {
                let first = start - state.written
                return Array(state.waiting[first..<first + count])
            }
            guard let file = state.file else { return [] }
            do throws(SystemError) { return try file.read(at: start, count: count) } catch {
                throw FileError(Self.folder, "lost a temporary file", error)
            }
        }
    }

    private static var folder: String { NSTemporaryDirectory() }

    /// A file that has no name any more.
    private static func open() throws(SystemError) -> Descriptor {
        let path = folder + "nacre-\(UUID().uuidString)"
        let file = try Descriptor(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        _ = unlink(path)
        return file
    }
}
