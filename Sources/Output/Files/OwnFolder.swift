internal import Foundation

/// A folder that an export wrote and that holds nothing else: the only kind, besides an empty one, that is ever replaced.
///
/// It is told by content, not by name: its `manifest.json` or `datapackage.json` must be of a form that this program
/// writes, every file in it must be listed there, and every listed file must still have its hash. A file that was added
/// or edited is somebody's work, and the folder is refused. The listing itself has no hash, so an edit of it that leaves
/// it a listing is not seen.
package struct OwnFolder {
    /// The files of the folder that are listed, and the listings; paths inside the folder.
    let files: [String]
    /// Its folders, the deepest first.
    let folders: [String]

    private static let listings = ["manifest.json", "datapackage.json"]

    /// - Parameters:
    ///   - path: the folder.
    ///   - shown: the folder as people named it.
    /// - Throws: ``FileError`` naming what is not ours.
    /// - Complexity: reads every file of the folder once.
    package init(_ path: String, shown: String) throws(FileError) {
        let entries = try Self.entries(path, shown)
        guard !entries.isEmpty else {
            (files, folders) = ([], [])
            return
        }
        var listed: [String: String] = [:]
        var found: Set<String> = []
        for name in Self.listings {
            guard entries[name] == .file, let listing = Listing(path + "/" + name) else { continue }
            found.insert(name)
            listed.merge(listing.hashes) { first, _ in first }
        }
        guard !found.isEmpty else {
            throw FileError(
                "\(shown) was not written by an export (it has no manifest.json or datapackage.json of one), so it is not "
                    + "replaced; give another folder, or remove it first")
        }
        let parents = Set(listed.keys.flatMap(Self.parents))
        var foreign: [String] = []
        for (name, kind) in entries.sorted(by: { $0.key < $1.key }) {
            switch kind {
            case .folder where parents.contains(name): continue
            case .file where found.contains(name) && listed[name] == nil: continue
            case .file where listed[name] != nil:
                if Self.hash(path + "/" + name) != listed[name] { foreign.append("\(name) (changed since)") }
            default: foreign.append(name)
            }
        }
        guard foreign.isEmpty else {
            let names = foreign.prefix(5).joined(separator: ", ") + (foreign.count > 5 ? ", …" : "")
            throw FileError(
                "\(shown) holds \(foreign.count == 1 ? "a file" : "\(foreign.count) files") that no export wrote as "
                    + "\(foreign.count == 1 ? "it is" : "they are"), so it is not replaced: \(names); keep them elsewhere, "
                    + "or give another folder")
        }
        files = entries.filter { $0.value == .file }.keys.sorted()
        folders = entries.filter { $0.value == .folder }.keys.sorted { ($0.count, $0) > ($1.count, $1) }
    }

    /// Removes the folder with the files that were found in it; whatever came in meanwhile is kept.
    ///
    /// - Returns: whether nothing is left.
    func remove(at path: String) -> Bool {
        for file in files { _ = unlink(path + "/" + file) }
        for folder in folders { _ = rmdir(path + "/" + folder) }
        return rmdir(path) == 0
    }

    /// Everything in the folder, however deep, links not followed.
    private static func entries(_ path: String, _ shown: String) throws(FileError) -> [String: PathStatus.Kind] {
        var entries: [String: PathStatus.Kind] = [:]
        var waiting = [""]
        while let folder = waiting.popLast() {
            let place = folder.isEmpty ? path : path + "/" + folder
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: place) else {
                throw FileError("\(shown) is not a folder that can be read (\(place)); give another folder")
            }
            for name in names {
                let inside = folder.isEmpty ? name : folder + "/" + name
                guard
                    let status = try Paths.status(
                        path + "/" + inside, follows: false, for: "\(shown) cannot be replaced")
                else { continue }
                entries[inside] = status.kind
                if status.kind == .folder { waiting.append(inside) }
            }
        }
        return entries
    }

    /// The folders that a listed file is in.
    private static func parents(of file: String) -> [String] {
        let parts = file.split(separator: "/").dropLast()
        return parts.indices.map { parts[...$0].joined(separator: "/") }
    }

    /// SHA-256 of a file in bounded memory; nil if it cannot be read.
    private static func hash(_ path: String) -> String? {
        guard let file = try? Descriptor(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return nil }
        let hash = RunningHash()
        while true {
            guard let part = try? file.read(upTo: 1 << 20) else { return nil }
            guard !part.isEmpty else { return hash.hexadecimal }
            hash.update(part)
        }
    }
}

