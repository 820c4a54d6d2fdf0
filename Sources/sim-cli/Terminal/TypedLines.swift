internal import Foundation
internal import Synchronization

/// Lines of standard input, typed or piped, while Ctrl-C is heeded: it ends the waiting.
final class TypedLines: Sendable {
    private let stop: @Sendable () -> Bool
    private let buffer = Mutex<[UInt8]>([])

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
            buffer.withLock { $0 += part[..<count] }
        }
        return nil
    }

    private func taken(atEnd: Bool) -> [UInt8]? {
        buffer.withLock { bytes in
            guard let end = bytes.firstIndex(of: 0x0A) ?? (atEnd && !bytes.isEmpty ? bytes.count : nil) else {
                return nil
            }
            let line = Array(bytes[..<end])
            bytes.removeFirst(min(end + 1, bytes.count))
            return line
        }
    }
}
