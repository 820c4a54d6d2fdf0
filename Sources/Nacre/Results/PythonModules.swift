internal import Foundation

/// The Python that other tools are asked through, and which of them it has.
package enum PythonModules {
    /// The modules that files of ours are read by or checked with.
    package static let names = ["datasets", "jsonschema", "open_spiel", "pygambit", "quantecon", "stormpy"]

    /// The interpreter that NACRE_PYTHON names, or nil for python3 on the path.
    package static var interpreter: String? { ProcessInfo.processInfo.environment["NACRE_PYTHON"] }

    /// The version of each module in the order of ``names``, nil where it is missing; nil if Python does not answer in time.
    package static func versions(seconds: Double = 10) -> [String?]? {
        let script = """
            import importlib.metadata, sys
            for name in sys.argv[1:]:
                try: print(importlib.metadata.version(name))
                except importlib.metadata.PackageNotFoundError: print()
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter ?? "/usr/bin/env")
        process.arguments = (interpreter == nil ? ["python3"] : []) + ["-c", script] + names
        let pipe = Pipe()
        (process.standardOutput, process.standardError, process.standardInput) = (
            pipe, FileHandle.nullDevice, FileHandle.nullDevice
        )
        guard (try? process.run()) != nil else { return nil }
        let limit = Date().addingTimeInterval(seconds)
        while process.isRunning, Date() < limit { Thread.sleep(forTimeInterval: 0.01) }
        guard !process.isRunning else {
            process.terminate()
            return nil
        }
        // A few lines fit into the pipe, so nothing waits for us to read.
        guard process.terminationStatus == 0, let data = try? pipe.fileHandleForReading.readToEnd() else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= names.count else { return nil }
        return lines.prefix(names.count).map { $0.isEmpty ? nil : String($0) }
    }
}
