internal import InputErrors
internal import Synchronization

/// The files that a command read, with their hashes, for whoever must know whether another run read the same.
///
/// Every file that somebody names is read through ``FileBytes`` or ``LineReader``, which note it here while a ledger is kept; so what a
/// command depends on is found out rather than listed, and a command that comes later is covered too. There is one ledger a process,
/// since readers are called from everywhere; nothing that is computed depends on it.
package final class InputLedger: Sendable {
    /// A file, and what it held.
    package struct Entry: Sendable, Equatable {
        package let path: String
        package let sha256: String

        package init(path: String, sha256: String) { (self.path, self.sha256) = (path, sha256) }
    }

    private static let kept = Mutex<InputLedger?>(nil)
    private let hashes = Mutex<(files: [String: String], changed: [String])>(([:], []))

    /// Begins to keep a ledger, and ends any other.
    package init() { Self.kept.withLock { $0 = self } }

    /// The files so far, by name.
    ///
    /// - Throws: `InputError` for a file that changed while the command ran, and for a pipe, which nobody can read again.
    package func entries() throws -> [Entry] {
        let (files, changed) = hashes.withLock { $0 }
        if let path = changed.first { throw InputError("\(path) changed while it was read; start again") }
        if let pipe = files.keys.sorted().first(where: { $0.hasPrefix("/dev/") || $0.hasPrefix("/proc/") }) {
            throw InputError("\(pipe) is a pipe, which the pieces of a work cannot all read; give a file")
        }
        return files.sorted { $0.key < $1.key }.map { Entry(path: $0.key, sha256: $0.value) }
    }

    /// Notes a file that will be read later, so that it is known before the work begins what it depends on.
    ///
    /// - Throws: `FileError` if it cannot be read.
    package static func noteAhead(_ path: String) throws {
        guard kept.withLock({ $0 != nil }) else { return }
        try LineReader.read(path: path) { _, _ in }
    }

    static func note(_ path: String, _ bytes: [UInt8]) {
        guard kept.withLock({ $0 != nil }) else { return }
        note(path, sha256: ContentHash.sha256(bytes))
    }

    static func note(_ path: String, sha256: String) {
        guard let ledger = kept.withLock({ $0 }) else { return }
        ledger.hashes.withLock { state in
            if let before = state.files.updateValue(sha256, forKey: path), before != sha256 {
                state.changed.append(path)
            }
        }
    }
}
