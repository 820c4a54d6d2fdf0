internal import Foundation
internal import Output
internal import Synchronization

/// The clock, read in this program only.
package enum Clock {
    package static var now: String { Date().ISO8601Format() }
}

/// The command line as it could be typed again.
package enum Shell {
    /// What the program was called with; where pieces are put together, what the work in one would have been called with.
    package static var arguments: [String] { stated.withLock { $0 } ?? Array(CommandLine.arguments.dropFirst()) }

    /// Has the program pass for one that was called with other arguments: whatever quotes the command line quotes these.
    package static func pass(for arguments: [String]) { stated.withLock { $0 = arguments } }

    private static let stated = Mutex<[String]?>(nil)

    package static var commandLine: String { text(arguments) }

    /// The command line as it was before `--resume` was added to it.
    package static var commandLineWithoutResume: String {
        text(arguments.filter { $0 != "--resume" })
    }

    /// The command line without what can never change a byte of a dataset, so that it does not through this line either.
    package static var resultCommandLine: String {
        text(kept(flags: ["--json", "--quiet", "--force", "--resume"], options: ["--threads", "--store"]))
    }

    /// The same for a page, which a store can change.
    package static var pageCommandLine: String {
        text(kept(flags: ["--json", "--quiet", "--force"], options: ["--threads"]))
    }

    /// The arguments without some.
    ///
    /// - Parameters:
    ///   - flags: left out where they stand.
    ///   - options: left out with the argument that follows or is joined by `=`.
    private static func kept(flags: Set<String>, options: Set<String>) -> [String] {
        var kept: [String] = []
        var arguments = Self.arguments[...]
        while let argument = arguments.popFirst() {
            if flags.contains(argument) || options.contains(where: { argument.hasPrefix($0 + "=") }) { continue }
            if options.contains(argument) {
                _ = arguments.popFirst()
            } else {
                kept.append(argument)
            }
        }
        return kept
    }

    package static func text(_ arguments: some Sequence<String>) -> String {
        (["sim-cli"] + arguments.map(quoted)).joined(separator: " ")
    }

    /// An argument as a shell reads it back.
    package static func quoted(_ argument: String) -> String { Escaped.shell(argument) }
}
