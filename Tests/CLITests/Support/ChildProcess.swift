import Foundation
import Testing

/// A child process with a time limit. Its output goes to files, so that no full pipe can make either side wait for ever.
final class ChildProcess {
    /// What a child that has ended left behind.
    struct Ended {
        /// The exit code, or nil if a signal ended the child.
        let status: Int32?
        let output: String
        let messages: String
    }

    /// A child that was still running at its limit, and was killed.
    struct OutOfTime: Error, CustomStringConvertible {
        let description: String
    }

    private let process = Process()
    private let folder: TemporaryFolder
    private let arguments: [String]

    /// Starts a program with an environment of its own: nothing of ours can change what it prints.
    init(_ program: String, _ arguments: [String], in workingFolder: String, environment: [String: String] = [:]) throws
    {
        folder = try TemporaryFolder()
        self.arguments = arguments
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: workingFolder)
        var variables = ["TMPDIR": folder.path]
        // Those of sanitizers and of coverage change nothing of what it prints.
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE"] {
            variables[name] = ProcessInfo.processInfo.environment[name]
        }
        process.environment = variables.merging(environment) { _, given in given }
        for name in ["output", "messages"] { try Data().write(to: URL(fileURLWithPath: folder.file(name))) }
        process.standardInput = FileHandle.nullDevice
        let handles = try ["output", "messages"].map {
            try FileHandle(forWritingTo: URL(fileURLWithPath: folder.file($0)))
        }
        (process.standardOutput, process.standardError) = (handles[0], handles[1])
        // Foundation reads the list of open files here, and beyond its end where there are more than a thousand.
        Self.starting.lock()
        defer { Self.starting.unlock() }
        try process.run()
        // The child has them; a `Process` that is forgotten keeps them open.
        for handle in handles { try handle.close() }
    }

    /// Held while a child is started: one at a time.
    private static let starting = NSLock()

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var isRunning: Bool { process.isRunning }

    /// The most memory that the child has held so far, in bytes (VmHWM of proc(5)); nil once it has ended.
    var peakMemory: Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// Whether SIGINT no longer ends the child by itself, but waits to be received (SigBlk of proc(5)).
    var awaitsInterrupt: Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("SigBlk:") }),
            let word = line.split(whereSeparator: { $0 == "\t" || $0 == " " }).last,
            let mask = UInt64(word, radix: 16)
        else { return false }
        return mask >> UInt64(SIGINT - 1) & 1 == 1
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits until a condition holds, the child ends or the time is over; tells whether the condition held.
    func wait(seconds: Double, until isMet: () throws -> Bool) rethrows -> Bool {
        let limit = Date().addingTimeInterval(seconds)
        while Date() < limit {
            if try isMet() { return true }
            guard process.isRunning else { return false }
            Thread.sleep(forTimeInterval: 0.005)
        }
        return false
    }

    /// How many times as slow a child is that a sanitizer watches, roughly.
    private static let patience =
        ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains { ProcessInfo.processInfo.environment[$0] != nil } ? 15.0 : 1

    /// Waits for the end, and kills the child if it does not come in time.
    func ended(within limit: Double = 60) throws -> Ended {
        let seconds = limit * Self.patience
        guard wait(seconds: seconds, until: { !process.isRunning }) || !process.isRunning else {
            kill(process.processIdentifier, SIGKILL)
            throw OutOfTime(description: "\(arguments) did not end within \(seconds) s")
        }
        return Ended(
            status: process.terminationReason == .exit ? process.terminationStatus : nil,
            output: try folder.text("output"), messages: try folder.text("messages"))
    }
}

/// A folder for one test, removed with the last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "nacre-cli-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    }

    func contains(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    /// Everything in the folder: path to bytes.
    func contents(of name: String = "") throws -> [String: Data] {
        let root = name.isEmpty ? path : file(name)
        var found: [String: Data] = [:]
        for item in try FileManager.default.subpathsOfDirectory(atPath: root) {
            if let data = FileManager.default.contents(atPath: root + "/" + item) { found[item] = data }
        }
        return found
    }
}
