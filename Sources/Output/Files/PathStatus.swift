internal import Foundation

/// What stands at a path.
struct PathStatus: Equatable {
    enum Kind: Equatable {
        case file, folder, link, pipe, device, blockDevice, socket, other

        /// As people call it.
        var name: String {
            switch self {
            case .file: "a file"
            case .folder: "a folder"
            case .link: "a symbolic link"
            case .pipe: "a pipe"
            case .device: "a device"
            case .blockDevice: "a disk"
            case .socket: "a socket"
            case .other: "not a file"
            }
        }
    }

    let kind: Kind
    let bytes: Int
    let mode: mode_t
    let owner: uid_t
    let group: gid_t
    let device: dev_t
    let number: ino_t

    /// - Parameter follows: whether a symbolic link stands for what it leads to.
    /// - Returns: nil if there is nothing.
    /// - Throws: ``SystemError`` if that cannot be told.
    init?(_ path: String, follows: Bool) throws(SystemError) {
        guard !path.utf8.contains(0) else { throw SystemError(EINVAL) }
        var status = stat()
        guard (follows ? stat(path, &status) : lstat(path, &status)) == 0 else {
            guard errno == ENOENT else { throw .last }
            return nil
        }
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            case S_IFIFO: .pipe
            case S_IFCHR: .device
            case S_IFBLK: .blockDevice
            case S_IFSOCK: .socket
            default: .other
            }
        bytes = Int(status.st_size)
        mode = status.st_mode & 0o7777
        (owner, group, device, number) = (status.st_uid, status.st_gid, status.st_dev, status.st_ino)
    }

    func isSame(as other: PathStatus?) -> Bool { device == other?.device && number == other?.number }
}

/// Paths, by what the system makes of them.
enum Paths {
    /// The path without symbolic links, or nil if nothing is there.
    static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// What a symbolic link leads to, as it is written in the link.
    static func target(ofLink path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }

    /// The folder that a path is in, and its name there.
    static func split(_ path: String) -> (folder: String, name: String) {
        let url = URL(fileURLWithPath: path)
        return (url.deletingLastPathComponent().path, url.lastPathComponent)
    }

    /// What stands at a path, with the system's refusal as an error about what was wanted.
    ///
    /// - Parameter wanted: what cannot be had then, such as `out cannot be made`.
    static func status(_ path: String, follows: Bool, for wanted: String) throws(FileError) -> PathStatus? {
        do throws(SystemError) {
            return try PathStatus(path, follows: follows)
        } catch {
            throw FileError(wanted, error, at: path)
        }
    }

    /// Makes a folder and those that it is in.
    ///
    /// - Throws: ``FileError`` naming the folder that is in the way or cannot be made.
    static func makeFolders(_ path: String, for wanted: String) throws(FileError) {
        if let there = try status(path, follows: true, for: wanted) {
            guard there.kind == .folder else {
                throw FileError("\(wanted): \(path) is \(there.kind.name), not a folder")
            }
            return
        }
        try refuseDangling(path, for: wanted)
        let parent = split(path).folder
        guard parent != path else { throw FileError(wanted, SystemError(ENOENT), at: path) }
        try makeFolders(parent, for: wanted)
        // Another process may have been first.
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw FileError(wanted, .last, at: path)
        }
    }

    /// - Throws: ``FileError`` for a symbolic link that leads nowhere.
    static func refuseDangling(_ path: String, for wanted: String) throws(FileError) {
        guard let link = try status(path, follows: false, for: wanted), link.kind == .link,
            try status(path, follows: true, for: wanted) == nil
        else { return }
        throw FileError(
            "\(wanted): \(path) is a symbolic link to \(target(ofLink: path) ?? "nothing"), which does not "
                + "exist; make that first, or give another place")
    }

    /// - Throws: ``FileError`` unless files can be made in the folder, or in the nearest one above it that exists.
    static func checkWritable(folder: String, for wanted: String) throws(FileError) {
        guard let there = try status(folder, follows: true, for: wanted) else {
            try refuseDangling(folder, for: wanted)
            let parent = split(folder).folder
            guard parent != folder else { throw FileError(wanted, SystemError(ENOENT), at: folder) }
            return try checkWritable(folder: parent, for: wanted)
        }
        guard there.kind == .folder else {
            throw FileError("\(wanted): \(folder) is \(there.kind.name), not a folder")
        }
        guard access(folder, W_OK | X_OK) == 0 else { throw FileError(wanted, .last, at: folder) }
    }
}
