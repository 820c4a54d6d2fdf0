internal import Foundation
internal import InputErrors
internal import Output

extension DatasetAudit {
    /// Looks through a folder of files of rows, or one such file, with the manifest that belongs to it.
    ///
    /// - Parameter users: names of user types that no row may tell.
    /// - Throws: `InputError` if there is nothing at the path, or no data.
    /// - Complexity: O(bytes) time; memory for what has to be compared between rows.
    package static func looking(at path: String, users: [String]) throws -> DatasetAudit {
        let path = String(path.reversed().drop { $0 == "/" }.reversed())
        let folder = try AuditedFolder(path.isEmpty ? "/" : path)
        var audit = DatasetAudit(users: users, manifest: folder.manifest)
        var found: [String: LineReader.Summary] = [:]
        for file in folder.data {
            audit.begin(file)
            let read = try DataReader.read(path: file.name) { audit.add($0) }
            audit.end(problem: read.problem)
            if folder.isFolder { found[String(file.name.dropFirst(path.count + 1))] = read.file }
        }
        if folder.isFolder {
            audit.add(folder.data.compactMap { Finding(overlooked: $0) })
            try folder.compare(&found, in: path, &audit)
        }
        return audit
    }
}

/// What there is to look at.
private struct AuditedFolder {
    /// Files of rows, in the order in which they are loaded.
    var data: [DataFile] = []
    var names: Set<String> = []
    var manifest: ManifestAudit?
    var isFolder = true

    /// What the folder's manifest says against what is there.
    func compare(
        _ found: inout [String: LineReader.Summary], in path: String, _ audit: inout DatasetAudit
    ) throws {
        guard let manifest else { return }
        let data = found.keys.sorted()
        for name in manifest.paths where found[name] == nil && names.contains(name) {
            found[name] = try LineReader.read(path: path + "/" + name) { _, _ in }
        }
        audit.add(manifest.findings(folder: path, found: found, data: data))
    }

    /// - Throws: `InputError` if there is nothing at the path, or no data.
    init(_ path: String) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw InputError("\(path): there is no such file or folder")
        }
        guard isDirectory.boolValue else {
            isFolder = false
            data = [DataFile(name: path)]
            manifest = try Self.manifest(above: path)
            return
        }
        // As load_dataset does, what is hidden is passed over; and a folder is no file, whatever its name.
        let all = try FileManager.default.subpathsOfDirectory(atPath: path).sorted().filter { name in
            guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") || $0.hasPrefix("__") }) else {
                return false
            }
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        names = Set(all)
        // What an export could not place is not data.
        var paths = all.filter { DataFile.isData($0) && !$0.hasSuffix("rejects.jsonl") }
        paths += try Self.arrays(all, in: path, others: paths.isEmpty)
        guard !paths.isEmpty else {
            throw InputError(
                "\(path) has no file that ends in .jsonl, .ndjson or .json (or those with .gz); at least 1 is needed")
        }
        let card = try names.contains("README.md") ? InputFile.text(path + "/README.md", what: "card") : ""
        let hasManifest = names.contains("manifest.json")
        data = DataFile.files(paths.sorted(), in: path, hasConfigs: !hasManifest && card.contains("\nconfigs:"))
        if hasManifest {
            let name = path + "/manifest.json"
            manifest = ManifestAudit(name: name, try InputFile.bytes(name, what: "manifest"))
        }
    }

    /// The `.json` files that are arrays of rows; where there are no other data, those of objects too.
    private static func arrays(_ all: [String], in path: String, others: Bool) throws -> [String] {
        try all.filter(DataFile.mayHoldRows).filter { name in
            guard let handle = FileHandle(forReadingAtPath: path + "/" + name) else { return false }
            defer { try? handle.close() }
            let start = try handle.read(upToCount: 64).map { Array($0) } ?? []
            let first = start.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
            return first == UInt8(ascii: "[") || first == 0x1F || others
        }
    }

    /// The manifest of the folder that a single file was exported to, if it names the file: it says how labels were made.
    private static func manifest(above path: String) throws -> ManifestAudit? {
        let file = URL(fileURLWithPath: path).standardizedFileURL
        var folder = file.deletingLastPathComponent()
        for _ in 0..<2 {
            let name = folder.appendingPathComponent("manifest.json").path
            if FileManager.default.fileExists(atPath: name) {
                let manifest = ManifestAudit(name: name, try InputFile.bytes(name, what: "manifest"))
                return manifest.paths.contains { folder.appendingPathComponent($0).path == file.path } ? manifest : nil
            }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }
}
