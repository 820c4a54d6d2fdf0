internal import ArgumentParser
internal import Foundation
internal import Nacre

struct CheckCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look through preference data, ours or not, for what breaks or silently poisons a trainer.",
        discussion: "Exits with 1 if anything is found that training would fail or be misled by.")

    @Argument(
        help:
            "A folder of JSON-lines files (.jsonl, .ndjson, .json arrays, packed with gzip or not), or one such file.",
        completion: .directory)
    var path: String

    @Option(name: .long, help: "The scenario, whose user types no row may tell.")
    var scenario: String?

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let users = try scenario.map { try Scenario.load(path: $0).game.users } ?? []
        let report = AuditReport(try DatasetAudit.looking(at: path, users: users))
        try terminal.show(report)
        if report.audit.errors > 0 { throw ExitCode(ExitStatus.gate.rawValue) }
    }
}
