internal import Foundation

/// A file that holds the old bytes or the new ones at any time, never a part of either.
enum AtomicFile {
    /// Replaces the file at `path`, or makes it; permissions and owner of an existing one are kept.
    ///
    /// - Parameter old: what is there, if anything.
    static func write(_ bytes: [UInt8], to path: String, over old: PathStatus? = nil) throws(SystemError) {
        let (folder, name) = Paths.split(path)
        let start = "\(folder)/\(Leftovers.hidden(name)).partial-\(ProcessInfo.processInfo.processIdentifier)"
        var (temporary, number) = (start, 1)
        var file: Descriptor?
        while file == nil {
            do throws(SystemError) {
                file = try Descriptor(temporary, O_WRONLY | O_CREAT | O_EXCL)
            } catch {
                guard error.code == EEXIST, number < 10_000 else { throw error }
                number += 1
                temporary = "\(start)-\(number)"
            }
        }
        do throws(SystemError) {
            try file?.write(bytes)
            if let old, let file {
                // As root only; who may not give the file away keeps it.
                if old.owner != geteuid() { _ = fchown(file.number, old.owner, old.group) }
                try system { fchmod(file.number, old.mode) }
            }
            try file?.synchronize()
            try system { rename(temporary, path) }
            Descriptor.synchronizeNames(in: folder)
        } catch {
            _ = unlink(temporary)
            throw error
        }
    }
}
