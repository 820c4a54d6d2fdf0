import Foundation

/// A library that lets one call of a child to the system fail: `Fuzzing/failures/inject.c`, compiled by the system's compiler.
struct FailingCalls {
    /// What can fail, by the names that the library knows.
    enum Call: String, CaseIterable, Sendable {
        case write, pwrite, rename, fsync, open, ftruncate, mkdir, malloc
    }

    private let library: String
    private let folder: TemporaryFolder

    /// The compiler, where there is one.
    static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static var isPossible: Bool {
        #if os(Linux)
            compiler != nil
        #else
            false
        #endif
    }

    init() throws {
        folder = try TemporaryFolder()
        library = folder.file("inject.so")
        let source = "\(CLI.root)/Fuzzing/failures/inject.c"
        let ended = try ChildProcess(
            Self.compiler ?? "", ["-O1", "-shared", "-fPIC", "-o", library, source], in: folder.path
        ).ended()
        guard ended.status == 0 else { throw NotCompiled(description: ended.messages) }
    }

    struct NotCompiled: Error, CustomStringConvertible {
        let description: String
    }

    /// What came of a run of which one call may have failed.
    struct Ended {
        let child: ChildProcess.Ended
        /// Whether the program got so far that the call was made.
        let hasFailed: Bool
    }

    /// Runs the program; the `number`th call about files of the folder fails, and with `stays` all that follow.
    func run(
        _ line: [String], in work: TemporaryFolder, _ call: Call, number: Int, error: Int32, stays: Bool
    ) throws -> Ended {
        let report = folder.file("failed-\(UUID().uuidString)")
        var environment = [
            "LD_PRELOAD": library, "NACRE_FAIL_CALL": call.rawValue, "NACRE_FAIL_AT": "\(number)",
            "NACRE_FAIL_ERRNO": "\(error)", "NACRE_FAIL_UNDER": work.path, "NACRE_FAIL_REPORT": report,
        ]
        if stays { environment["NACRE_FAIL_ON"] = "1" }
        let child = try CLI.start(line, in: work, environment: environment).ended(within: 300)
        return Ended(child: child, hasFailed: FileManager.default.fileExists(atPath: report))
    }
}
