import Foundation
import Output
import Testing

/// Stores as commands meet them: damaged, gone, no files at all; and runs that are recorded before they work.
@Suite("Stores")
struct StoreTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var runs: [JSONValue] {
        get throws {
            let ended = try CLI.run("runs", "list", "--store", "runs.sqlite", "--json", in: folder)
            return ended.status == 0 ? try JSONValue(parsing: ended.output)["runs"]?.arrayValue ?? [] : []
        }
    }

    private func listed(_ key: String) throws -> [String] { try runs.compactMap { $0[key]?.stringValue } }

    @Test("What is no file is refused at once")
    func special() throws {
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        for path in ["pipe", "/dev/zero", ".", ""] {
            for command in [
                ["runs", "list"], ["runs", "show", "1"], ["doctor"],
                ["evaluate", CLI.scenario(), "--policy", "uniform"],
                ["solve", CLI.scenario()],
            ] {
                let ended = try CLI.start(command + ["--store", path], in: folder).ended(within: 20)
                #expect(ended.status == 74, "\(command) \(path): \(ended.messages)")
            }
        }
    }

    @Test("A name that looks like an address is that of a file", arguments: ["file:runs?mode=memory", ":memory:"])
    func address(name: String) throws {
        let ended = try CLI.run("evaluate", CLI.scenario(), "--policy", "uniform", "--store", name, in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(folder.contains(name))
        #expect(try CLI.run("runs", "show", "1", "--store", name, in: folder).status == 0)
    }

    @Test("A damaged store is said to be damaged, by every command that reads it")
    func damaged() throws {
        _ = try CLI.json(
            "simulate", CLI.scenario(), "--policy", "uniform", "--episodes", "200", "--trajectories", "--store",
            "runs.sqlite", in: folder)
        // All pages but the first, which has the header and the schema.
        var bytes = try #require(FileManager.default.contents(atPath: folder.file("runs.sqlite")))
        try #require(bytes.count > 8192)
        bytes.replaceSubrange(4096..., with: Data(repeating: 0xFF, count: bytes.count - 4096))
        try bytes.write(to: URL(fileURLWithPath: folder.file("runs.sqlite")))
        for command in [
            ["runs", "show", "1"], ["runs", "export", "1", "--out", "out"], ["runs", "compare", "1", "1"],
        ] {
            let ended = try CLI.start(command + ["--store", "runs.sqlite"], in: folder).ended()
            #expect(ended.status == 74, "\(command): \(ended.messages)")
            #expect(ended.messages.contains("is damaged"), "\(ended.messages)")
        }
        #expect(!folder.contains("out"))
    }

    @Test("A run shows before its work is done; Ctrl-C in solve is interrupted, with what was found")
    func interruptedSolve() throws {
        let child = try CLI.start(
            [
                "solve", CLI.scenario("self-harm-question"), "--method", "belief", "--gap", "0", "--time-limit", "60",
                "--store", "runs.sqlite",
            ], in: folder)
        let hasBegun = try child.wait(seconds: 30) { try listed("status") == ["incomplete"] }
        #expect(hasBegun)
        child.send(SIGINT)
        let ended = try child.ended()
        #expect(ended.status == 130, "\(ended.messages)")
        #expect(try listed("status") == ["interrupted"])
        #expect(try listed("kind") == ["solve"])
        let again = try CLI.run("runs", "resume", "1", "--store", "runs.sqlite", in: folder)
        #expect(again.status == 65)
        #expect(again.messages.contains("--method belief --gap 0 --time-limit 60"), "it says how to run it again")
        #expect(!again.messages.contains("\\u{"))
    }

    @Test("What is refused leaves no run; policies of one evaluation are runs of their own")
    func failed() throws {
        let failed = try CLI.run(
            "evaluate", CLI.scenario(), "--policy", "uniform", "--policy", "reference", "--csv", "new", "--store",
            "runs.sqlite", in: folder)
        #expect(failed.status == 0, "\(failed.messages)")
        #expect(try listed("status") == ["complete", "complete"])
        #expect(try listed("policy") == ["uniform", "reference"])
        let unknown = try CLI.run(
            "export", "dpo", CLI.scenario(), "--policy", "uniform", "--tau", "0", "--out", "dpo", "--store",
            "runs.sqlite",
            in: folder)
        #expect(unknown.status == 65)
        #expect(try listed("status") == ["complete", "complete"])
    }

    @Test("A store that is removed while it is written to is no store that was recorded in")
    func removed() throws {
        let child = try CLI.start(
            [
                "solve", CLI.scenario("self-harm-question"), "--method", "belief", "--gap", "0", "--time-limit", "60",
                "--store", "runs.sqlite",
            ], in: folder)
        #expect(try child.wait(seconds: 30) { try listed("status") == ["incomplete"] })
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        child.send(SIGINT)
        let ended = try child.ended()
        #expect(ended.status == 74)
        #expect(ended.messages.contains("removed, moved or replaced"))
        #expect(!ended.messages.contains("recorded as run"))
        #expect(!ended.output.isEmpty, "what was found is still shown")
    }

    @Test(
        "A number of episodes that nobody can have asked for is damage, not a run without end",
        arguments: [Int64.max, 1_000_000_000_000_001, 0])
    func requestedEpisodes(stored: Int64) throws {
        let most: Int64 = 1_000_000_000_000_000
        let child = try CLI.start(
            [
                "simulate", CLI.scenario(), "--policy", "uniform", "--episodes", "\(most)", "--threads", "1", "--store",
                "runs.sqlite",
            ], in: folder)
        #expect(try child.wait(seconds: 30) { try listed("status") == ["incomplete"] })
        child.send(SIGINT)
        #expect(try child.ended().status == 130)
        // SQLite stores whole numbers of this size in eight bytes, the highest first.
        func bytes(_ number: Int64) -> Data { withUnsafeBytes(of: number.bigEndian) { Data($0) } }
        var file = try Data(contentsOf: URL(fileURLWithPath: folder.file("runs.sqlite")))
        let place = try #require(file.range(of: bytes(most)))
        file.replaceSubrange(place, with: bytes(stored))
        try file.write(to: URL(fileURLWithPath: folder.file("runs.sqlite")))
        let resumed = try CLI.run("runs", "resume", "1", "--store", "runs.sqlite", in: folder)
        #expect(resumed.status == 74, "\(resumed.messages)")
        #expect(resumed.messages.contains("has \(stored) in the column requested_episodes"))
        #expect(try listed("status") == ["interrupted"])
    }

    @Test(
        "A simulation whose store vanishes before its last checkpoint is recorded nowhere", arguments: [[], ["--json"]])
    func removedBeforeTheEnd(json: [String]) throws {
        let child = try CLI.start(
            [
                "simulate", CLI.scenario(), "--policy", "uniform", "--episodes", "1000000000000", "--threads", "1",
                "--store", "runs.sqlite",
            ] + json, in: folder)
        #expect(try child.wait(seconds: 30) { try listed("status") == ["incomplete"] })
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        child.send(SIGINT)
        let ended = try child.ended()
        #expect(ended.status == 74, "\(ended.messages)")
        #expect(ended.messages.contains("removed, moved or replaced"))
        #expect(!ended.messages.contains("recorded as run") && !ended.messages.contains("runs resume"))
        #expect(ended.output.contains("unresolved"), "what was played is still shown")
        // One document, whatever fails after it.
        if !json.isEmpty { _ = try Shape.canonical(ended.output) }
    }
}
