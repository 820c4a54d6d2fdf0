import Foundation

/// The repository that these tests read: where this file lies, or the folder that NACRE_ROOT names.
enum Repository {
    static let root =
        ProcessInfo.processInfo.environment["NACRE_ROOT"]
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static func text(_ path: String) throws -> String {
        try String(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"), encoding: .utf8)
    }

    static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(root)/\(path)"))
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(path)") }

    /// The files of a folder and of those in it whose names end so, in the order of their paths.
    static func files(in folder: String, ending suffix: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasSuffix(suffix) && !$0.split(separator: "/").contains { $0.hasPrefix(".") } }.sorted()
            .map { "\(folder)/\($0)" }
    }

    /// The folders that stand directly in a folder.
    static func folders(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").sorted().filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(root)/\(folder)/\(name)", isDirectory: &isFolder)
                && isFolder.boolValue
        }
    }

    /// The Swift files of the modules.
    static let sources = swift(in: "Sources")
    static let tests = swift(in: "Tests")
    /// Swift files outside both: benchmarks, fuzzing, examples, the manifest's own types.
    static let others =
        swift(in: "Benchmarks") + swift(in: "Fuzzing") + swift(in: "Examples") + swift(in: "scenarios")

    /// The pages of the modules' documentation.
    static let pages = files(in: "Sources", ending: ".md").filter { $0.contains(".docc/") }

    private static func swift(in folder: String) -> [SourceFile] {
        files(in: folder, ending: ".swift").compactMap { path in
            (try? text(path)).map { SourceFile(path: path, text: $0) }
        }
    }

    /// Whether what is written is recorded anew; such a run fails.
    static var isRecording: Bool { ProcessInfo.processInfo.environment["NACRE_RECORD"] == "1" }
}
