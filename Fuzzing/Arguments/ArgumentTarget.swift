public import FuzzTargets
internal import InputErrors
internal import Output
internal import sim_cli

/// Command lines, one word a line, read by the program's own parser and never run.
public enum ArgumentTarget {
    public static let target = FuzzTarget("arguments", "command lines, parsed and not run") {
        let lines = try CommandLines()
        return FuzzSubject(
            sound: lines.sound.map { Array($0.joined(separator: "\n").utf8) }, words: lines.words,
            read: { bytes in try read(bytes) })
    }

    private static func read(_ bytes: [UInt8]) throws {
        // A NUL ends a word on every system.
        let text = String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
        guard let refusal = ArgumentReading.refusal(of: text.split(separator: "\n").map(String.init)) else { return }
        switch refusal.code {
        case 0: return
        case 64 where !refusal.message.isEmpty: throw InputError(refusal.message)
        default: throw BrokenPromise("a command line ends with \(refusal.code): \(refusal.message)")
        }
    }
}

extension CommandLines {
    /// What the program says to a command line that it does not understand; nil for one that it would run.
    public static func refusal(of arguments: [String]) -> String? {
        ArgumentReading.refusal(of: arguments).flatMap { $0.code == 0 ? nil : $0.message }
    }
}

/// What the commands say of themselves: every command with every option of it.
public struct CommandLines {
    /// A command and its arguments, as the program's own description of itself has them.
    public struct Command: Sendable {
        public let words: [String]
        /// Long names of options that take a value.
        public let options: [String]
        public let flags: [String]
        /// How many words stand without a name.
        public let operands: Int
    }

    public private(set) var commands: [Command] = []

    public init() throws {
        guard let dump = ArgumentReading.refusal(of: ["--experimental-dump-help"]), dump.code == 0 else {
            throw BrokenPromise("the program does not describe itself")
        }
        guard let root = try JSONValue(parsing: dump.message)["command"] else { return }
        add(root, [])
    }

    private mutating func add(_ command: JSONValue, _ path: [String]) {
        let subcommands = command["subcommands"]?.arrayValue ?? []
        let arguments = command["arguments"]?.arrayValue ?? []
        func named(_ kind: String) -> [String] {
            arguments.filter { $0["kind"]?.stringValue == kind }.compactMap { argument in
                argument["names"]?.arrayValue?.first { $0["kind"]?.stringValue == "long" }?["name"]?.stringValue
            }
        }
        if subcommands.isEmpty {
            commands.append(
                Command(
                    words: path, options: named("option"), flags: named("flag"),
                    operands: arguments.filter { $0["kind"]?.stringValue == "positional" }.count))
        }
        for next in subcommands {
            guard let name = next["commandName"]?.stringValue, name != "help" else { continue }
            add(next, path + [name])
        }
    }

    /// Every command with one of each of its options.
    var sound: [[String]] {
        commands.map { command in
            command.words + Array(repeating: "x.yaml", count: command.operands)
                + command.options.flatMap { ["--\($0)", "1"] }
        } + [["--help"], ["--version"], ["help", "solve"]]
    }

    /// All names.
    var words: [String] {
        let names = Set(commands.flatMap { $0.words + ($0.options + $0.flags).map { "--\($0)" } })
        return names.sorted() + [
            "--", "-h", "-", "--json=1", "=", "--seed=-1", "--threads=0", "reference", "a=b", "1:2:3",
        ]
    }
}
