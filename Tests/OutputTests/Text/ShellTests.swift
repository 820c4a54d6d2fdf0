import Foundation
import Output
import Testing

@Suite("Arguments of commands that are printed to be copied")
struct ShellTests {
    @Test(
        "A plain argument stands as it is, all others are quoted",
        arguments: [
            ("scenarios/starter.yaml", "scenarios/starter.yaml"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"),
            ("$(x)", "'$(x)'"), ("%1", "'%1'"), ("=ls", "'=ls'"), ("größe", "größe"), ("a\nb", "$'a\\nb'"),
            ("\u{1B}[0m", "$'\\033[0m'"), ("\u{202E}'\\", "$'\\342\\200\\256\\'\\\\'"),
        ])
    func quoted(argument: String, expected: String) { #expect(Escaped.shell(argument) == expected) }

    @Test("bash reads back every argument, whatever it holds")
    func readBack() throws {
        guard FileManager.default.isExecutableFile(atPath: "/bin/bash") else { return }
        let hidden = EscapedTests.hidden.filter { $0.value > 0 && $0.value < 0xD800 || $0.value > 0xE000 }
        let arguments =
            EscapedTests.hostile + hidden.map { "x\($0)y '\($0)" } + ["a\\\u{1}7", "\n", "~", "{a,b}", "*", "#"]
        for argument in arguments {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", "printf '%s.' \(Escaped.shell(argument))"]
            // A file, not a pipe: a signal while a pipe is read ends the process, in Foundation.
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("shell-\(UUID().uuidString)")
            try Data().write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            process.standardOutput = try FileHandle(forWritingTo: file)
            try process.run()
            process.waitUntilExit()
            let output = try Data(contentsOf: file)
            #expect(Array(output) == Array((argument + ".").utf8), "\(Escaped.line(argument))")
        }
    }
}
