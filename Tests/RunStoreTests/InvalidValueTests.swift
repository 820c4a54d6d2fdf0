import GRDB
import NumericalMethods
import RunStore
import Testing

@Suite("Values that cannot be stored are refused, and nothing of their batch is kept")
struct InvalidValueTests {
    let folder: TemporaryFolder
    let store: Store
    let permit: WritePermit

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.file("runs.sqlite"), access: .write)
        permit = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, permit, blocks: 0..<1)
    }

    /// Appends `batch` after block 0 and returns the error's text.
    private func refusal(_ batch: RowBatch, checkpoint: Checkpoint = Fixture.checkpoint(blocks: 2)) throws -> String? {
        let before = try store.tableCounts()
        let error = #expect(throws: StoreError.self) {
            try store.append(permit, batch, checkpoint: checkpoint, at: "t")
        }
        #expect(try store.tableCounts() == before)
        #expect(try store.run(permit.run).checkpoint == Fixture.checkpoint(blocks: 1))
        return error?.description
    }

    @Test("a code without a name")
    func code() throws {
        var batch = Fixture.batch(block: 1)
        batch.turns[4].reaction = 3
        #expect(
            try refusal(batch)
                == "turns[4].reaction is 3; the run registered 3 names of this kind, so codes go from 0 to 2")
    }

    @Test("a payoff that is not a number")
    func payoff() throws {
        var batch = Fixture.batch(block: 1)
        batch.episodes[2].payoff = .nan
        #expect(try refusal(batch) == "episodes[2].payoff is nan; it must be finite")
    }

    @Test("a key for the second time, in the middle of a batch")
    func key() throws {
        var batch = Fixture.batch(block: 1)
        batch.turns += Fixture.batch(block: 0).turns
        let text = try refusal(batch)
        #expect(text?.hasPrefix("run 1 already has a row of this batch (UNIQUE constraint failed: turns") == true)
        try Fixture.record(store, permit, blocks: 1..<2)  // The writer is not disturbed by it.
    }

    @Test("a checkpoint that does not advance, or is not JSON")
    func checkpoint() throws {
        #expect(
            try refusal(RowBatch(), checkpoint: Fixture.checkpoint(blocks: 1))
                == "run 1: the checkpoint covers 1 blocks and 10 episodes; "
                + "it must go beyond the stored 1 blocks and 10 episodes")
        #expect(
            try refusal(RowBatch(), checkpoint: Checkpoint(blocks: 2, episodes: 20, state: "{"))
                == "run 1: the checkpoint is not JSON (found \"{\"); it must be one JSON value")
    }

    @Test("a result that is not finite leaves the run incomplete")
    func result() throws {
        let results = RunResults(metrics: [MetricRow(name: "payoff", value: Estimate(exact: .infinity))])
        let error = #expect(throws: StoreError.self) { try store.finish(permit, results, at: "t") }
        #expect(error?.description == "metric payoff is inf; it must be finite")
        #expect(try store.run(permit.run).summary.status == .incomplete)
    }
}
