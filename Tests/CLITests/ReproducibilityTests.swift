import Foundation
import Output
import Testing

@Suite("The same command gives the same bytes")
struct ReproducibilityTests {
    /// Runs a command twice in folders of their own, with other numbers of threads, and gives back both folders.
    private func twice(_ arguments: [String], threads: [String] = ["1", "2"]) throws -> [TemporaryFolder] {
        try threads.map { count in
            let folder = try TemporaryFolder()
            let ended = try CLI.start(arguments + ["--threads", count, "--quiet"], in: folder).ended()
            #expect(ended.status == 0, "\(ended.messages)")
            try folder.write("output", ended.output)
            return folder
        }
    }

    @Test("Threads never change what simulate prints")
    func simulate() throws {
        let folders = try twice([
            "simulate", CLI.scenario("self-harm-question"), "--policy", "reference", "--compare", "uniform",
            "--episodes", "300001", "--json",
        ])
        #expect(try folders[0].text("output") == folders[1].text("output"))
    }

    @Test("Threads never change what solve prints, but for the seconds, nor the policy that it writes")
    func solve() throws {
        let folders = try twice([
            "solve", CLI.scenario("benign-but-scary"), "--starts", "3", "--perturbations", "2", "--json", "--out",
            "policy.json",
        ])
        #expect(try folders[0].contents()["policy.json"] == folders[1].contents()["policy.json"])
        let printed = try folders.map { folder in
            try folder.text("output").split(separator: "\n").filter { !$0.contains(#""seconds":"#) }
        }
        #expect(printed[0] == printed[1])
    }

    @Test(
        "Threads and repetition never change an exported folder",
        arguments: [
            ["dpo", "--policy", "reference", "--tau", "0.2", "--labels", "quota"],
            ["dpo", "--policy", "uniform", "--tau", "0.3", "--labels", "sampled", "--nodes", "sampled"],
            ["candidates", "--policy", "reference", "--variants", "2"],
            ["dpo", "--policy", "reference", "--tau", "0.2", "--rows-per-pair", "2", "--rationale"],
            ["csv", "--policy", "reference", "--policy", "always:refuse"],
        ])
    func export(arguments: [String]) throws {
        let line = ["export", arguments[0], CLI.scenario(), "--out", "data"] + arguments.dropFirst()
        let folders = try twice(line)
        let first = try folders[0].contents(of: "data")
        #expect(!first.isEmpty)
        #expect(try folders[1].contents(of: "data") == first)
        // The same command again is refused, and gives the same bytes when forced.
        let refused = try CLI.start(line, in: folders[0]).ended()
        #expect(refused.status == 74)
        #expect(refused.messages.contains("--force"))
        #expect(try CLI.start(line + ["--force"], in: folders[0]).ended().status == 0)
        #expect(try folders[0].contents(of: "data") == first)
        #expect(try folders[0].contents().keys.allSatisfy { $0 == "output" || $0.hasPrefix("data/") })
    }

    @Test("Another seed gives other sampled rows")
    func seeds() throws {
        let folders = try ["1", "2"].map { seed in
            let folder = try TemporaryFolder()
            let ended = try CLI.run(
                "export", "dpo", CLI.scenario(), "--policy", "reference", "--tau", "0.2", "--out", "data", "--nodes",
                "sampled", "--seed", seed, in: folder)
            #expect(ended.status == 0)
            return folder
        }
        #expect(try folders[0].contents()["data/data/train.jsonl"] != folders[1].contents()["data/data/train.jsonl"])
    }

    @Test(
        "An export that fails leaves nothing behind",
        arguments: [
            (["dpo", "--policy", "uniform"], 65), (["dpo", "--policy", "uniform", "--tau", "0.2", "--count", "0"], 64),
            (["dpo", "--policy", "always:nothing", "--tau", "0.2"], 65), (["csv", "--policy", "nowhere.json"], 65),
            (["candidates", "--policy", "uniform", "--reference-share", "2"], 64),
        ] as [([String], Int32)])
    func failedExport(arguments: [String], status: Int32) throws {
        let folder = try TemporaryFolder()
        let ended = try CLI.start(
            ["export", arguments[0], CLI.scenario(), "--out", "data"] + arguments.dropFirst(), in: folder
        ).ended()
        #expect(ended.status == status)
        #expect(try folder.contents().isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("An export that is to replace a folder and fails leaves the old one as it was")
    func failedReplacement() throws {
        let folder = try TemporaryFolder()
        let line = ["export", "csv", CLI.scenario(), "--out", "data", "--policy"]
        #expect(try CLI.start(line + ["uniform"], in: folder).ended().status == 0)
        let before = try folder.contents()
        #expect(try CLI.start(line + ["nowhere.json", "--force"], in: folder).ended().status == 65)
        #expect(try folder.contents() == before)
    }
}
