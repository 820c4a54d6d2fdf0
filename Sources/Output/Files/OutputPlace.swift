internal import Foundation

/// A place that a folder is to be written to, and whether that may be done.
struct OutputPlace {
    /// As people named it.
    let path: String
    /// The folder itself, absolute, with a symbolic link followed to the folder that it leads to.
    let url: URL
    /// The folder that it is in.
    var parent: String { url.deletingLastPathComponent().path }
    /// The folder that is there already and may be replaced.
    let old: OwnFolder?
    var exists: Bool { old != nil }

    /// Checks a place without making anything: worth doing before long work.
    ///
    /// - Parameter replaces: whether an existing folder may be replaced. It is if it is empty, or an earlier export wrote
    ///   it and it holds nothing else (see ``OwnFolder``).
    /// - Throws: ``FileError`` saying why it cannot be made or replaced.
    init(_ path: String, replaces: Bool) throws(FileError) {
        self.path = path
        guard path.contains(where: { !$0.isWhitespace }) else {
            throw FileError("the name of the folder to write is empty; give a folder")
        }
        let named = URL(fileURLWithPath: path).standardizedFileURL.path
        try Paths.refuseDangling(named, for: "\(path) cannot be made")
        let there = try Paths.status(named, follows: true, for: "\(path) cannot be made")
        guard let there, let real = Paths.real(named) else {
            (url, old) = (URL(fileURLWithPath: named), nil)
            try Paths.checkWritable(folder: parent, for: "\(path) cannot be made")
            return
        }
        guard there.kind == .folder else {
            throw FileError("\(path) is \(there.kind.name), not a folder; give another folder")
        }
        guard replaces else {
            throw FileError("\(path) exists already; give --force to replace it, or another folder")
        }
        try Self.refuseSpecial(real, shown: path)
        try Paths.checkWritable(folder: Paths.split(real).folder, for: "\(path) cannot be made")
        (url, old) = (URL(fileURLWithPath: real), try OwnFolder(real, shown: path))
    }

    /// Refuses folders that are more than what an export wrote, whatever is in them.
    private static func refuseSpecial(_ real: String, shown: String) throws(FileError) {
        // The account's home folder, and what the shell takes for it.
        let homes = [NSHomeDirectory(), ProcessInfo.processInfo.environment["HOME"] ?? ""].compactMap(Paths.real)
        let current = Paths.real(FileManager.default.currentDirectoryPath)
        for (place, name) in homes.map({ ($0, "the home folder") }) + [(current, "the current folder")] {
            guard let place, place == real || real == "/" || place.hasPrefix(real + "/") else { continue }
            let what = place == real ? "is \(name)" : "has \(name) in it"
            throw FileError("\(shown) \(what), so it is not replaced; give another folder")
        }
        guard !MountPoints.contain(real) else {
            throw FileError("\(shown) is a mount point, so it cannot be replaced; give a folder inside it")
        }
    }
}

/// Folders where file systems are mounted; they cannot be renamed.
private enum MountPoints {
    static func contain(_ real: String) -> Bool {
        let parent = Paths.split(real).folder
        if let own = (try? PathStatus(real, follows: true)), let above = (try? PathStatus(parent, follows: true)),
            own.device != above.device
        {
            return true
        }
        // A folder mounted elsewhere in its own file system has the device of its parent; Linux lists it.
        guard let list = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) else { return false }
        return list.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 4 && unescaped(fields[4]) == real
        }
    }

    /// A field of mountinfo (proc(5)): spaces, tabs, line feeds and backslashes stand as three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")].reduce(String(field)) { text, pair in
            text.replacingOccurrences(of: pair.0, with: pair.1)
        }
    }
}
