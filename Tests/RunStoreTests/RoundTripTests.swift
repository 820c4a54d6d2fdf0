import NumericalMethods
import RunStore
import Testing

@Suite("What is recorded is read back")
struct RoundTripTests {
    let folder: TemporaryFolder
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.file("runs.sqlite"), access: .write)
    }

    @Test("items and scores of suites, bit for bit")
    func suite() throws {
        var run = Fixture.run()
        run.kind = .suite
        let permit = try store.begin(run, names: RunNames())
        try store.append(
            permit, RowBatch(suiteItems: Fixture.suiteItems), checkpoint: Fixture.checkpoint(blocks: 1), at: "t")
        #expect(try store.suiteItems(of: permit.run) == Fixture.suiteItems)
        #expect(try store.run(permit.run).summary.kind == .suite)
        #expect(
            try store.texts("SELECT suite_case, policy, user, measure, n FROM suite_scores_readable") == [
                "low-locks | best |  | risk | -", "low-locks | best | bad | risk | 50",
            ])
        var broken = Fixture.suiteItems[0]
        broken.item = 2
        broken.scores[0].value = Estimate(exact: .nan)
        let error = #expect(throws: StoreError.self) {
            try store.append(
                permit, RowBatch(suiteItems: [broken]), checkpoint: Fixture.checkpoint(blocks: 2), at: "t")
        }
        #expect(error?.description == "item 2: risk is nan; it must be finite")
        #expect(try store.suiteItems(of: permit.run).count == 2, "nothing of a refused batch stays")
    }

    @Test("a run, from begin to finish")
    func wholeRun() throws {
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        #expect(try store.run(permit.run).summary.status == .incomplete)
        #expect(try store.run(permit.run).checkpoint == nil)
        try Fixture.record(store, permit, blocks: 0..<3)
        #expect(try store.runs().map(\.progress) == [1])
        try store.finish(permit, Fixture.results, at: "2026-01-01T00:02:00Z")

        let details = try store.run(permit.run)
        let turns = (0..<3).flatMap { Fixture.batch(block: $0).turns }
        #expect(
            details.summary
                == RunSummary(
                    id: permit.run, kind: .simulate, status: .complete, scenario: "sleeping-pills",
                    policy: "always:guide",
                    seed: .max, requestedEpisodes: 30, blocks: 3, episodes: 30, turns: turns.count,
                    startedAt: "2026-01-01T00:00:00Z", updatedAt: "2026-01-01T00:02:00Z",
                    finishedAt: "2026-01-01T00:02:00Z"))
        #expect(details.names == Fixture.names)
        #expect(details.policy == Fixture.run().policy)
        #expect(details.scenarioText == "name: pills\n")
        #expect(details.settings == #"{"threads":2}"#)
        #expect(details.checkpoint == Fixture.checkpoint(blocks: 3))
        #expect(try store.outcomes(of: permit.run) == Fixture.results.outcomes)
        #expect(try store.metrics(of: permit.run) == Fixture.results.metrics)
        #expect(try store.turns(of: permit.run, in: 0..<30) == turns)
        #expect(try store.episodes(of: permit.run, in: 10..<20) == Fixture.batch(block: 1).episodes)
        #expect(try store.problems() == [])
    }

    @Test("pairs keep their order over batches")
    func pairs() throws {
        let permit = try store.begin(Fixture.run(.export), names: Fixture.names)
        for (block, pair) in Fixture.pairs.enumerated() {
            try store.append(
                permit, RowBatch(pairs: [pair]), checkpoint: Checkpoint(blocks: block + 1, episodes: 0, state: "{}"),
                at: "t")
        }
        #expect(try store.pairs(of: permit.run, in: 0..<10) == Fixture.pairs)
        #expect(try store.pairs(of: permit.run, in: 1..<2) == [Fixture.pairs[1]])
    }

    @Test("batches of all sizes around a statement's", arguments: [0, 1, 49, 50, 51, 100, 1_237])
    func batchSizes(size: Int) throws {
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        let turns = (0..<size).map {
            TurnRow(episode: Int64($0), turn: 1, state: $0 % 2, cue: 0, response: $0 % 3, reaction: 0)
        }
        try store.append(permit, RowBatch(turns: turns), checkpoint: Fixture.checkpoint(blocks: 1), at: "t")
        #expect(try store.turns(of: permit.run, in: 0..<Int64(size + 1)) == turns)
    }

    @Test("scenario texts and policies are kept once")
    func shared() throws {
        let first = try store.begin(Fixture.run(), names: Fixture.names)
        _ = try store.begin(Fixture.run(.solve), names: Fixture.names)
        #expect(try store.tableCounts()["policies"] == 1)
        #expect(try store.tableCounts()["scenarios"] == 1)

        let found = PolicyText(label: "solved.json", hash: "5017", json: "{}")
        try store.finish(first, RunResults(policy: found), at: "t")
        #expect(try store.run(first.run).policy == found)
        #expect(try store.tableCounts()["policies"] == 2)
    }

    @Test("a hash cannot mean two texts")
    func hashConflict() throws {
        _ = try store.begin(Fixture.run(), names: Fixture.names)
        var other = Fixture.run()
        other.scenarioText = "name: other\n"
        let error = #expect(throws: StoreError.self) { try store.begin(other, names: Fixture.names) }
        #expect(
            error?.description
                == "scenarios[5ce7] is already stored with another text; equal hashes need equal texts")
        #expect(try store.runs().count == 1)
    }

    @Test("only the differing fields are compared")
    func compare() throws {
        let left = try store.begin(Fixture.run(seed: 1, settings: #"{"a":{"b":0.1},"c":[1,2]}"#), names: Fixture.names)
        try store.finish(left, Fixture.results, at: "t")
        var results = Fixture.results
        results.metrics[1].value = Estimate(exact: 0.8)
        let right = try store.begin(
            Fixture.run(seed: 2, settings: #"{"a":{"b":0.10000000000000002},"c":[1]}"#), names: Fixture.names)
        try store.finish(right, results, at: "later")
        #expect(try store.compare([left.run, left.run]) == [])
        #expect(
            try store.compare([left.run, right.run]) == [
                RunDifference(field: "seed", values: ["1", "2"]),
                RunDifference(field: "settings.a.b", values: ["0.1", "0.10000000000000002"]),
                RunDifference(field: "settings.c[1]", values: ["2", nil]),
                RunDifference(field: "metrics.safe.value", values: ["0.79", "0.8"]),
            ])
    }

    @Test("a run that is stopped keeps what it found, with the settings that it ran under, and is not complete")
    func stopped() throws {
        let permit = try store.begin(Fixture.run(.solve), names: Fixture.names)
        var results = Fixture.results
        results.settings = #"{"steps":7}"#
        try store.interrupt(permit, results, at: "later")
        let details = try store.run(permit.run)
        #expect(details.summary.status == .interrupted)
        #expect(details.summary.finishedAt == nil)
        #expect(details.settings == #"{"steps":7}"#)
        #expect(try store.metrics(of: permit.run) == Fixture.results.metrics)
        #expect(throws: StoreError.self) { try store.finish(permit, results, at: "end") }
        // Whoever takes it up finds its results anew.
        let resumed = try store.resume(permit.run, at: "end")
        try store.finish(resumed.permit, Fixture.results, at: "end")
        #expect(try store.run(permit.run).summary.status == .complete)
    }
}
