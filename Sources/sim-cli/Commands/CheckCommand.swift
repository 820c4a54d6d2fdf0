internal import ArgumentParser
internal import Foundation
internal import GameModel
internal import Output
internal import Preferences
internal import Scenarios

struct CheckCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look through preference data, ours or not, for what breaks or silently poisons a trainer.",
        discussion: "Exits with 1 if anything is found that training would fail or be misled by.")

    @OptionGroup var global: GlobalOptions

    @Argument(
        help:
            "A folder of JSON-lines files (.jsonl, .ndjson, .json arrays, packed with gzip or not), or one such file.",
        completion: .directory)
    var path: String

    @Option(name: .long, help: "The scenario, whose user types no row may tell.")
    var scenario: String?

    func execute(_ terminal: Terminal) throws {
        let path = String(path.reversed().drop { $0 == "/" }.reversed())
        let folder = try CheckedFolder(path.isEmpty ? "/" : path)
        var audit = DatasetAudit(
            users: try scenario.map { try Scenario.load(path: $0).game.users } ?? [], manifest: folder.manifest)
        var found: [String: LineReader.Summary] = [:]
        for file in folder.data {
            audit.begin(file)
            let read = try DataReader.read(path: file.name) { audit.add($0) }
            audit.end(problem: read.problem)
            if folder.isFolder { found[String(file.name.dropFirst(path.count + 1))] = read.file }
        }
        if folder.isFolder {
            audit.add(folder.data.compactMap(Finding.overlooked))
            try compare(&found, with: folder, in: path, &audit)
        }
        try present(audit, terminal)
        if audit.errors > 0 { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// What the folder's manifest says against what is there.
    private func compare(
        _ found: inout [String: LineReader.Summary], with folder: CheckedFolder, in path: String,
        _ audit: inout DatasetAudit
    ) throws {
        guard let manifest = folder.manifest else { return }
        let data = found.keys.sorted()
        for name in manifest.paths where found[name] == nil && folder.names.contains(name) {
            found[name] = try LineReader.read(path: path + "/" + name) { _, _ in }
        }
        audit.add(manifest.findings(folder: path, found: found, data: data))
    }

    private func present(_ audit: DatasetAudit, _ terminal: Terminal) throws {
        guard !terminal.json else {
            return try terminal.print(
                .object([
                    "format": .integer(1), "rows": .integer(audit.rows), "errors": .integer(audit.errors),
                    "warnings": .integer(audit.warnings), "findings": .array(audit.findings.map(\.json)),
                    "files": .array(
                        audit.files.map { file in
                            .object([
                                "file": .string(file.name), "form": file.form.map { .string($0) } ?? .null,
                                "rows": .integer(file.rows),
                            ])
                        }),
                ]))
        }
        for file in audit.files {
            try terminal.print(
                "\(file.name): \(file.form ?? "no form that a trainer reads"); \(Format.count(file.rows)) "
                    + (file.rows == 1 ? "row\n" : "rows\n"))
        }
        for finding in audit.findings { try terminal.print(finding.text + "\n") }
        try terminal.print(
            "\(Format.count(audit.rows)) rows looked at; \(audit.errors) errors, \(audit.warnings) warnings\n")
    }
}

/// What there is to look at.
private struct CheckedFolder {
    /// Files of rows, in the order in which they are loaded.
    var data: [DataFile] = []
    var names: Set<String> = []
    var manifest: ManifestAudit?
    var isFolder = true

    /// - Throws: ``InputError`` if there is nothing at the path, or no data.
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

extension Finding {
    fileprivate static func overlooked(_ file: DataFile) -> Finding? { Finding(overlooked: file) }

    fileprivate var text: String {
        let shown = places.map { $0.file + ($0.line.map { ":\($0)" } ?? "") }
        var text = "\(shown.first ?? ""): \(severity.rawValue): \(message): \(consequence)"
        if count > 1 {
            let others = places.dropFirst().map { place in
                guard place.file == file else { return place.file + (place.line.map { ":\($0)" } ?? "") }
                return place.line.map { "line \($0)" } ?? place.file
            }
            text +=
                " (\(Format.count(count)) times; also \(others.joined(separator: ", "))\(count > places.count ? ", …" : ""))"
        }
        return text
    }

    fileprivate var json: JSONValue {
        .object([
            "severity": .string(severity.rawValue), "file": .string(file),
            "line": line.map { .integer($0) } ?? .null, "message": .string(message),
            "consequence": .string(consequence), "kind": .string(kind.rawValue), "count": .integer(count),
            "places": .array(
                places.map { .object(["file": .string($0.file), "line": $0.line.map { .integer($0) } ?? .null]) }),
        ])
    }
}
