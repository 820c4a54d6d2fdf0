import Foundation
import Output
import Testing

/// The built program, and where its files are.
enum CLI {
    /// The package's folder.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// The release binary, or the one that the environment names.
    static let program = ProcessInfo.processInfo.environment["NACRE_CLI"] ?? "\(root)/.build/release/sim-cli"

    /// The shipped scenarios.
    static let scenarios = [
        "starter", "general-assistant", "self-harm-question", "dual-use-technical", "health-misinformation",
        "benign-but-scary", "keeps-asking",
    ]

    static func scenario(_ name: String = "starter") -> String { "\(root)/scenarios/\(name).yaml" }

    static func start(
        _ arguments: [String], in folder: TemporaryFolder? = nil, environment: [String: String] = [:]
    ) throws -> ChildProcess {
        guard FileManager.default.isExecutableFile(atPath: program) else { throw NotBuilt() }
        return try ChildProcess(program, arguments, in: folder?.path ?? "\(root)/scenarios", environment: environment)
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: String..., in folder: TemporaryFolder? = nil, environment: [String: String] = [:]
    ) throws -> ChildProcess.Ended {
        try start(arguments, in: folder, environment: environment).ended()
    }

    /// Runs the program, expects it to succeed, and reads its JSON.
    static func json(
        _ arguments: String..., in folder: TemporaryFolder? = nil, status: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSONValue {
        let ended = try start(arguments + ["--json"], in: folder).ended()
        #expect(ended.status == status, "\(ended.messages)", sourceLocation: sourceLocation)
        return try JSONValue(parsing: ended.output)
    }
}

/// There is no program to test.
struct NotBuilt: Error, CustomStringConvertible {
    var description: String {
        "\(CLI.program) is missing; build it with `swift build -c release`, or name another with NACRE_CLI"
    }
}

/// Texts that are kept beside the tests. With NACRE_RECORD=1 they are written anew, and the test fails all the same, so that
/// no run that recorded can be taken for one that compared.
enum Golden {
    static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let url = URL(fileURLWithPath: "\(CLI.root)/Tests/CLITests/Golden/\(name)")
        if ProcessInfo.processInfo.environment["NACRE_RECORD"] == "1" {
            try Data(text.utf8).write(to: url)
            Issue.record("recorded \(name); run again without NACRE_RECORD", sourceLocation: sourceLocation)
            return
        }
        let expected = try String(contentsOf: url, encoding: .utf8)
        #expect(
            text == expected, "\(name) differs; if that is right, record it anew with NACRE_RECORD=1",
            sourceLocation: sourceLocation)
    }
}
