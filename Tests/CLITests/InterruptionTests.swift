import Foundation
import Output
import Testing

/// Runs that are cut short: what was finished is kept, and going on gives the bytes of a run that was not.
@Suite("Interrupted simulations")
struct InterruptionTests {
    /// Starts a recorded simulation long enough to be cut, whatever the machine, and cuts it once its store has begun to fill.
    ///
    /// - Returns: the folder with the store, the number of episodes asked for, and how the child ended.
    private func cut(
        by signal: Int32, episodes first: Int, _ options: [String]
    ) throws -> (folder: TemporaryFolder, episodes: Int, ended: ChildProcess.Ended) {
        var episodes = first
        while true {
            let folder = try TemporaryFolder()
            let child = try CLI.start(command(episodes) + options + ["--store", "runs.sqlite"], in: folder)
            let hasBegun = try child.wait(seconds: 30) { try progress(folder) > 0 }
            child.send(signal)
            let ended = try child.ended()
            if hasBegun, ended.status != 0 { return (folder, episodes, ended) }
            try #require(episodes < first * 64, "the simulation cannot be caught before its end")
            episodes *= 4
        }
    }

    private func command(_ episodes: Int) -> [String] {
        ["simulate", CLI.scenario(), "--policy", "reference", "--episodes", "\(episodes)", "--seed", "7", "--json"]
    }

    /// How many episodes the only run of a store holds so far.
    private func progress(_ folder: TemporaryFolder) throws -> Int {
        guard folder.contains("runs.sqlite") else { return 0 }
        return try run(folder)?["episodes"]?.integerValue ?? 0
    }

    private func run(_ folder: TemporaryFolder) throws -> JSONValue? {
        let ended = try CLI.run("runs", "list", "--store", "runs.sqlite", "--json", in: folder)
        // A store that is just being made may not be readable yet.
        guard ended.status == 0 else { return nil }
        return try JSONValue(parsing: ended.output)["runs"]?.arrayValue?.first
    }

    private func exportedRows(_ folder: TemporaryFolder) throws -> [String: Data] {
        let ended = try CLI.run("runs", "export", "1", "--store", "runs.sqlite", "--out", "rows", in: folder)
        #expect(ended.status == 0, "\(ended.messages)")
        return try folder.contents(of: "rows").filter { $0.key.hasSuffix(".csv") }
    }

    @Test("Ctrl-C keeps what was finished, says how to go on, and going on gives the same JSON")
    func interrupt() throws {
        let (folder, episodes, ended) = try cut(by: SIGINT, episodes: 40_000_000, ["--threads", "1"])
        #expect(ended.status == 130)
        #expect(ended.messages.contains("sim-cli runs resume 1 --store runs.sqlite"))
        let partial = try Shape.canonical(ended.output)
        let finished = try #require(partial["episodes"]?.integerValue)
        #expect(finished > 0 && finished < episodes)
        #expect(partial["requested_episodes"] == .integer(episodes))
        let listed = try #require(try run(folder))
        #expect(listed["status"] == .string("interrupted"))
        #expect(listed["episodes"] == .integer(finished))

        let resumed = try CLI.run("runs", "resume", "1", "--store", "runs.sqlite", "--json", in: folder)
        #expect(resumed.status == 0, "\(resumed.messages)")
        let whole = try CLI.start(command(episodes)).ended()
        #expect(resumed.output == whole.output)
        #expect(try run(folder)?["status"] == .string("complete"))
    }

    /// The time between the start of the program and Ctrl-C differs, so that the signal comes before, while and after the work
    /// begins to heed it.
    @Test("Ctrl-C is never lost, whenever it comes", arguments: [0, 0.002, 0.01, 0.05, 0.25, 1])
    func neverLost(seconds: Double) throws {
        for _ in 0..<4 {
            let child = try CLI.start([
                "simulate", CLI.scenario(), "--policy", "uniform", "--episodes", "1000000000000", "--threads", "1",
            ])
            let isReady = child.wait(seconds: 60) { child.awaitsInterrupt }
            try #require(isReady)
            Thread.sleep(forTimeInterval: seconds)
            child.send(SIGINT)
            #expect(try child.ended(within: 60).status == 130)
        }
    }

    @Test("kill -9 leaves a store that opens, and going on gives the same JSON and the same rows; rm removes them")
    func kill() throws {
        let (folder, episodes, ended) = try cut(by: SIGKILL, episodes: 200_000, ["--trajectories"])
        #expect(ended.status == nil)
        #expect(ended.output.isEmpty)
        let listed = try #require(try run(folder))
        #expect(listed["status"] == .string("incomplete"))
        let healthy = try CLI.run("doctor", "--store", "runs.sqlite", in: folder)
        #expect(healthy.status == 0, "\(healthy.messages)")

        let resumed = try CLI.run("runs", "resume", "1", "--store", "runs.sqlite", "--json", in: folder)
        #expect(resumed.status == 0, "\(resumed.messages)")
        let other = try TemporaryFolder()
        let whole = try CLI.start(
            command(episodes) + ["--trajectories", "--store", "runs.sqlite"], in: other
        ).ended()
        #expect(whole.status == 0)
        #expect(resumed.output == whole.output)
        let rows = try exportedRows(folder)
        #expect(rows.keys.sorted() == ["episodes.csv", "results.csv", "turns.csv"])
        #expect(try exportedRows(other) == rows)
        #expect(rows["episodes.csv"].map { $0.split(separator: 0x0A).count } == episodes + 1)

        #expect(try CLI.run("runs", "rm", "1", "--compact", "--store", "runs.sqlite", in: folder).status == 0)
        #expect(try run(folder) == nil)
        let size = try FileManager.default.attributesOfItem(atPath: folder.file("runs.sqlite"))[.size] as? Int
        #expect(try #require(size) < 1_000_000)
    }

    @Test("What cannot be resumed says why")
    func notResumable() throws {
        let folder = try TemporaryFolder()
        _ = try CLI.json("evaluate", CLI.scenario(), "--policy", "uniform", "--store", "runs.sqlite", in: folder)
        let evaluated = try CLI.run("runs", "resume", "1", "--store", "runs.sqlite", in: folder)
        #expect(evaluated.status == 65)
        #expect(evaluated.messages.contains("only simulations can be resumed"))
        let missing = try CLI.run("runs", "resume", "2", "--store", "runs.sqlite", in: folder)
        #expect(missing.status == 74)
        #expect(missing.messages.contains("run 2 is not in the store"))
        _ = try CLI.json(
            "simulate", CLI.scenario(), "--policy", "uniform", "--episodes", "100", "--store", "runs.sqlite", in: folder
        )
        #expect(try CLI.run("runs", "resume", "2", "--store", "runs.sqlite", in: folder).status != 0)
    }
}
