internal import Foundation
internal import Output

/// The clock, read in this program only.
package enum Clock {
    package static var now: String { Date().ISO8601Format() }
}

/// The command line as it could be typed again.
package enum Shell {
    package static var commandLine: String { text(CommandLine.arguments.dropFirst()) }

    /// The command line as it was before `--resume` was added to it.
    package static var commandLineWithoutResume: String {
        text(CommandLine.arguments.dropFirst().filter { $0 != "--resume" })
    }

    /// The command line without what can never change a byte of a dataset, so that it does not through this line either.
    package static var resultCommandLine: String {
        var kept: [String] = []
        var arguments = CommandLine.arguments.dropFirst()[...]
        while let argument = arguments.popFirst() {
            switch argument {
            case "--json", "--quiet", "--force", "--resume": continue
            case "--threads", "--store": _ = arguments.popFirst()
            case _ where argument.hasPrefix("--threads=") || argument.hasPrefix("--store="): continue
            default: kept.append(argument)
            }
        }
        return text(kept)
    }

    private static func text(_ arguments: some Sequence<String>) -> String {
        (["sim-cli"] + arguments.map(quoted)).joined(separator: " ")
    }

    /// An argument as a shell reads it back.
    package static func quoted(_ argument: String) -> String { Escaped.shell(argument) }
}
