import Foundation
import Nacre
import Testing

@Suite("Files for engines")
struct ClusterTemplateTests {
    /// Arguments that shells, Python, YAML and Kubernetes would each take for something else.
    private static let odd = [
        "it's \"50 %\"", "$(JOB_COMPLETION_INDEX)", "`x`", "ünïcode\n2", "{share}", "{folder}", "-- ", "\\",
    ]

    private func template(_ engine: ClusterEngine, pieces: Int = 12, odd: [String] = []) -> ClusterTemplate {
        let typed =
            ["sweep", "a.yaml", "--over", "discount=0.5:1:20", "--out", "table"] + odd.flatMap { ["--set", $0] }
        return ClusterTemplate(
            engine, PieceCommand(typed), pieces: pieces, folder: "/work/job 1", workingFolder: "/work",
            result: PieceCommand.out(of: typed))
    }

    private func file(_ name: String, of template: ClusterTemplate) throws -> String {
        try #require(template.files.first { $0.name == name }?.text)
    }

    /// Runs a program on a text in a folder of its own.
    private func run(_ program: String, _ arguments: [String], environment: [String: String] = [:]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private func scratch() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nacre-cluster-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test("The folder of the result is found wherever it stands, and not behind --")
    func result() {
        #expect(PieceCommand.out(of: ["a", "--out", "b", "--", "--out", "c"]) == "b")
        #expect(PieceCommand.out(of: ["a", "--out=b=c"]) == "b=c")
        #expect(PieceCommand.out(of: ["a", "--", "--out", "c"]) == nil)
        #expect(PieceCommand.out(of: ["a", "--out"]) == nil)
    }

    @Test("Every script is one that its interpreter reads", arguments: ClusterEngine.allCases)
    func syntax(engine: ClusterEngine) throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        for odd in [[], Self.odd] {
            for file in template(engine, odd: odd).files {
                let path = folder.appending(path: file.name)
                try Data(file.text.utf8).write(to: path)
                #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"))
                switch path.pathExtension {
                case "sh": #expect(try run("sh", ["-n", path.path]) == 0)
                case "sbatch": #expect(try run("bash", ["-n", path.path]) == 0)
                // 127: there is no Python here.
                case "py": #expect([0, 127].contains(try run("python3", ["-m", "py_compile", path.path])))
                // Its schema is checked in scripts/acceptance --cluster.
                case "yaml": #expect(!file.text.contains("\t") && !file.text.contains("\n\n"))
                default: #expect(file.name == "README.md")
                }
            }
        }
    }

    /// A program that notes how it was called, and ends with the codes that it is given, one a call.
    private func stub(_ codes: [Int], in folder: URL) throws -> URL {
        let path = folder.appending(path: "stub")
        let text = """
            #!/bin/sh
            for argument; do printf '%s\\0' "$argument"; done >>'\(folder.path)/calls'
            printf '\\1' >>'\(folder.path)/calls'
            tries=$(cat '\(folder.path)/tries' 2>/dev/null || echo 0)
            echo $((tries + 1)) >'\(folder.path)/tries'
            set -- \(codes.map { "\($0)" }.joined(separator: " "))
            [ "$tries" -lt $# ] || exit 70
            shift "$tries"
            exit "$1"

            """
        try Data(text.utf8).write(to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path.path)
        return path
    }

    @Test(
        "A piece is tried again after what may pass, and after nothing else",
        arguments: [
            ([0], 0, 1), ([1], 0, 1), ([75, 0], 0, 2), ([74, 130, 143, 137, 1], 0, 5),
            ([75, 75, 75, 75, 75, 0], 75, 5),
            ([64], 64, 1), ([65], 65, 1), ([70], 70, 1), ([74, 65], 65, 2),
        ])
    func tries(codes: [Int], status: Int32, calls: Int) throws {
        let folder = try scratch()
        defer { try? FileManager.default.removeItem(at: folder) }
        let typed = ["sweep", "a.yaml", "--out", "table"] + Self.odd.flatMap { ["--set", $0] }
        let template = ClusterTemplate(
            .slurm, PieceCommand(typed), pieces: 12, folder: folder.path + "/job 'a'", workingFolder: folder.path,
            result: "table")
        let script = folder.appending(path: "piece.sh")
        try Data(try file("piece.sh", of: template).utf8).write(to: script)
        let environment = ["NACRE_CLI": try stub(codes, in: folder).path, "NACRE_PAUSE": "0"]
        #expect(try run("sh", [script.path, "7"], environment: environment) == status)
        let told = try Data(contentsOf: folder.appending(path: "calls"))
        let seen = String(decoding: told, as: UTF8.self).split(separator: "\u{1}").map {
            $0.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
        let expected =
            ["sweep", "a.yaml", "--out", folder.path + "/job 'a'/pieces/07"] + Self.odd.flatMap { ["--set", $0] }
            + ["--shard", "7/12", "--quiet", "--threads", "1"]
        #expect(seen == Array(repeating: expected, count: calls))
    }

    @Test("Arguments reach Kubernetes and Python as they were typed, but for the number of the piece")
    func arguments() throws {
        let text = try file("pieces.yaml", of: template(.kubernetes, odd: Self.odd))
        #expect(text.contains("\"$$(JOB_COMPLETION_INDEX)\"") && text.contains("\"$(JOB_COMPLETION_INDEX)/12\""))
        #expect(text.contains("/work/job 1/pieces/$(JOB_COMPLETION_INDEX)\""))
        let driver = try file("driver.py", of: template(.ray, odd: Self.odd))
        #expect(
            driver.contains("\"{share}\"") && driver.contains("\"{folder}\"")
                && driver.contains("f\"{index}/{PIECES}\""))
        #expect(driver.contains("\\U000000fcn\\U000000efcode\\U0000000a2"))
    }
}
