import Foundation
import Output
import Testing

/// Every option of every command at both ends of its range, the commands and their options as the program itself lists them.
///
/// ``NumericOptionTests`` gives numbers that nobody means to commands that run; here are the ranges themselves, and every command.
@Suite("Every option at both ends of its range")
struct NumericEndsTests {
    /// What commands need to run, as far as it is cheap; those that are not here are given names that lead nowhere.
    private static let operands: [String: [String]] = [
        "simulate": ["S", "--policy", "uniform"], "evaluate": ["S", "--policy", "uniform"], "solve": ["S"],
        "frontier": ["S", "--out", "out"], "sweep": ["S", "--over", "discount=0.9,1", "--policy", "uniform"],
        "explain": ["S", "--policy", "uniform"], "pearl": ["S"], "behaviour": ["S"], "objectives": ["S"],
        "reality": ["S"],
        "boundary": ["S", "--vary", "responses.refuse.cost=0..1", "--policy", "uniform"],
        "sensitivity": ["S", "--policy", "uniform"], "report": ["S", "--out", "out.html"],
        "play": ["S", "--policy", "uniform"], "validate": ["S"], "init": ["new"],
        "suite expand": ["strata", "--out", "out"],
        "suite run": ["strata", "--case", "none"], "export efg": ["S", "--out", "out"],
        "export pomdp": ["S", "--out", "out"],
        "export dpo": ["S", "--policy", "uniform", "--tau", "0.2", "--out", "out"],
        "export csv": ["S", "--policy", "uniform", "--out", "out"],
    ]

    /// How long a command runs before it is asked to end: some would take a year.
    private static let patience = 1.5

    private static func commands() throws -> [(words: [String], command: JSONValue)] {
        let dump = try CLI.start(["--experimental-dump-help"]).ended()
        var found: [(words: [String], command: JSONValue)] = []
        func add(_ command: JSONValue, _ path: [String]) {
            let subcommands = (command["subcommands"]?.arrayValue ?? []).filter {
                $0["commandName"]?.stringValue != "help"
            }
            if subcommands.isEmpty { found.append((path, command)) }
            for next in subcommands { add(next, path + [next["commandName"]?.stringValue ?? ""]) }
        }
        add(try #require(try JSONValue(parsing: dump.output)["command"]), [])
        return found
    }

    private static func options(_ command: JSONValue) -> [String] {
        (command["arguments"]?.arrayValue ?? []).filter { $0["kind"] == .string("option") }.compactMap { option in
            option["names"]?.arrayValue?.first { $0["kind"] == .string("long") }?["name"]?.stringValue
        }
    }

    private static func line(_ words: [String], _ command: JSONValue) -> [String] {
        let count = (command["arguments"]?.arrayValue ?? []).filter { $0["kind"] == .string("positional") }.count
        let rest = operands[words.joined(separator: " ")] ?? Array(repeating: "nowhere", count: max(1, count))
        return words + rest.map { $0 == "S" ? CLI.scenario() : $0 }
    }

    /// The ends of an option's range, from what it says to a word; none for an option without a range.
    private static func ends(_ line: [String], _ option: String) throws -> [String] {
        let form =
            #/it must be (?:0, or )?(at least|above) (\S+) and (at most|below) (\S+?)(?:, a whole number)?[.:](?:\s|$)/#
        // Names of files are among the options, and some take the word for one.
        let folder = try TemporaryFolder()
        let message = try CLI.start(line + ["--\(option)=?"], in: folder).ended().messages
        guard let match = try form.firstMatch(in: message) else { return [] }
        let (low, high) = (String(match.2), String(match.4))
        return [
            match.1 == "above" ? Double(low).map { "\($0.nextUp)" } ?? low : low,
            match.3 == "below" ? Double(high).map { "\($0.nextDown)" } ?? high : high,
        ]
    }

    @Test("None ends in a signal, is a fault of ours, or cannot be ended", arguments: try commands().map { $0.words })
    func ends(words: [String]) throws {
        let command = try #require(try Self.commands().first { $0.words == words }?.command)
        let line = Self.line(words, command)
        for option in Self.options(command) where words == ["evaluate"] || !["seed", "threads"].contains(option) {
            for value in try Self.ends(line, option) {
                let folder = try TemporaryFolder()
                let child = try CLI.start(line + ["--\(option)=\(value)"], in: folder)
                if !child.wait(seconds: Self.patience, until: { !child.isRunning }) { child.send(SIGTERM) }
                let ended = try child.ended(within: 60)
                #expect(
                    ended.status.map { [0, 1, 64, 65, 74, 75, 130].contains($0) } == true,
                    "\(line) --\(option)=\(value): \(String(describing: ended.status)): \(ended.messages.suffix(300))")
            }
        }
    }
}
