import Foundation
import Output
import Testing

@Suite("Sweeps on the command line")
struct SweepTests {
    private func files(_ folder: TemporaryFolder, _ name: String) throws -> [String: Data] {
        try folder.contents(of: name)
    }

    @Test("A point is what evaluate says of the scenario with that number")
    func agreesWithEvaluate() throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
        let swept = try CLI.json(
            "sweep", CLI.scenario(), "--over", "users.thief.prior=0.1:0.3:3", "--policy", "reference", "--policy",
            "always:refuse", in: folder)
        let results = try #require(swept["results"]?.arrayValue)
        #expect(results.count == 6 && swept["complete"] == .bool(true))
        try folder.write(
            "changed.yaml",
            text.replacingOccurrences(of: "prior: 0.85 ", with: "prior: 0.8 ")
                .replacingOccurrences(of: "prior: 0.15 ", with: "prior: 0.2 "))
        let judged = try CLI.json(
            "evaluate", "changed.yaml", "--policy", "reference", "--policy", "always:refuse", in: folder)
        for (index, policy) in try #require(judged["policies"]?.arrayValue).enumerated() {
            let point = results[2 + index]
            #expect(point["policy"] == policy["policy"])
            for key in ["payoff", "safe"] {
                let (a, b) = (try #require(point[key]?.doubleValue), try #require(policy[key]?.doubleValue))
                #expect(abs(a - b) < 1e-12)
            }
        }
    }

    @Test("The best policy of every point is that of solve, and limits that nobody can keep are not finished")
    func solved() throws {
        let folder = try TemporaryFolder()
        let json = try CLI.json(
            "sweep", CLI.scenario(), "--over", "objective.constraints.thief.misused.at_most=0,0.05,0.5", "--solve",
            "gradient", "--starts", "4", "--out", "w", in: folder,
            status: 1)
        let results = try #require(json["results"]?.arrayValue)
        let solved = try CLI.json("solve", CLI.scenario(), "--starts", "4", in: folder)
        #expect(results[1]["value"] == solved["value"] && results[1]["upper"] == solved["upper"])
        #expect(results[1]["method"] == .string("gradient"))
        // Looser limits are worth no less.
        let values = results.compactMap { $0["value"]?.doubleValue }
        #expect(values.count == 3 && zip(values, values.dropFirst()).allSatisfy { $0 <= $1 + 1e-9 })
        #expect(results.map { $0["complete"] } == [.bool(false), .bool(true), .bool(true)])
        #expect(results[0]["status"] == .string("infeasible"))
        for name in ["sweep.csv", "outcomes.csv", "openings.csv", "datapackage.json", "sweep.svg"] {
            #expect(folder.contains("w/\(name)"))
        }
    }

    @Test("Neither threads nor a kill in between change a byte", arguments: [SIGINT, SIGKILL])
    func resumed(signal: Int32) throws {
        let folder = try TemporaryFolder()
        let command = [
            "sweep", CLI.scenario("self-harm-question"), "--over", "users.malicious.prior=0.01:0.3:12", "--over",
            "discount=0.8,0.9", "--policy", "reference", "--solve", "gradient", "--starts", "2", "--controller", "last",
        ]
        let whole = try CLI.start(command + ["--out", "whole", "--threads", "1"], in: folder).ended()
        #expect(whole.status == 0 || whole.status == 1, "\(whole.messages)")
        let stored = command + ["--store", "runs.sqlite", "--threads", "2", "--out", "again"]
        let child = try CLI.start(stored, in: folder)
        func finished() throws -> Int {
            guard folder.contains("runs.sqlite") else { return 0 }
            let ended = try CLI.run("runs", "show", "1", "--store", "runs.sqlite", "--json", in: folder)
            return ended.status == 0 ? 1 : 0
        }
        _ = try child.wait(seconds: 60) { try finished() > 0 }
        child.send(signal)
        let ended = try child.ended()
        if ended.status != 0, ended.status != 1 {
            #expect(!folder.contains("again"))
            if signal == SIGINT {
                #expect(ended.status == 130)
                #expect(ended.messages.contains("--resume"))
            }
            let resumed = try CLI.start(stored + ["--resume"], in: folder).ended()
            #expect(resumed.status == whole.status, "\(resumed.messages)")
        }
        #expect(try files(folder, "again") == files(folder, "whole"))
        let list = try CLI.json("runs", "list", "--store", "runs.sqlite", in: folder)
        let runs = try #require(list["runs"]?.arrayValue)
        #expect(runs.map { $0["kind"] } == [.string("sweep")] && runs.map { $0["status"] } == [.string("complete")])
        let nothing = try CLI.start(stored + ["--resume", "--force"], in: folder).ended()
        #expect(nothing.status == 65 && nothing.messages.contains("no unfinished sweep"))
    }

    @Test(
        "What cannot be swept is said, with what to write instead",
        arguments: [
            (["--over", "users.thief.prior=0.1:0.3:3"], 64, "--policy P, --solve METHOD"),
            (["--policy", "reference"], 64, "--over PATH=VALUES"),
            (["--over", "users.thief.prior", "--policy", "reference"], 64, "PATH=VALUES"),
            (["--over", "users.theif.prior=0.1,0.2", "--policy", "reference"], 65, "did you mean users.thief.prior"),
            (["--over", "users.thief.prior=0.1:1.3:3", "--policy", "reference"], 65, "in [0, 1]"),
            (["--over", "users.thief.prior=0.1:x:3", "--policy", "reference"], 65, "is no number"),
            (["--over", "users.thief.prior=0.1:0.2:1", "--policy", "reference"], 65, "whole number from 2"),
            (["--over", "discount=0.9,0.9", "--policy", "reference"], 65, "a value twice"),
            (["--over", "discount=0.9,1", "--over", "discount=0.9,1", "--policy", "reference"], 65, "twice"),
            (
                [
                    "--over", "users.thief.prior=0.1,0.2", "--over", "users.owner.prior=0.1,0.2", "--policy",
                    "reference",
                ], 65,
                "one distribution"
            ),
            (["--over", "discount=0.9,1", "--policy", "always:nothing"], 65, "nothing"),
            (["--over", "discount=0.9,1", "--solve", "soft"], 64, "gradient or belief"),
            (["--over", "discount=0.9,1", "--policy", "reference", "--measure", "joy"], 65, "is no measure"),
            (["--over", "discount=0.9,1", "--policy", "reference", "--resume"], 64, "--store"),
        ] as [([String], Int32, String)])
    func refused(options: [String], status: Int32, words: String) throws {
        let ended = try CLI.start(["sweep", "starter.yaml"] + options).ended()
        #expect(ended.status == status)
        #expect(ended.messages.contains(words), "\(ended.messages)")
    }

    @Test("A point that makes no game fails alone, and the others are kept")
    func failedPoint() throws {
        // The other types have prior 0, so that nothing says how to share what a smaller prior leaves.
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: CLI.scenario(), encoding: .utf8)
            .replacingOccurrences(of: "prior: 0.85 ", with: "prior: 1.0 ")
            .replacingOccurrences(of: "prior: 0.15 ", with: "prior: 0.0 ")
        try folder.write("one.yaml", text)
        let ended = try CLI.start(
            ["sweep", "one.yaml", "--over", "users.owner.prior=0.5,1", "--policy", "reference"], in: folder
        ).ended()
        #expect(ended.status == 65 && ended.messages.contains("nothing says how to share"), "\(ended.messages)")
    }

    @Test("An unfinished search is marked in every output", arguments: [1, 2])
    func unfinished(axes: Int) throws {
        let folder = try TemporaryFolder()
        let over = ["--over", "discount=0.9,0.95"] + (axes == 2 ? ["--over", "users.malicious.prior=0.05,0.1"] : [])
        let ended = try CLI.start(
            ["sweep", CLI.scenario("self-harm-question")] + over + [
                "--solve", "belief", "--gap", "0", "--time-limit", "0.2", "--out", "w",
            ], in: folder
        ).ended()
        #expect(ended.status == 1, "\(ended.messages)")
        #expect(ended.output.contains("Not finished: ") && ended.output.contains("not complete"))
        let csv = try String(contentsOfFile: folder.file("w/sweep.csv"), encoding: .utf8)
        #expect(csv.contains("complete") && csv.contains(",false,"))
        let svg = try String(contentsOfFile: folder.file("w/sweep.svg"), encoding: .utf8)
        #expect(svg.contains("class=\"open\"") && svg.contains("Not finished: "))
        #expect(!svg.contains("inf") || svg.contains("infeasible"))
    }
}
