import Foundation
import Output

/// An empty folder, removed with the last reference.
final class Place {
    let path = NSTemporaryDirectory() + "nacre-files-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    var names: [String] { get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() } }

    func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    func write(_ name: String, _ text: String = "kept") throws {
        let url = URL(fileURLWithPath: file(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: file(name), withDestinationPath: target)
    }

    /// Writes a folder as an export does: files, and a manifest that lists them.
    func export(_ name: String, _ files: [String: String] = ["data/rows.jsonl": "{}"]) throws {
        for (file, text) in files { try write("\(name)/\(file)", text) }
        try write("\(name)/manifest.json", Self.manifest(files))
    }

    static func manifest(_ files: [String: String]) -> String {
        let listed = files.sorted { $0.key < $1.key }.map {
            #"{"path": "\#($0.key)", "sha256": "\#(ContentHash.sha256($0.value))", "bytes": \#($0.value.utf8.count)}"#
        }
        return """
            {"format": 1, "dataset": "dpo", "files": [\(listed.joined(separator: ", "))], "version": "0.1.0",
            "game_hash": "9a3e", "command_line": "sim-cli export dpo"}
            """
    }
}
