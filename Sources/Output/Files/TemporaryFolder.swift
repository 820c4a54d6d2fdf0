internal import Foundation

/// The folder in which an export is written before it takes its place: `.NAME.partial-ID` beside the place.
///
/// Its writer holds a lock on the file `.lock` in it, which goes when the writer ends, however it ends. So nothing is
/// concluded from process ids, which are used again and mean nothing on another machine.
final class TemporaryFolder {
    let path: String
    private var lock: Descriptor?

    static let lockName = ".lock"
    /// Bytes that are set free when the disk is full, so that what was finished can still be noted.
    private static let reserveName = ".reserve"
    private static let reserveBytes = 1 << 14

    /// Makes a folder of this name, or of this name with a number, and locks it.
    ///
    /// - Parameter reserves: whether to keep room for a note of what was finished.
    init(startingWith name: String, reserves: Bool) throws(SystemError) {
        var (path, number) = (name, 1)
        while true {
            if mkdir(path, 0o777) == 0 { break }
            guard errno == EEXIST, number < 10_000 else { throw .last }
            number += 1
            path = "\(name)-\(number)"
        }
        self.path = path
        do throws(SystemError) {
            let lock = try Descriptor(path + "/" + Self.lockName, O_RDWR | O_CREAT)
            // Somebody who looks for leftovers may hold it for a moment; the folder is then left to us all the same.
            try system { flock(lock.number, LOCK_EX) }
            guard lock.isStill(at: path + "/" + Self.lockName) else { throw SystemError(EBUSY) }
            self.lock = lock
            if reserves { try reserve() }
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    /// Takes over a folder that its writer left.
    init(taking path: String, lock: Descriptor?) {
        self.path = path
        self.lock = lock ?? (try? Descriptor(path + "/" + Self.lockName, O_RDWR | O_CREAT))
        if lock == nil { _ = self.lock?.lock() }
    }

    /// Lets another writer take the folder over.
    func release() { lock = nil }

    func reserve() throws(SystemError) {
        let file = try Descriptor(path + "/" + Self.reserveName, O_WRONLY | O_CREAT | O_TRUNC)
        try file.write([UInt8](repeating: 0x20, count: Self.reserveBytes))
    }

    func freeReserve() { _ = unlink(path + "/" + Self.reserveName) }

    /// Removes what is there for the writer only.
    func clear() {
        freeReserve()
        _ = unlink(ExportProgress.file(in: URL(fileURLWithPath: path)).path)
        _ = unlink(path + "/" + Self.lockName)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
        lock = nil
    }
}

/// Folders that writers which ended left beside a place.
struct Leftovers {
    struct Leftover {
        let path: String
        /// The lock that its writer held, now ours; nil where there is none: a version before there were locks wrote it.
        let lock: Descriptor?
        /// Nil where it cannot be resumed.
        let progress: ExportProgress?

        /// Whether an export of these data may go on with it. Where there is no lock, the process that the folder is named
        /// after must be gone too; nothing more is known of it.
        func canBeTaken(for identity: String?) -> Bool {
            guard let identity, progress?.identity == identity else { return false }
            guard lock == nil, let number = path.split(separator: "-").last, let process = Int32(number) else {
                return true
            }
            return kill(process, 0) != 0 && errno == ESRCH
        }
    }

    /// What the names of temporary folders for the place begin with, without their numbers.
    let start: String
    /// Those that writers which ended left, in the order of their names.
    private(set) var ended: [Leftover] = []
    /// Those whose writer is still at work.
    private(set) var inUse: [String] = []
    /// Folders that had been moved aside to be replaced.
    private(set) var replaced: [String] = []

    init(of destination: URL) {
        let parent = destination.deletingLastPathComponent().path
        start = parent + "/" + Self.hidden(destination.lastPathComponent)
        let hidden = Self.hidden(destination.lastPathComponent)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names.sorted() where name.hasPrefix(hidden) {
            let path = parent + "/" + name
            guard let status = try? PathStatus(path, follows: false), status.kind == .folder else { continue }
            if name.hasPrefix(hidden + Self.replacedMark) {
                replaced.append(path)
            } else if name.hasPrefix(hidden + Self.partialMark) {
                add(path)
            }
        }
    }

    private static let partialMark = ".partial-"
    private static let replacedMark = ".replaced-"
    var partial: String { start + Self.partialMark + "\(ProcessInfo.processInfo.processIdentifier)" }
    var aside: String { start + Self.replacedMark + "\(ProcessInfo.processInfo.processIdentifier)" }

    /// A hidden name for what belongs to a name, short enough for what is added to it.
    static func hidden(_ name: String) -> String {
        guard name.utf8.count > 180 else { return ".\(name)" }
        return ".\(String(decoding: Array(name.utf8.prefix(120)), as: UTF8.self).prefix(30))-\(ContentHash.short(name))"
    }

    private mutating func add(_ path: String) {
        let progress = ExportProgress(in: URL(fileURLWithPath: path))
        guard let lock = try? Descriptor(path + "/" + TemporaryFolder.lockName, O_RDWR | O_NOFOLLOW | O_NONBLOCK) else {
            ended.append(Leftover(path: path, lock: nil, progress: progress))
            return
        }
        if lock.lock() {
            ended.append(Leftover(path: path, lock: lock, progress: progress))
        } else {
            inUse.append(path)
        }
    }

    /// Removes what nobody can go on with, and says what is there.
    ///
    /// - Parameters:
    ///   - except: the one that is gone on with.
    ///   - removesProgress: whether what could be gone on with is removed as well.
    ///   - place: the place, as people named it.
    ///   - exists: whether there is a folder at the place.
    func tidy(except: String?, removesProgress: Bool, place: String, exists: Bool) -> [String] {
        var notes: [String] = []
        for leftover in ended where leftover.path != except {
            let size = Self.size(of: leftover.path)
            if leftover.lock == nil {
                notes.append(
                    "\(leftover.path) (\(size)) is an unfinished export to \(place) that may still be running; remove "
                        + "it if it is not")
            } else if leftover.progress != nil, !removesProgress {
                notes.append(
                    "\(leftover.path) (\(size)) is an interrupted export to \(place) that this one does not resume, and is "
                        + "kept; its own command takes it up with --resume")
            } else {
                try? FileManager.default.removeItem(atPath: leftover.path)
                notes.append("removed what an interrupted export to \(place) had left: \(leftover.path) (\(size))")
            }
        }
        notes += inUse.map { "\($0) is being written by another export to \(place)" }
        notes += replaced.map { path in
            exists
                ? "\(path) is what \(place) held before it was replaced; remove it if nothing in it is wanted"
                : "\(place) was being replaced when its export was killed; what it held is in \(path): move it back if it "
                    + "is wanted"
        }
        return notes
    }

    /// The bytes of all files in a folder, as people read them.
    static func size(of path: String) -> String {
        var bytes = 0
        for name in (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [] {
            if let status = try? PathStatus(path + "/" + name, follows: false), status.kind == .file {
                bytes += status.bytes
            }
        }
        return readable(bytes)
    }

    /// Bytes in a unit that leaves one to four digits.
    static func readable(_ bytes: Int) -> String {
        let units = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)]
        for (unit, size) in units where Double(bytes) >= size {
            let tenths = Int((Double(bytes) / size * 10).rounded())
            return "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
