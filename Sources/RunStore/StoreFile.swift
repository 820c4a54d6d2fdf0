import Foundation

/// What a path holds, told from the first bytes of the file alone: nothing is opened, locked or changed.
public enum StoreFile: Sendable, Equatable {
    /// There is no such file.
    case missing
    /// A file of no bytes, which becomes a store when opened for writing.
    case empty
    /// A run store of this schema version (as of the last checkpoint of its write-ahead log).
    case store(schema: Int)
    /// A SQLite database of another application; its application id, 0 where it has none.
    case otherDatabase(applicationID: UInt32)
    /// Any other file.
    case notSQLite
    /// A folder.
    case folder
    /// A FIFO, a device or a socket.
    case special

    /// The application id in the header of every run store: the letters `Nacr`.
    ///
    /// Source: SQLite, "Database File Format", section 1.3, offsets 0 (magic), 60 (user version), 68 (application id).
    public static let applicationID: UInt32 = 0x4E61_6372

    /// Looks at the file at `path`.
    ///
    /// - Throws: ``StoreError`` of kind `unavailable` if the file is there but cannot be read.
    /// - Complexity: reads at most 100 bytes.
    public static func inspect(_ path: String) throws(StoreError) -> StoreFile {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return .missing }
        guard !isFolder.boolValue else { return .folder }
        // Opening a FIFO would wait for somebody to write to it.
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else { return .special }
        let header: [UInt8]
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            header = [UInt8](try handle.read(upToCount: 100) ?? Data())
        } catch {
            throw StoreError(.unavailable, path, "cannot be read; it must be a readable file")
        }
        guard !header.isEmpty else { return .empty }
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else { return .notSQLite }
        let application = bigEndian(header[68..<72])
        guard application == applicationID else { return .otherDatabase(applicationID: application) }
        return .store(schema: Int(bigEndian(header[60..<64])))
    }

    private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Refuses what is not ours to open.
    ///
    /// - Throws: ``StoreError`` unless the path is a store of a known schema or, where `creating`, can become one.
    static func check(_ path: String, creating: Bool) throws(StoreError) {
        switch try inspect(path) {
        case .store(let schema):
            guard schema <= Migration.newest else { throw newerSchema(path, found: schema) }
        case .missing where creating:
            try checkFolder(of: path)
        case .empty where creating:
            return
        case .missing:
            throw StoreError(.unavailable, path, "does not exist; give the path of a run store")
        case .empty:
            throw StoreError(.notAStore, path, "is an empty file; give the path of a run store")
        case .folder:
            throw StoreError(.notAStore, path, "is a folder; give the path of a run store, or of a new file")
        case .special:
            throw StoreError(
                .notAStore, path,
                "is a FIFO, a device or a socket; give the path of a Nacre run store, or of a new file. It was left as it is"
            )
        case .notSQLite:
            throw StoreError(
                .notAStore, path,
                "is not a SQLite database; give the path of a Nacre run store, or of a new file. It was left as it is")
        case .otherDatabase(let application):
            throw StoreError(
                .notAStore, path,
                "is a SQLite database of another application (application id \(hexadecimal(application)); "
                    + "a Nacre run store has \(hexadecimal(applicationID))). It was left as it is; give another path")
        }
    }

    static func newerSchema(_ path: String, found: Int) -> StoreError {
        StoreError(
            .newerSchema(found: found, known: Migration.newest), path,
            "has schema \(found); this version of the tool knows schemas up to \(Migration.newest). "
                + "Use the newer tool that wrote it, or another file")
    }

    private static func checkFolder(of path: String) throws(StoreError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw StoreError(.unavailable, path, "cannot be created: there is no folder \(folder); make it first")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw StoreError(.unavailable, path, "cannot be created: the folder \(folder) must be writable")
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        "0x" + String(value, radix: 16, uppercase: true)
    }
}
