internal import Foundation
internal import GRDB

/// How a store is read where it cannot be opened as usual: SQLite wants to write beside a file that it only reads, which a
/// read-only folder, disk or file does not let it.
struct ReadingWay {
    let queue: DatabaseQueue
    /// How it is read, where that is not as usual: a sentence for people.
    let note: String?
    /// Holds the copy that is read, if one is.
    let copy: StoreCopy?

    /// - Parameters:
    ///   - path: absolute.
    ///   - configuration: for reading.
    ///   - check: refuses a database that is not to be read.
    init(_ path: String, configuration: Configuration, check: (Database) throws -> Void) throws {
        do {
            (queue, note, copy) = (try Self.open(path, configuration, check), nil, nil)
        } catch let error as DatabaseError where Self.wantsToWrite(error) {
            if !Self.hasUnfinishedWork(path), let found = try Self.immutable(path, configuration, check) {
                (queue, note, copy) = (found, "\(path) cannot be written to; it is read as it stands", nil)
                return
            }
            let copied = try StoreCopy(of: path)
            var writable = configuration
            writable.readonly = false
            queue = try Self.open(copied.path, writable, check)
            note =
                "\(path) cannot be written to, and what a writer had begun is in a file beside it; a copy is read, in which that "
                + "is settled"
            copy = copied
        }
    }

    private init(queue: DatabaseQueue, note: String, copy: StoreCopy) {
        (self.queue, self.note, self.copy) = (queue, note, copy)
    }

    /// A copy with the newest schema, since reading changes nothing.
    ///
    /// - Parameters:
    ///   - path: the store's, for messages.
    ///   - found: its schema.
    /// - Complexity: copies the store.
    func migrated(_ path: String, found: Int, configuration: Configuration) throws -> ReadingWay {
        let copy = try StoreCopy()
        var writable = configuration
        writable.readonly = false
        let target = try DatabaseQueue(path: copy.path, configuration: writable)
        try queue.backup(to: target)
        try target.writeWithoutTransaction { db in try Migration.migrate(db, path: path) }
        try queue.close()
        return ReadingWay(
            queue: target,
            note:
                "\(path) has schema \(found); a copy with schema \(Migration.newest) is read. Any command that writes to "
                + "the store, such as runs tag, brings it up to date", copy: copy)
    }

    private static func open(
        _ path: String, _ configuration: Configuration, _ check: (Database) throws -> Void
    ) throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.read(check)
        return queue
    }

    /// Whether reading failed because SQLite could not make, lock or settle a file beside the store.
    private static func wantsToWrite(_ error: DatabaseError) -> Bool {
        [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR].contains(error.resultCode)
    }

    /// Whether a log or a journal with pages stands beside the store.
    private static func hasUnfinishedWork(_ path: String) -> Bool {
        StoreCopy.companions.contains { ending in
            var status = stat()
            return stat(path + ending, &status) == 0 && status.st_size > 0
        }
    }

    /// Opens the file as one that nothing changes.
    ///
    /// - Returns: nil where SQLite takes no addresses as file names.
    private static func immutable(
        _ path: String, _ configuration: Configuration, _ check: (Database) throws -> Void
    ) throws -> DatabaseQueue? {
        guard let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed.subtracting([";", "?"]))
        else { return nil }
        do {
            return try open("file:\(escaped)?immutable=1", configuration, check)
        } catch let error as DatabaseError where wantsToWrite(error) {
            return nil
        }
    }
}

/// A copy of a store with the files beside it, removed with the last reference.
final class StoreCopy: Sendable {
    /// What SQLite calls the files that hold what a writer had begun.
    static let companions = ["-wal", "-journal"]

    private let folder: String
    var path: String { folder + "/store.sqlite" }

    /// Room for a copy that is still to be made.
    init() throws {
        folder = NSTemporaryDirectory() + "/nacre-store-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    convenience init(of original: String) throws {
        try self.init()
        let manager = FileManager.default
        for ending in [""] + Self.companions where manager.fileExists(atPath: original + ending) {
            do {
                try manager.copyItem(atPath: original + ending, toPath: folder + "/store.sqlite" + ending)
                try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/store.sqlite" + ending)
            } catch {
                try? manager.removeItem(atPath: folder)
                throw StoreError(
                    .unavailable, original, "cannot be read where it is, nor copied to \(folder): \(error)")
            }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}

/// Which file a path names: after it was removed or replaced, the same path names another, or none.
struct FileIdentity: Equatable, Sendable {
    private let device: dev_t
    private let number: ino_t

    /// - Returns: nil if there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (status.st_dev, status.st_ino)
    }
}