/// What a manifest or a data dictionary of ours lists.
private struct Listing {
    /// Path inside the folder to SHA-256.
    private(set) var hashes: [String: String] = [:]

    /// A larger listing is none of ours.
    private static let mostBytes = 1 << 28

    /// Reads the listing of any export so far; nil for anything else.
    init?(_ path: String) {
        guard let status = try? PathStatus(path, follows: false), status.kind == .file,
            status.bytes <= Self.mostBytes, let data = FileManager.default.contents(atPath: path)
        else { return nil }
        if let manifest = try? StrictDecoding.decode(Manifest.self, from: Array(data)), manifest.isOurs {
            for file in manifest.files { hashes[file.path] = file.sha256 }
        } else if let package = try? StrictDecoding.decode(Package.self, from: Array(data)), package.isOurs {
            for file in package.resources { hashes[file.path] = String(file.hash.dropFirst(Package.prefix.count)) }
            for file in package.files ?? [] { hashes[file.path] = file.sha256 }
        } else {
            return nil
        }
        guard hashes.values.allSatisfy({ $0.utf8.count == 64 }) else { return nil }
    }

    private struct File: Decodable {
        let path: String
        let sha256: String
    }

    /// `manifest.json` of preference data, games for other programs, calibrations, labels and expanded suites.
    private struct Manifest: Decodable {
        let format: Int
        let files: [File]
        let dataset: String?
        let commandLine: String?
        let version: String?
        let gameHash: String?
        let kind: String?
        let suiteHash: String?
        let dataHash: String?

        enum CodingKeys: String, CodingKey {
            case format, files, dataset, version, kind
            case commandLine = "command_line"
            case gameHash = "game_hash"
            case suiteHash = "suite_hash"
            case dataHash = "data_sha256"
        }

        var isOurs: Bool {
            guard format >= 1, !files.isEmpty else { return false }
            switch kind {
            case "suite": return suiteHash != nil
            case "calibration": return dataHash != nil
            case "labels": return gameHash != nil && version != nil
            case "piece": return version != nil && commandLine?.hasPrefix("sim-cli") == true
            default:
                return dataset != nil && version != nil && gameHash != nil
                    && commandLine?.hasPrefix("sim-cli") == true
            }
        }
    }

    /// `datapackage.json`: tables with their hashes, and since pictures are listed too, `files`.
    private struct Package: Decodable {
        static let prefix = "sha256:"

        let schema: String
        let title: String
        let resources: [Resource]
        let files: [File]?

        struct Resource: Decodable {
            let name: String
            let path: String
            let bytes: Int
            let hash: String
            let title: String
            let mediatype: String
            let schema: Schema
        }

        /// Frictionless programs write no descriptions and other missing values.
        struct Schema: Decodable {
            let missingValues: [String]
            let fields: [Field]
        }

        struct Field: Decodable {
            let name: String
            let description: String
        }

        enum CodingKeys: String, CodingKey {
            case schema = "$schema"
            case title, resources, files
        }

        var isOurs: Bool {
            schema == "https://datapackage.org/profiles/2.0/datapackage.json" && !resources.isEmpty
                && resources.allSatisfy {
                    $0.path == "\($0.name).csv" && $0.hash.hasPrefix(Self.prefix) && $0.mediatype == "text/csv"
                        && $0.schema.missingValues == [""] && !$0.schema.fields.isEmpty
                }
        }
    }
}
