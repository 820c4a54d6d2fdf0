internal import Foundation
internal import Nacre

/// What a command would replace although it reads it: `--force` with an `--out` that is, or holds, one of the command's own inputs.
enum ReplacedInputs {
    /// Options that name what is written.
    private static let outputs: Set<String> = ["--out", "--csv", "--svg", "--html", "--write", "--inspect"]

    /// Compares every word of a command line that names something on disk with what the command replaces.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Throws: `FileError` for an input that would be replaced.
    static func check(_ arguments: [String]) throws(FileError) {
        guard arguments.contains("--force") else { return }
        var (written, read) = ([String](), [String]())
        var isOutput = false
        // Names of commands are no files.
        for argument in SimCLI.named(by: arguments).rest {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            if isOutput {
                written.append(argument)
            } else if parts.count == 2, outputs.contains(parts[0]) {
                written.append(parts[1])
            } else {
                // Also of LABEL=FILE and --option=FILE.
                read += [argument] + (parts.count == 2 ? [parts[1]] : [])
            }
            isOutput = outputs.contains(argument)
        }
        for place in written {
            guard let place = real(place) else { continue }
            for name in read {
                guard let input = real(name), input == place || input.hasPrefix(place + "/") else { continue }
                throw FileError(
                    "\(name) is read by this command, and --force would replace it with what is written; give another name"
                )
            }
        }
    }

    /// The place on disk, without links; nil where there is nothing.
    private static func real(_ path: String) -> String? {
        guard !path.isEmpty, FileManager.default.fileExists(atPath: path) else { return nil }
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }
}
