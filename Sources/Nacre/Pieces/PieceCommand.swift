internal import Output

/// The command line of a work that is divided, without what only says which piece, where to and how fast: what all pieces have in common.
package struct PieceCommand: Sendable, Equatable {
    /// What the program was called with, from the command's name on.
    package let arguments: [String]
    /// Before which of the arguments the folder was named, so that it is put back where it stood.
    package let outPosition: Int?

    package init(arguments: [String], outPosition: Int?) {
        (self.arguments, self.outPosition) = (arguments, outPosition)
    }

    /// Options that no result depends on, or that only a piece has.
    private static let options: Set<String> = ["--shard", "--threads"]
    private static let flags: Set<String> = ["--json", "--quiet", "--force", "--resume"]
    private static let out = "--out"

    /// - Parameter typed: the arguments as they were typed.
    package init(_ typed: [String]) {
        var (kept, position): ([String], Int?) = ([], nil)
        var rest = typed[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                kept += [argument] + rest
                break
            }
            let name = argument.hasPrefix("--") ? String(argument.prefix { $0 != "=" }) : argument
            let isWhole = name.count < argument.count
            if name == Self.out {
                position = kept.count
                if !isWhole { _ = rest.popFirst() }
            } else if Self.options.contains(name) {
                if !isWhole { _ = rest.popFirst() }
            } else if !Self.flags.contains(argument) {
                kept.append(argument)
            }
        }
        (arguments, outPosition) = (kept, position)
    }

    /// The folder that a command line names as that of its result; nil where it names none.
    package static func out(of typed: [String]) -> String? {
        let options = typed.prefix { $0 != "--" }
        for (place, argument) in options.enumerated() {
            if argument == out, options.indices.contains(place + 1) { return options[place + 1] }
            if argument.hasPrefix(out + "=") { return String(argument.dropFirst(out.count + 1)) }
        }
        return nil
    }

    /// The arguments of the work in one.
    ///
    /// - Parameters:
    ///   - out: the folder of its result, if there is to be one.
    ///   - option: what the folder is named by, if not `--out`.
    package func whole(out: String?, option: String = "--out") -> [String] {
        guard let out else { return arguments }
        var arguments = arguments
        // Never behind "--", after which nothing is an option.
        let end = arguments.firstIndex(of: "--") ?? arguments.count
        arguments.insert(contentsOf: [option, out], at: min(outPosition ?? end, end))
        return arguments
    }

    /// The arguments of a piece.
    package func piece(_ share: PieceShare, out: String) -> [String] {
        var arguments = whole(out: out)
        arguments.insert(contentsOf: ["--shard", "\(share)"], at: arguments.firstIndex(of: "--") ?? arguments.count)
        return arguments
    }

    /// The command line as it could be typed, without a folder.
    package var text: String { Shell.text(arguments) }
}
