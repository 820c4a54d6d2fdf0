import Foundation
import Output
import Testing

/// Numbers that no option was written for, given to every option there is: the commands say themselves which those are, so that
/// a new one is covered unasked.
@Suite("Every option with numbers that nobody means")
struct NumericOptionTests {
    /// A command with what it needs to run, as far as it is cheap.
    private static let commands: [(words: String, rest: [String])] = [
        ("simulate", ["starter.yaml", "--policy", "uniform", "--episodes", "100"]),
        ("evaluate", ["starter.yaml", "--policy", "uniform"]), ("solve", ["starter.yaml", "--starts", "1"]),
        ("frontier", ["starter.yaml", "--points", "2", "--starts", "1", "--out", "OUT"]),
        ("sweep", ["starter.yaml", "--over", "discount=0.9,1", "--policy", "uniform"]),
        ("explain", ["starter.yaml", "--policy", "uniform"]), ("pearl", ["starter.yaml", "--starts", "1"]),
        ("boundary", ["starter.yaml", "--vary", "responses.refuse.cost=0..1", "--policy", "uniform"]),
        (
            "sensitivity",
            ["starter.yaml", "--policy", "uniform", "--points", "8", "--copies", "2", "--top", "1"]
        ),
        ("calibrate", ["nowhere.csv", "--mapping", "nowhere.yaml", "--out", "OUT"]),
        ("suite run", ["nowhere"]), ("export efg", ["starter.yaml", "--out", "OUT"]),
        ("export pomdp", ["starter.yaml", "--out", "OUT"]), ("runs show", ["1", "--store", "nowhere.sqlite"]),
        ("export dpo", ["starter.yaml", "--policy", "uniform", "--tau", "0.2", "--count", "3", "--out", "OUT"]),
        ("export sft", ["starter.yaml", "--policy", "uniform", "--tau", "0.2", "--count", "3", "--out", "OUT"]),
    ]

    static let values = ["0", "-1", "9223372036854775807", "1e308", "nan", "inf", ""]

    /// The long names of a command's options that take a value.
    private static func options(_ words: String) throws -> [String] {
        let dump = try CLI.start(words.split(separator: " ").map(String.init) + ["--experimental-dump-help"]).ended()
        let arguments = try #require(try JSONValue(parsing: dump.output)["command"]?["arguments"]?.arrayValue)
        return arguments.filter { $0["kind"] == .string("option") }.compactMap { option in
            option["names"]?.arrayValue?.first { $0["kind"] == .string("long") }?["name"]?.stringValue
        }
    }

    @Test("None ends in a signal, is a fault of ours or goes on for ever", arguments: commands.map(\.words))
    func odd(words: String) throws {
        let rest = try #require(Self.commands.first { $0.words == words }?.rest)
        let options = try Self.options(words)
        #expect(options.count >= 2)
        var refused = 0
        for option in options {
            // Seeds and threads are the same for all.
            if words != "evaluate", ["seed", "threads"].contains(option) { continue }
            // Takes words, of which RobustTests tries the odd ones.
            if option == "robust" { continue }
            for value in Self.values {
                let folder = try TemporaryFolder()
                let line =
                    words.split(separator: " ").map(String.init)
                    + rest.map { $0 == "OUT" ? folder.file("out") : $0 == "starter.yaml" ? CLI.scenario() : $0 } + [
                        "--\(option)=\(value)"
                    ]
                // Names of files are among the options: what is written goes where it is removed.
                let ended = try CLI.start(line, in: folder).ended(within: 30)
                #expect(
                    ended.status.map { [0, 1, 64, 65, 74].contains($0) } == true,
                    "\(line): \(String(describing: ended.status)): \(ended.messages.suffix(300))")
                if ended.status == 64 { refused += 1 }
                // What takes no whole number beyond all measure says what it takes.
                if ended.status == 64, ended.messages.contains("it must be") {
                    #expect(
                        ended.messages.contains("at least") || ended.messages.contains("above"), "\(ended.messages)")
                }
            }
        }
        #expect(refused > 0)
    }

    @Test(
        "A number beyond an option's range is refused with the range",
        arguments: [
            ("solve starter.yaml --starts", "9223372036854775807", "at least 1 and at most 1000000"),
            ("solve starter.yaml --method belief --gap", "nan", "at least 0.0"),
            ("solve starter.yaml --method belief --memory", "9223372036854775807", "at most 1048576"),
            ("solve starter.yaml --time-limit", "inf", "above 0.0"),
            ("solve starter.yaml --start-scale", "1e308", "at most"),
            ("boundary starter.yaml --vary responses.refuse.cost --checks", "9223372036854775807", "at most 100000"),
            ("boundary starter.yaml --vary responses.refuse.cost --samples", "19", "0, or at least 20"),
            ("evaluate starter.yaml --policy uniform --threads", "9223372036854775807", "at most 4096"),
            ("export dpo starter.yaml --policy uniform --out x --tau", "1e308", "at most"),
            ("export dpo starter.yaml --policy uniform --out x --test-share", "1", "below 1.0"),
            ("pearl starter.yaml --target-satisfaction", "-1.5", "at least -1.0"),
            ("runs show --store x.sqlite", "0", "at least 1"),
        ])
    func range(line: String, value: String, words: String) throws {
        let parts = line.split(separator: " ").map(String.init)
        let isOption = parts.last?.hasPrefix("--") == true
        let last = isOption ? ["\(parts.last ?? "")=\(value)"] : [parts.last ?? "", value]
        let ended = try CLI.start(parts.dropLast() + last).ended()
        #expect(ended.status == 64)
        #expect(ended.messages.contains(words), "\(ended.messages)")
    }
}
