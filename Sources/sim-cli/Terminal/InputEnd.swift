internal import Foundation

/// The end of standard input: of a pipe it comes when nobody can write to it any more, so that a program learns that the one which
/// began it is gone, however that ended.
struct InputEnd {
    /// Whether it has come; what was written before is read and thrown away. Does not wait.
    static var isReached: Bool {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&input, 1, 0) > 0 else { return false }
        guard input.revents & Int16(POLLIN) != 0 else { return true }
        var unread = [UInt8](repeating: 0, count: 4096)
        return read(STDIN_FILENO, &unread, unread.count) == 0
    }
}
