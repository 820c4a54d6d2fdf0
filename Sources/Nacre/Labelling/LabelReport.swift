package import Labelling
package import Output
package import Scenarios

/// What a run of `label` did.
public struct LabelReport: Report {
    package let scenario: Scenario
    package let path: String
    package let out: String
    package let labeller: any TextLabeller
    public let counts: LabelWriting.Counts
    /// SHA-256 of the file that was labelled.
    package let hash: String
    /// The first line that could not be read, with its place.
    public let firstReject: String?
    package let request: LabelRequest

    package func json() throws -> JSONValue { .object(members) }

    /// The manifest: what the labels were made from, and the hashes of the files.
    package func manifest(files: [OutputFolder.FileRecord]) -> JSONValue {
        var members = members
        members["out"] = nil
        members["version"] = .string(Release.version)
        members["command_line"] = .string(Shell.resultCommandLine)
        members["files"] = .array(
            files.map { file in
                .object([
                    "path": .string(file.path), "sha256": .string(file.sha256), "bytes": .integer(file.bytes),
                    "rows": file.rows.map { .integer($0) } ?? .null,
                ])
            })
        return .object(members)
    }

    private var members: [String: JSONValue] {
        scenario.withChanges([
            "format": .integer(1), "kind": .string("labels"), "scenario": .string(scenario.name),
            "game_hash": .string(scenario.gameHash),
            "file_hash": .string(scenario.fileHash), "texts_file": .string(path), "texts_sha256": .string(hash),
            "out": .string(out), "labeller": .string(labeller.name), "account": labeller.account,
            "abstain_below": .number(request.abstainBelow), "example_files": .strings(request.examples),
            "counts": .object([
                "lines": .integer(counts.lines), "rejected": .integer(counts.rejected),
                "answers": .integer(counts.answers), "messages": .integer(counts.messages),
                "openings": .integer(counts.openings), "abstained": .integer(counts.abstained),
                "out_of_scope": .integer(counts.outOfScope),
            ]),
        ])
    }

    package func text() throws -> String {
        let count = Format.count
        var text = "\(scenario.heading)\n\(scenario.changesText.map { "\($0).\n" } ?? "")\n"
        text += "\(count(counts.answers)) answers, \(count(counts.openings)) first messages and "
        text += "\(count(counts.messages)) later messages of \(count(counts.lines - counts.rejected)) lines; "
        text += "labelled by \(Escaped.line(labeller.name))\n"
        text += "abstained: \(count(counts.abstained)) (largest probability below \(request.abstainBelow))\n"
        if counts.openings > 0 {
            text += "out of scope: \(count(counts.outOfScope)) of \(count(counts.openings)) first messages\n"
        }
        if let firstReject {
            text += "left out: \(count(counts.rejected)) lines, kept in \(Escaped.line(out))/rejects.jsonl; the first: "
            text += "\(Escaped.line(firstReject))\n"
        }
        let account = labeller.accountText
        if !account.isEmpty { text += "\n\(account)" }
        return text + "\nwritten to \(Escaped.line(out))\n"
    }
}
