import Foundation
import Output
import Testing

/// Every command that computes for long keeps its run in a store, and ends at Ctrl-C and at SIGTERM with what it has.
@Suite("Long commands")
struct LongCommandTests {
    /// A command that would take hours.
    struct Long: CustomTestStringConvertible, Sendable {
        let name: String
        let arguments: [String]
        /// Whether an interrupted run still has a result to show.
        var hasResult = true

        var testDescription: String { name }
    }

    private static let scenario = CLI.scenario("self-harm-question")

    static let commands = [
        Long(name: "solve, gradient", arguments: ["solve", scenario, "--starts", "5000"]),
        Long(name: "solve, belief", arguments: ["solve", scenario, "--method", "belief", "--gap", "0"]),
        Long(name: "frontier", arguments: ["frontier", scenario, "--points", "1000", "--out", "out"]),
        Long(
            name: "sensitivity",
            arguments: ["sensitivity", scenario, "--policy", "reference", "--points", "10000000", "--out", "out"]),
        Long(name: "pearl", arguments: ["pearl", scenario, "--starts", "1000000"]),
        Long(
            name: "boundary, planned",
            arguments: [
                "boundary", scenario, "--without-constraints", "--vary", "users.malicious.prior", "--vary",
                "users.benign.payoff.helped", "--time-limit", "3000",
            ]),
        Long(
            name: "boundary, held",
            arguments: [
                "boundary", scenario, "--policy", "reference", "--vary", "users.malicious.prior", "--samples", "100000",
            ]),
        Long(
            name: "calibrate",
            arguments: [
                "calibrate", "data.csv", "--mapping", "map.yaml", "--bootstrap", "1000000", "--folds", "0", "--out",
                "out",
            ]),
        Long(
            name: "simulate",
            arguments: ["simulate", scenario, "--policy", "reference", "--episodes", "1000000000000"]),
    ]

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("map.yaml", CalibrateTests.mapping)
        try folder.write("data.csv", CalibrateTests.rows)
        return folder
    }

    private func listed(_ folder: TemporaryFolder) throws -> JSONValue? {
        guard folder.contains("runs.sqlite") else { return nil }
        let ended = try CLI.run("runs", "list", "--store", "runs.sqlite", "--json", in: folder)
        return ended.status == 0 ? try JSONValue(parsing: ended.output)["runs"]?.arrayValue?.first : nil
    }

    @Test(
        "A signal ends it soon, with 130, what was found, and a run that is interrupted", arguments: commands,
        [SIGINT, SIGTERM])
    func interrupted(command: Long, signal: Int32) throws {
        let folder = try folder()
        let child = try CLI.start(command.arguments + ["--store", "runs.sqlite", "--threads", "2"], in: folder)
        let hasBegun = try child.wait(seconds: 60) { try listed(folder)?["status"] == .string("incomplete") }
        try #require(hasBegun, "\(command.name) did not begin")
        Thread.sleep(forTimeInterval: 1)
        child.send(signal)
        let ended = try child.ended(within: 60)
        #expect(ended.status == 130, "\(ended.messages)")
        #expect(!ended.output.isEmpty, "what was found is shown: \(ended.messages)")
        #expect(try listed(folder)?["status"] == .string("interrupted"))
        let shown = try CLI.json("runs", "show", "1", "--store", "runs.sqlite", in: folder)
        let kept = shown["result"]?.objectValue?.isEmpty == false || shown["metrics"]?.arrayValue?.isEmpty == false
        #expect(kept, "what was found is kept")
        #expect(try CLI.run("doctor", "--store", "runs.sqlite", in: folder).status == 0)
    }

    @Test("What is kept of a command is what it printed")
    func kept() throws {
        let folder = try folder()
        for (number, command) in [
            ["explain", Self.scenario, "--policy", "reference"], ["pearl", Self.scenario, "--starts", "2"],
            ["sensitivity", Self.scenario, "--policy", "reference", "--points", "8", "--copies", "2"],
            ["calibrate", "data.csv", "--mapping", "map.yaml", "--folds", "0", "--out", "fit"],
        ].enumerated() {
            let ended = try CLI.start(command + ["--store", "runs.sqlite", "--json"], in: folder).ended(within: 120)
            #expect([0, 1].contains(ended.status), "\(ended.messages)")
            let shown = try CLI.json("runs", "show", "\(number + 1)", "--store", "runs.sqlite", in: folder)
            #expect(shown["result"] == (try JSONValue(parsing: ended.output)))
            #expect(shown["kind"] == .string(command[0]))
            let out = "export\(number)"
            let exported = try CLI.run(
                "runs", "export", "\(number + 1)", "--store", "runs.sqlite", "--out", out, in: folder)
            #expect(exported.status == 0, "\(exported.messages)")
            #expect(try folder.text(out + "/result.json") == ended.output)
            #expect(folder.contains(out + "/report.txt") && folder.contains(out + "/datapackage.json"))
        }
    }
}
