internal import ArgumentParser
internal import Foundation
internal import Nacre

struct DoctorCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "What this program runs on: versions, cores, memory, folders, a store's health, external tools.")

    @Option(name: .customLong("store"), help: "Also examine this store.")
    var path: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        var facts: [(name: String, value: String)] = [
            ("sim-cli", Release.version),
            ("gsl", GSLLibrary.version),
            ("sqlite", try Store.sqliteVersion()),
            ("store schema", "\(Store.newestSchema)"),
            ("system", ProcessInfo.processInfo.operatingSystemVersionString),
            ("cores", "\(ProcessInfo.processInfo.activeProcessorCount)"),
            ("memory", "\(ProcessInfo.processInfo.physicalMemory / 1_048_576) MiB"),
            ("working folder", Self.writability(of: FileManager.default.currentDirectoryPath)),
            ("temporary folder", Self.writability(of: NSTemporaryDirectory())),
        ]
        for tool in ["python3", "sqlite3", "gcc", "pomdp-solve", "pomdpsol", "storm", "prism", "gambit-logit"] {
            facts.append((tool, Self.location(of: tool) ?? "not found"))
        }
        facts.append(contentsOf: Self.modules())
        var problems: [String] = []
        if let path {
            let store = try Store.reading(path, terminal)
            problems = try store.problems()
            // With problems, not even the runs may be countable.
            let runs = problems.isEmpty ? "\(try store.runs().count) runs" : "damaged"
            facts.append(("store \(path)", "schema \(try store.schemaVersion()), \(runs)"))
        }
        try present(facts, problems: problems, on: terminal)
        if !problems.isEmpty { throw ExitCode(ExitStatus.fileTrouble.rawValue) }
    }

    private func present(
        _ facts: [(name: String, value: String)], problems: [String], on terminal: Terminal
    ) throws {
        if terminal.json {
            let members = Dictionary(facts.map { ($0.name, JSONValue.string($0.value)) }) { first, _ in first }
            try terminal.print(
                .object(["format": .integer(1), "facts": .object(members), "problems": .strings(problems)]))
            return
        }
        let columns: Columns<(name: String, value: String)> = [
            .text("what", left: true) { $0.name }, .text("found", left: true) { $0.value },
        ]
        try terminal.print(columns.text(facts))
        for problem in problems { terminal.complain("problem: \(problem)") }
    }

    /// The Python modules that other programs' checks use, with their versions.
    private static func modules() -> [(name: String, value: String)] {
        let python = PythonModules.interpreter
        let found = PythonModules.versions()
        return [("NACRE_PYTHON", python ?? "not set; python3 on the path is asked")]
            + PythonModules.names.enumerated().map { index, name in
                ("python module \(name)", found.map { $0[index] ?? "not found" } ?? "python does not answer")
            }
    }

    private static func writability(of folder: String) -> String {
        FileManager.default.isWritableFile(atPath: folder) ? "\(folder) is writable" : "\(folder) is not writable"
    }

    private static func location(of tool: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { "\($0)/\(tool)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
