internal import GameModel
internal import InputErrors
package import Output
package import Scenarios

/// What "save" gives: the changes as options of a command, and as a difference of the file.
package struct SavedChanges: Sendable, Equatable {
    /// `--set PATH=VALUE`, one a line, as a shell takes them.
    package let options: [String]
    /// A command that shows the same numbers, with the reference as its policy.
    package let command: String
    /// The file's difference, as `patch` takes it; nil where there is none.
    package let diff: String?
    /// Why there is no difference of the file; nil where there is one, or nothing changed.
    package let problem: String?

    package var json: JSONValue {
        .object([
            "options": .strings(options), "command": .string(command),
            "diff": diff.map { .string($0) } ?? .null, "problem": problem.map { .string($0) } ?? .null,
        ])
    }
}

extension Explorer {
    /// Says changes so that they can be kept: nothing is written.
    ///
    /// - Throws: what makes no game.
    package func saved(_ changes: [ParameterChange]) throws -> SavedChanges {
        let changed = try scenario(with: changes)
        let options = (scenario.changes + changes).map { "--set \(Escaped.shell($0.text))" }
        let command = (["sim-cli evaluate", Escaped.shell(scenario.file), "--policy reference"] + options)
            .joined(separator: " ")
        guard !changed.changes.isEmpty else {
            return SavedChanges(options: [], command: command, diff: nil, problem: nil)
        }
        do {
            let text = try changed.text(note: Self.note)
            let diff = UnifiedDifference.text(
                from: scenario.sourceText, to: text, name: scenario.file, newName: scenario.file)
            return SavedChanges(options: options, command: command, diff: diff, problem: nil)
        } catch let error as any InputProblem {
            return SavedChanges(
                options: options, command: command, diff: nil,
                problem: "The file cannot be changed in place: \(Escaped.line("\(error)")). The options say the same.")
        }
    }

    /// Where a changed line's number comes from.
    private static let note = "set in the explorer"
}
