internal import ArgumentParser
internal import Foundation
internal import Nacre

/// A command line that cannot be understood, for a script that asked for JSON.
///
/// What is wrong goes to standard error as ever; with `--json` among the arguments there is a document on standard output too, so
/// that a script never has to tell an empty answer from a refusal.
struct UsageFailure {
    private let message: String

    /// Nil unless the error is one of usage and `--json` was asked for.
    init?(_ error: any Error, arguments: [String]) {
        guard SimCLI.exitCode(for: error) == .validationFailure, Self.asksForJSON(arguments) else { return nil }
        message = SimCLI.message(for: error)
    }

    /// Whether `--json` stands where an option may stand.
    private static func asksForJSON(_ arguments: [String]) -> Bool {
        arguments.prefix { $0 != "--" }.contains("--json")
    }

    func present() {
        // Where standard output cannot be written, the message on standard error is all there is.
        try? Terminal(json: true, quiet: false).print(Failure.document([Failure.item(message)]))
    }
}
