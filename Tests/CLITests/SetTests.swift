import Foundation
import Output
import Testing

/// `--set`: numbers of a scenario on the command line, in every output and through the store.
@Suite("Numbers set on the command line")
struct SetTests {
    private static let set = ["--set", "users.owner.payoff.helped=2.5", "--set", "discount=0.75"]
    private static let line = "Set: users.owner.payoff.helped = 2.5, discount = 0.75"

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func start(_ arguments: [String]) throws -> ChildProcess.Ended {
        try CLI.start(arguments, in: folder).ended(within: 120)
    }

    @Test(
        "Every command that reads a scenario takes it and says so in both forms",
        arguments: [
            ["evaluate", "--policy", "reference"], ["simulate", "--policy", "reference", "--episodes", "200"],
            ["solve", "--starts", "2", "--perturbations", "1"], ["explain", "--policy", "reference", "--top", "0"],
            ["pearl", "--starts", "2", "--max-risk", "1"],
            ["boundary", "--policy", "reference", "--vary", "users.thief.prior=0.1..0.2", "--samples", "0"],
            ["sensitivity", "--policy", "reference", "--points", "8", "--copies", "2"],
            ["frontier", "--points", "5", "--starts", "2", "--out", "f", "--force"],
            ["play", "--policy", "reference", "--episodes", "2", "--show", "0"], ["validate"],
            ["export", "pomdp", "--out", "pomdp", "--force"],
            ["export", "dpo", "--policy", "reference", "--tau", "0.3", "--out", "dpo", "--force"],
        ])
    func everywhere(command: [String]) throws {
        let words = command.prefix { !$0.hasPrefix("-") }
        let arguments = words + [CLI.scenario()] + command.dropFirst(words.count)
        let text = try start(Array(arguments) + Self.set)
        #expect(text.output.contains(Self.line), "\(text.output) \(text.messages)")
        let ended = try start(Array(arguments) + Self.set + ["--json"])
        let json = try JSONValue(parsing: ended.output)
        let listed = json["set"] ?? json["files"]?.arrayValue?.first?["set"]
        #expect(listed?.arrayValue?.map { $0["value"]?.doubleValue } == [2.5, 0.75], "\(ended.output.prefix(400))")
        let plain = try start(Array(arguments) + ["--json"])
        #expect(!plain.output.contains("\"set\":"))
    }

    @Test("Data dictionaries, manifests, cards and pictures say it")
    func files() throws {
        let paths: [(command: [String], files: [String])] = [
            (["evaluate", CLI.scenario(), "--policy", "reference", "--csv", "e"], ["e/datapackage.json"]),
            (["export", "csv", CLI.scenario(), "--policy", "reference", "--out", "c"], ["c/datapackage.json"]),
            (
                ["export", "dpo", CLI.scenario(), "--policy", "reference", "--tau", "0.3", "--out", "d"],
                ["d/manifest.json", "d/README.md"]
            ),
            (["export", "pomdp", CLI.scenario(), "--out", "p"], ["p/manifest.json", "p/starter.pomdp"]),
            (
                [
                    "sensitivity", CLI.scenario(), "--policy", "reference", "--points", "8", "--copies", "2", "--out",
                    "s",
                ],
                ["s/datapackage.json", "s/tornado.svg"]
            ),
            (
                [
                    "boundary", CLI.scenario(), "--policy", "reference", "--vary", "users.thief.prior", "--samples",
                    "0", "--out", "b",
                ],
                ["b/datapackage.json", "b/boundary.svg"]
            ),
            (["solve", CLI.scenario(), "--starts", "2", "--out", "policy.json"], ["policy.json"]),
        ]
        for (command, files) in paths {
            let ended = try start(command + Self.set)
            #expect(ended.status == 0 || ended.status == 1, "\(command): \(ended.messages)")
            for file in files {
                let text = try folder.text(file)
                #expect(
                    text.contains("\"set\"") || text.contains("users.owner.payoff.helped = 2.5"), "\(file)")
            }
        }
    }

    @Test("A run of the store keeps what was set, and is resumed with it")
    func stored() throws {
        let run = ["simulate", CLI.scenario(), "--policy", "reference", "--episodes", "3000000", "--store", "r.sqlite"]
        let whole = try start(
            [
                "simulate", CLI.scenario(), "--policy", "reference", "--episodes", "20000", "--json", "--store",
                "w.sqlite",
            ]
                + Self.set)
        #expect(whole.status == 0)
        let shown = try start(["runs", "show", "1", "--store", "w.sqlite"])
        #expect(shown.output.contains("users.owner.payoff.helped"), "\(shown.output)")
        let child = try CLI.start(run + Self.set, in: folder)
        usleep(400_000)
        child.send(SIGINT)
        let ended = try child.ended(within: 60)
        guard ended.status == 130 else { return }
        let resumed = try start(["runs", "resume", "1", "--store", "r.sqlite", "--json"])
        #expect(resumed.status == 0, "\(resumed.messages)")
        let json = try JSONValue(parsing: resumed.output)
        #expect(json["set"]?.arrayValue?.count == 2)
        let again = try start(run.dropLast(2) + Self.set + ["--json"])
        #expect(try JSONValue(parsing: again.output)["payoff"] == json["payoff"])
    }

    @Test("What cannot be set ends with 65 and says why; what is no change, with 64")
    func refused() throws {
        let command = ["evaluate", CLI.scenario(), "--policy", "reference", "--set"]
        let misspelt = try start(command + ["users.owner.prio=0.3"])
        #expect(misspelt.status == 65 && misspelt.messages.contains("did you mean users.owner.prior?"))
        let outside = try start(command + ["users.owner.prior=1.5"])
        #expect(outside.status == 65 && outside.messages.contains("it must be in [0, 1]"))
        let none = try start(command + ["users.owner.prior"])
        #expect(none.status == 64 && none.messages.contains("write PATH=VALUE"))
        let validated = try start(["validate", CLI.scenario(), "--json", "--set", "discont=1"])
        #expect(validated.status == 65)
        #expect(try JSONValue(parsing: validated.output)["files"]?.arrayValue?.first?["valid"] == .bool(false))
        let suite = try start(["suite", "run", "strata", "--set", "discount=1"])
        #expect(suite.status == 64 && suite.messages.contains("a suite takes no --set"))
    }

    @Test("With numbers set, what is evaluated is what a file with these numbers leads to")
    func asTheFile() throws {
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        let edited = text.replacingOccurrences(of: "at_most: 0.05", with: "at_most: 0.125")
        #expect(edited != text)
        try folder.write("edited.yaml", edited)
        let path = "objective.constraints.thief.misused.at_most=0.125"
        let solve = ["--starts", "2", "--perturbations", "1", "--json"]
        let set = try JSONValue(parsing: start(["solve", CLI.scenario(), "--set", path] + solve).output)
        let file = try JSONValue(parsing: start(["solve", "edited.yaml"] + solve).output)
        #expect(set["payoff"] == file["payoff"] && set["payoff"] != nil)
        #expect(set["game_hash"] == file["game_hash"])
        // The limit is no part of the game's hash, and names runs all the same.
        func run(_ more: [String]) throws -> JSONValue? {
            let ended = try start(
                ["export", "csv", CLI.scenario(), "--policy", "reference", "--out", "x", "--force", "--json"] + more)
            return try JSONValue(parsing: ended.output)["run_id"]
        }
        let (plain, other) = (try run([]), try run(["--set", path]))
        #expect(plain != nil && plain != other)
    }
}
