internal import Foundation

/// Puts a finished folder in its place, without a moment at which neither it nor the one that it replaces is there under
/// a name that the next export finds.
package struct FolderExchange {
    private let temporary: String
    private let destination: String
    private let aside: String
    private let shown: String
    private let exchanges: Bool

    /// - Parameters:
    ///   - aside: where the folder that is replaced goes before it is removed.
    ///   - shown: the place, as people named it.
    ///   - exchanges: false to go the way of systems that cannot exchange two names.
    package init(temporary: String, destination: String, aside: String, shown: String, exchanges: Bool = true) {
        self.temporary = temporary
        self.destination = destination
        self.aside = aside
        self.shown = shown
        self.exchanges = exchanges
    }

    /// Takes an empty place.
    ///
    /// - Throws: ``SystemError`` with EEXIST if something came there meanwhile.
    func place() throws(SystemError) {
        if Rename.call(temporary, destination, .keepingOther) { return }
        guard errno == EINVAL || errno == ENOSYS else { throw .last }
        // The file system cannot refuse by itself: rename(2) would replace an empty folder only, which loses nothing.
        guard try PathStatus(destination, follows: false) == nil else { throw SystemError(EEXIST) }
        try system { rename(temporary, destination) }
    }

    /// Takes the place of a folder, and removes that.
    ///
    /// By one exchange of both names where the system can. Elsewhere the old folder is moved aside first: if the program is
    /// killed between the two renames, the old one is at ``aside``, which the next export says.
    ///
    /// - Parameter old: what the folder was found to hold.
    /// - Returns: a note if something of the old folder is left.
    package func replace(_ old: OwnFolder) throws(SystemError) -> String? {
        var moved = aside
        if exchanges, Rename.call(temporary, destination, .exchanging) {
            if rename(temporary, aside) != 0 { moved = temporary }
        } else {
            try system { rename(destination, aside) }
            do throws(SystemError) {
                try system { rename(temporary, destination) }
            } catch {
                _ = rename(aside, destination)
                throw error
            }
        }
        return old.remove(at: moved)
            ? nil : "\(shown) was replaced; something came into the old folder meanwhile, and is kept in \(moved)"
    }
}

/// rename(2) with conditions, which the system may not have.
private enum Rename {
    enum Condition {
        case exchanging, keepingOther
    }

    /// - Returns: false with `errno` set if it failed; ENOSYS where the system has no such call.
    static func call(_ from: String, _ to: String, _ condition: Condition) -> Bool {
        #if canImport(Darwin)
            return renamex_np(from, to, condition == .exchanging ? UInt32(RENAME_SWAP) : UInt32(RENAME_EXCL)) == 0
        #else
            // Linux: RENAME_NOREPLACE is 1, RENAME_EXCHANGE 2 (renameat2(2), in glibc since 2.28).
            typealias Call = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
            guard let symbol = dlsym(nil, "renameat2") else {
                errno = ENOSYS
                return false
            }
            let renameat2 = unsafeBitCast(symbol, to: Call.self)
            return renameat2(AT_FDCWD, from, AT_FDCWD, to, condition == .exchanging ? 2 : 1) == 0
        #endif
    }
}
