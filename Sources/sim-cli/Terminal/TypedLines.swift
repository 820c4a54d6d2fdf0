internal import Foundation
internal import Synchronization

/// Lines of standard input, typed or piped, while Ctrl-C is heeded: it ends the waiting.
final class TypedLines: Sendable {
    private let stop: @Sendable () -> Bool
    private let buffer = Mutex(Buffer())

    /// What was read and not taken yet.
    private struct Buffer {
        var bytes: [UInt8] = []
        /// How many of them hold no line feed for certain: a long line that comes in parts is looked through once.
        var searched = 0
    }

    init(stop: @escaping @Sendable () -> Bool) { self.stop = stop }

    /// The next line without its line feed; nil at the end of the input, or where the work is to stop.
    func next() -> String? { nextBytes().map { String(decoding: $0, as: UTF8.self) } }

    /// The same, as it came.
    func nextBytes() -> [UInt8]? {
        while !stop() {
            if let line = taken(atEnd: false) { return line }
            var waited = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
            guard poll(&waited, 1, 100) > 0 else { continue }
            var part = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(0, &part, part.count)
            guard count > 0 else { return taken(atEnd: true) }
            buffer.withLock { $0.bytes += part[..<count] }
        }
        return nil
    }

    private func taken(atEnd: Bool) -> [UInt8]? {
        buffer.withLock { buffer in
            let count = buffer.bytes.count
            guard
                let end = buffer.bytes[buffer.searched...].firstIndex(of: 0x0A) ?? (atEnd && count > 0 ? count : nil)
            else {
                buffer.searched = count
                return nil
            }
            let line = Array(buffer.bytes[..<end])
            buffer.bytes.removeFirst(min(end + 1, count))
            buffer.searched = 0
            return line
        }
    }
}
