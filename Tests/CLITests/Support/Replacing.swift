import Foundation
import Testing

/// What `--force` may do to a folder that a command wrote.
enum Replacing {
    /// Runs a command that writes the folder `out` twice, the second time with --force; then adds a file, and expects a
    /// refusal that names it and keeps it.
    static func check(
        _ arguments: [String], in folder: TemporaryFolder, flag: String = "--out",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let command = arguments + [flag, "out", "--quiet"]
        let name = arguments.prefix(2).joined(separator: " ")
        let first = try CLI.start(command, in: folder).ended()
        #expect(first.status == 0, "\(name): \(first.messages)", sourceLocation: sourceLocation)
        let refused = try CLI.start(command, in: folder).ended()
        #expect(refused.status == 74, "\(name)", sourceLocation: sourceLocation)
        let written = try folder.contents(of: "out")
        let again = try CLI.start(command + ["--force"], in: folder).ended()
        #expect(again.status == 0, "\(name): \(again.messages)", sourceLocation: sourceLocation)
        #expect(try folder.contents(of: "out").keys.sorted() == written.keys.sorted(), sourceLocation: sourceLocation)
        try folder.write("out/thesis.txt", "kept")
        let kept = try CLI.start(command + ["--force"], in: folder).ended()
        #expect(kept.status == 74, "\(name)", sourceLocation: sourceLocation)
        #expect(kept.messages.contains("thesis.txt"), "\(name): \(kept.messages)", sourceLocation: sourceLocation)
        #expect(try folder.text("out/thesis.txt") == "kept", sourceLocation: sourceLocation)
        try FileManager.default.removeItem(atPath: folder.file("out"))
    }
}
