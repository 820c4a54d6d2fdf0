import Foundation
import Output

/// Asks other programs through Python, as child processes with a time limit.
enum Python {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// The interpreter that the environment names, or python3 on the path.
    private static let interpreter = ProcessInfo.processInfo.environment["NACRE_PYTHON"]

    /// Whether there is a Python with these modules; it is asked without importing them.
    static func has(_ modules: String...) -> Bool {
        let script = """
            import importlib.util, sys
            sys.exit(sys.version_info < (3, 10) or any(importlib.util.find_spec(name) is None for name in sys.argv[1:]))
            """
        return (try? run(["-c", script] + modules, input: "", seconds: 30)) != nil
    }

    static let hasPython = has()
    static let hasStorm = has("stormpy")
    static let hasGambit = has("pygambit")
    static let hasSpiel = has("pyspiel")
    static let hasToolkit = has("pomdp_toolkit", "matplotlib", "tqdm")
    static let hasQuantEcon = has("quantecon")

    /// Runs a script of this folder with a job, and reads its answer.
    ///
    /// - Throws: ``Failure`` if it cannot be started, fails, or takes longer than `seconds`.
    static func ask(_ script: String, _ job: JSONValue, seconds: Double = 120) throws -> JSONValue {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let path = folder.appendingPathComponent("Python/\(script)").path
        // Other programs may chat on standard output before the answer.
        let output = try run([path], input: try job.text(), seconds: seconds)
        guard let last = output.split(separator: "\n").last else {
            throw Failure(description: "\(script) said nothing")
        }
        return try JSONValue(parsing: String(last))
    }

    private static func run(_ arguments: [String], input: String, seconds: Double) throws -> String {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter ?? "/usr/bin/env")
        process.arguments = (interpreter == nil ? ["python3"] : []) + arguments
        // Files rather than pipes: no side waits for the other.
        for (name, text) in [("in", input), ("out", ""), ("err", "")] { _ = try folder.write(name, text) }
        process.standardInput = FileHandle(forReadingAtPath: folder.path("in"))
        process.standardOutput = FileHandle(forWritingAtPath: folder.path("out"))
        process.standardError = FileHandle(forWritingAtPath: folder.path("err"))
        try process.run()
        let deadline = Date(timeIntervalSinceNow: seconds)
        while process.isRunning {
            guard Date() < deadline else {
                process.terminate()
                throw Failure(description: "python took longer than \(seconds) s")
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
        guard process.terminationStatus == 0 else {
            let messages = (try? String(contentsOfFile: folder.path("err"), encoding: .utf8)) ?? ""
            throw Failure(description: "python failed with \(process.terminationStatus): \(messages)")
        }
        return try String(contentsOfFile: folder.path("out"), encoding: .utf8)
    }
}

/// A folder for one test, removed with the last reference.
final class TemporaryFolder {
    private let root: String

    init() throws {
        root = NSTemporaryDirectory() + "nacre-interchange-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Writes a file and returns its path.
    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }
}
