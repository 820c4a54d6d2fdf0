internal import ArgumentParser
internal import CanonicalJSON
internal import Files
internal import Foundation
internal import GameModel
internal import Preferences
internal import Reporting
internal import Scenarios

struct CheckCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look through preference data, ours or not, for what breaks or silently poisons a trainer.",
        discussion: "Exits with 1 if anything is found that training would fail or be misled by.")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "A folder of JSON-lines files, or one such file.", completion: .directory)
    var path: String

    @Option(name: .long, help: "The scenario, whose user types no row may tell.")
    var scenario: String?

    func execute(_ terminal: Terminal) throws {
        let folder = try CheckedFolder(path)
        var audit = DatasetAudit(
            users: try scenario.map { try Scenario.load(path: $0).game.users } ?? [],
            repeatsAreMeant: folder.manifest?.repeatsAreMeant ?? false)
        var found: [String: LineReader.Summary] = [:]
        for file in folder.data {
            audit.begin(file.shown)
            found[file.name] = try LineReader.read(path: file.shown) { audit.add(line: $0, $1) }
            audit.end()
        }
        if let manifest = folder.manifest {
            for name in manifest.paths where found[name] == nil && folder.names.contains(name) {
                found[name] = try LineReader.read(path: path + "/" + name) { _, _ in }
            }
            audit.add(manifest.findings(folder: path, found: found, data: folder.data.map(\.name)))
        }
        try present(audit, terminal)
        if audit.errors > 0 { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    private func present(_ audit: DatasetAudit, _ terminal: Terminal) throws {
        let hidden = audit.errors + audit.warnings - audit.findings.count
        guard !terminal.json else {
            return try terminal.print(
                .object([
                    "format": .integer(1), "rows": .integer(audit.rows), "errors": .integer(audit.errors),
                    "warnings": .integer(audit.warnings), "findings": .array(audit.findings.map(\.json)),
                ]))
        }
        for finding in audit.findings {
            let place = finding.file + (finding.line.map { ":\($0)" } ?? "")
            try terminal.print("\(place): \(finding.severity.rawValue): \(finding.message): \(finding.consequence)\n")
        }
        try terminal.print(
            (hidden > 0 ? "and \(Format.count(hidden)) more\n" : "")
                + "\(Format.count(audit.rows)) rows looked at; \(audit.errors) errors, \(audit.warnings) warnings\n")
    }
}

/// What there is to look at.
private struct CheckedFolder {
    /// Files of rows: their names in the folder, and as they are shown and opened.
    var data: [(name: String, shown: String)] = []
    var names: Set<String> = []
    var manifest: ManifestAudit?

    /// - Throws: ``InputError`` if there is nothing at the path, or no data.
    init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw InputError("\(path): there is no such file or folder")
        }
        guard isFolder.boolValue else {
            data = [(path, path)]
            return
        }
        let all = try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
        names = Set(all)
        // What an export could not place is not data.
        data = all.filter { $0.hasSuffix(".jsonl") && !$0.hasSuffix("rejects.jsonl") }.map { ($0, path + "/" + $0) }
        guard !data.isEmpty else {
            throw InputError("\(path) has no file that ends in .jsonl; at least 1 is needed")
        }
        if names.contains("manifest.json") {
            let name = path + "/manifest.json"
            manifest = ManifestAudit(name: name, try InputFile.bytes(name, what: "manifest"))
        }
    }
}

extension Finding {
    fileprivate var json: JSONValue {
        .object([
            "severity": .string(severity.rawValue), "file": .string(file),
            "line": line.map { .integer($0) } ?? .null, "message": .string(message),
            "consequence": .string(consequence),
        ])
    }
}
