import Foundation
import Testing

/// Every sentence of the README is a promise; those that can be typed are typed here.
@Suite("The README, followed to the letter")
struct ReadmeTests {
    private static func page(_ name: String) throws -> ReadmePage {
        ReadmePage(try String(contentsOfFile: "\(CLI.root)/\(name)", encoding: .utf8))
    }

    /// Pages that are followed, each in a folder of its own.
    static let pages = ["README.md", "docs/tutorial.md", "docs/reading-a-solution.md", "docs/what-if.md"]

    @Test("Every command, in the order of the page, prints what the page says", arguments: pages)
    func commands(_ name: String) throws {
        let page = try Self.page(name)
        #expect(page.unknown.isEmpty, "\(page.unknown)")
        #expect(!page.commands.isEmpty)
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(
            atPath: "\(CLI.root)/scenarios", toPath: folder.file("scenarios"))
        let binaries = URL(fileURLWithPath: CLI.program).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        for command in page.commands {
            let child = try ChildProcess(
                "/bin/bash", ["-c", "exec 2>&1\n" + command.text], in: folder.path,
                environment: ["PATH": "\(binaries):\(path)"])
            let ended = try child.ended(within: 180)
            #expect(ended.status == 0, "\(name):\(command.line): \(command.text)")
            let printed = ReadmePage.comparable(ended.output.components(separatedBy: "\n"))
            let expected = ReadmePage.comparable(command.expected)
            #expect(
                ReadmePage.agrees(printed, with: expected),
                """
                \(name):\(command.line): $ \(command.text)
                -- the page says --
                \(expected.joined(separator: "\n"))
                -- was printed --
                \(printed.joined(separator: "\n"))
                """)
        }
    }

    @Test("The page is compared as it says: … for lines left out, one pattern for what differs from run to run")
    func comparison() {
        let printed = ["a", "b", "c", "d"]
        #expect(ReadmePage.agrees(printed, with: ["a", "…", "c", "…"]))
        #expect(ReadmePage.agrees(printed, with: ["…", "d"]))
        #expect(ReadmePage.agrees(printed, with: ["a", "b", "c", "d", "…"]))
        #expect(!ReadmePage.agrees(printed, with: ["a", "…", "e", "…"]))
        #expect(!ReadmePage.agrees(printed, with: ["b", "…"]))
        #expect(!ReadmePage.agrees(printed, with: ["a", "b", "c"]))
        #expect(!ReadmePage.agrees(["a"], with: ["a", "…", "a"]))
        #expect(ReadmePage.mask("found in 2.22 s on 2026-11-22T16:47:11Z at 9.3 cases/s") == "found in # on # at #")
        #expect(ReadmePage.mask("gap 0.320951; seed 1") == "gap 0.320951; seed 1")
        #expect(ReadmePage.comparable(["a  ", "in 3 s", "", ""]) == ["a", "in #"])
    }

    @Test("Blocks that are neither followed nor marked are found, and so are commands over several lines")
    func blocks() {
        let page = ReadmePage(
            """
            ```sh build
            swift build
            ```
            ```console
            $ cat <<'END'
            > one
            > END
            one
            ```
            ```
            $ forgotten
            ```
            """)
        #expect(page.unknown.map(\.line) == [10])
        #expect(page.commands.map(\.text) == ["cat <<'END'\none\nEND"])
        #expect(page.commands.map(\.expected) == [["one"]])
    }
}
