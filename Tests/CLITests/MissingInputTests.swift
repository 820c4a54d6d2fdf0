import Foundation
import Output
import Testing

/// Every argument that names an input file is given the name of none. The commands say themselves which those are, so that a new one is
/// covered unasked, or fails here until it is in the table.
@Suite("An input file that is not there")
struct MissingInputTests {
    /// Files that exist, and what a command needs beside the file that does not: words by the names of its inputs.
    private static let files = [
        "data.csv": CalibrateTests.rows, "map.yaml": CalibrateTests.mapping,
        "c.jsonl": #"{"id": "a", "prompt": "b", "candidates": [{"content": "c", "response": "refuse"}]}"#,
    ]

    /// How each command runs, with `<name>` where its positional inputs stand.
    private static let lines: [String: String] = [
        "validate": "<files>", "evaluate": "<file> --policy uniform",
        "simulate": "<file> --policy uniform --episodes 10",
        "play": "<file> --policy uniform --episodes 1", "solve": "<file> --starts 1",
        "frontier": "<file> --points 2 --starts 1 --out out", "objectives": "<file>",
        "sweep": "<file> --over discount=0.9,1 --policy uniform", "behaviour": "<file>",
        "explain": "<file> --policy uniform", "pearl": "<file> --starts 1",
        "boundary": "<file> --vary responses.refuse.cost=0..1 --policy uniform",
        "sensitivity": "<file> --policy uniform", "reality": "<file>",
        "report": "<file> --out out.html --quick", "serve": "<file> --env", "noise": "<file> --policy uniform",
        "calibrate": "<data> --mapping map.yaml --out out",
        "label texts": "<file> --scenario SCENARIO --out out",
        "label requests": "<file> --scenario SCENARIO --out out.jsonl",
        "export preferences": "<file> --policy uniform --tau 0.2 --format dpo --out out",
        "label collect": "<answers> --texts c.jsonl --scenario SCENARIO --out out",
        "label sheet": "<labels> --texts c.jsonl --scenario SCENARIO --out out.csv",
        "label agreement": "<truth> <given> --scenario SCENARIO", "annotate": "<file> <conversations> --out out",
        "export csv": "<file> --policy uniform --out out", "export pomdp": "<file> --out out.pomdp",
        "export prism": "<file> --policy uniform --out out", "export efg": "<file> --out out.efg",
        "suite run": "SUITE --policy uniform",
    ]

    /// What stands in the place of inputs that are not the one in question.
    private static func existing(_ name: String) -> String {
        ["file", "files"].contains(name) ? CLI.scenario() : name == "data" ? "data.csv" : "c.jsonl"
    }

    /// Options that name what is written, what may be made, and stores, whose trouble is 74.
    private static let others: Set<String> = ["svg", "html", "out", "write", "cache", "store"]

    /// One argument of a command that names an input.
    private struct Input {
        let command: String
        let name: String
        let isOption: Bool
    }

    private static func inputs() throws -> [Input] {
        let dump = try CLI.start(["--experimental-dump-help"]).ended()
        var found: [Input] = []
        func walk(_ command: JSONValue, _ path: [String]) {
            for child in command["subcommands"]?.arrayValue ?? [] {
                walk(child, path + [child["commandName"]?.stringValue ?? ""])
            }
            for argument in command["arguments"]?.arrayValue ?? [] where argument["completionKind"]?["file"] != nil {
                let isOption = argument["kind"] == .string("option")
                let name =
                    isOption
                    ? argument["preferredName"]?["name"]?.stringValue : argument["valueName"]?.stringValue
                guard let name, !(isOption && others.contains(name)) else { continue }
                found.append(Input(command: path.joined(separator: " "), name: name, isOption: isOption))
            }
        }
        walk(try #require(try JSONValue(parsing: dump.output)["command"]), [])
        return found
    }

    /// The command with a file that is missing in one place.
    private static func line(_ input: Input) throws -> [String] {
        let isExport = input.command.hasPrefix("export ") && lines[input.command] == nil
        let rest = isExport ? "<file> --policy uniform --tau 0.2 --count 3 --out out" : lines[input.command]
        let line = try #require(rest, "\(input.command) is not in the table of this test")
        var words = input.command.split(separator: " ").map(String.init)
        // A sheet is read in place of labels.
        let isSheet = input.name == "read"
        for word in line.split(separator: " ").map(String.init) where !(isSheet && word.hasPrefix("<")) {
            guard word.hasPrefix("<") else {
                words.append(
                    word == "SCENARIO" ? CLI.scenario() : word == "SUITE" ? CLI.root + "/scenarios/suites/strata" : word
                )
                continue
            }
            let name = String(word.dropFirst().dropLast())
            words.append(!input.isOption && name == input.name ? "nowhere" : existing(name))
        }
        guard input.isOption else { return words }
        if let place = words.firstIndex(of: "--\(input.name)") {
            words[place + 1] = "nowhere"
            return words
        }
        // Labels are of answers that a file has.
        return words + (input.name == "answer-labels" ? ["--candidates", "c.jsonl"] : []) + [
            "--\(input.name)", "nowhere",
        ]
    }

    @Test("Is 65 and named, by whichever argument, and nothing is written")
    func missing() throws {
        let inputs = try Self.inputs()
        #expect(inputs.count > 60)
        for input in inputs {
            let folder = try TemporaryFolder()
            for (name, text) in Self.files { try folder.write(name, text) }
            let line = try Self.line(input)
            let ended = try CLI.start(line, in: folder).ended(within: 30)
            #expect(ended.status == 65, "\(line): \(String(describing: ended.status)): \(ended.messages)")
            #expect(ended.messages.contains("nowhere"), "\(line): \(ended.messages)")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == Self.files.keys.sorted(),
                "\(line)")
        }
    }

    @Test("Examples are read before a session begins")
    func sessions() throws {
        let ended = try CLI.start(["play", CLI.scenario(), "--stdio", "--examples", "nowhere"]).ended(within: 30)
        #expect(ended.status == 65 && ended.messages.contains("nowhere"), "\(ended.messages)")
    }
}
