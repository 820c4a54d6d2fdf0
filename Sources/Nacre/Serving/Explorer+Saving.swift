internal import GameModel
package import Output
package import Scenarios

/// What "save" gives: the changes as options of a command, and as a difference of the file.
package struct SavedChanges: Sendable, Equatable {
    /// `--set PATH=VALUE`, one a line, as a shell takes them.
    package let options: [String]
    /// A command that shows the same numbers.
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
        _ = try scenario(with: changes)
        let options = (scenario.changes + changes).map { "--set \(Escaped.shell($0.text))" }
        let command = (["sim-cli evaluate", Escaped.shell(scenario.file)] + options).joined(separator: " ")
        return SavedChanges(options: options, command: command, diff: nil, problem: nil)
    }
}
