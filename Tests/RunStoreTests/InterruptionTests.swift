import Foundation
import GRDB
import RunStore
import Testing

@Suite("Runs that stop half-way")
struct InterruptionTests {
    let folder: TemporaryFolder
    let path: String
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("runs.sqlite")
        store = try Store(path: path, access: .write)
    }

    /// What a killed process leaves: copies of the file and its log as they are now.
    private func copyAsKilled() throws -> String {
        let copy = folder.file("killed-\(UUID().uuidString).sqlite")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        return copy
    }

    /// Appends a batch and copies the files in the middle of the transaction, after its pages have reached the log.
    private func copyInsideTransaction(_ permit: WritePermit) throws -> String {
        var copy = ""
        let committed = FileManager.default.contents(atPath: path + "-wal")?.count ?? 0
        try store.write { db in
            try db.execute(sql: "PRAGMA cache_size = 1; PRAGMA cache_spill = 1")
            for number in 0..<5_000 {
                try db.execute(
                    sql: "INSERT INTO turns VALUES (?, ?, 1, 0, 0, 0, 0)",
                    arguments: [permit.run.number, 1_000 + number])
            }
            try db.execute(sql: "UPDATE runs SET blocks = 99, checkpoint = '\"torn\"'")
            copy = try copyAsKilled()
        }
        let torn = FileManager.default.contents(atPath: copy + "-wal")?.count ?? 0
        #expect(torn > committed, "the copy must hold pages of the unfinished transaction")
        return copy
    }

    @Test("a store killed inside a transaction opens, and is consistent up to the last batch")
    func killed() throws {
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, permit, blocks: 0..<2)
        let copy = try Store(path: copyInsideTransaction(permit), access: .write)

        let details = try copy.run(permit.run)
        #expect(details.summary.status == .incomplete)
        #expect(details.checkpoint == Fixture.checkpoint(blocks: 2))
        let rows = (0..<2).flatMap { Fixture.batch(block: $0).turns }
        #expect(try copy.turns(of: permit.run, in: 0..<100_000) == rows)
        #expect(details.summary.turns == rows.count)
        #expect(try copy.problems() == [])
    }

    @Test("a killed store opens for reading, too")
    func killedRead() throws {
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, permit, blocks: 0..<1)
        let copy = try Store(path: copyInsideTransaction(permit), access: .read)
        #expect(try copy.runs().map(\.status) == [.incomplete])
        #expect(try copy.runs().map(\.blocks) == [1])
    }

    @Test("a resumed run ends like one that was never killed", arguments: [0, 1, 2])
    func resume(killedAfter blocks: Int) throws {
        let whole = try Store(path: folder.file("whole.sqlite"), access: .write)
        let wholePermit = try whole.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(whole, wholePermit, blocks: 0..<3)
        try whole.finish(wholePermit, Fixture.results, at: "end")

        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, permit, blocks: 0..<blocks)
        let copy = try Store(path: copyInsideTransaction(permit), access: .write)
        let resumed = try copy.resume(permit.run, at: "later")
        #expect(resumed.details.settings == Fixture.run().settings)
        #expect(resumed.details.summary.seed == Fixture.run().seed)
        try Fixture.record(copy, resumed.permit, blocks: (resumed.details.checkpoint?.blocks ?? 0)..<3)
        try copy.finish(resumed.permit, Fixture.results, at: "end")

        for table in ["episodes", "turns", "outcomes", "metrics", "names", "scenarios", "policies"] {
            #expect(try copy.texts("SELECT * FROM \(table)") == whole.texts("SELECT * FROM \(table)"))
        }
        let columns = "id, kind, status, seed, settings, blocks, episodes, turns, checkpoint, started_at, finished_at"
        #expect(try copy.texts("SELECT \(columns) FROM runs") == whole.texts("SELECT \(columns) FROM runs"))
    }

    @Test("an interrupted run says so, and can be resumed")
    func interrupted() throws {
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, permit, blocks: 0..<1)
        try store.markInterrupted(permit, at: "t")
        #expect(try store.runs().map(\.status) == [.interrupted])
        let error = #expect(throws: StoreError.self) { try Fixture.record(store, permit, blocks: 1..<2) }
        #expect(error?.kind == .superseded)
        let resumed = try store.resume(permit.run, at: "later")
        #expect(resumed.details.summary.status == .incomplete)
        try Fixture.record(store, resumed.permit, blocks: 1..<3)
    }

    @Test("a complete run is not resumed, a missing one neither")
    func refused() throws {
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        try store.finish(permit, RunResults(), at: "t")
        let complete = #expect(throws: StoreError.self) { try store.resume(permit.run, at: "t") }
        #expect(complete?.description == "run 1 is complete; only a run that is not can be resumed")
        let missing = #expect(throws: StoreError.self) { try store.resume(RunID(7), at: "t") }
        #expect(missing?.description == "run 7 is not in the store; it must be one that `runs list` shows")
        let again = #expect(throws: StoreError.self) { try store.finish(permit, RunResults(), at: "t") }
        #expect(again?.kind == .runIsComplete)
    }

    @Test("a writer that lives after all cannot mix its rows into a resumed run")
    func takenOver() throws {
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        let other = try Store(path: path, access: .write)
        let resumed = try other.resume(permit.run, at: "later")
        let error = #expect(throws: StoreError.self) { try Fixture.record(store, permit, blocks: 0..<1) }
        #expect(
            error?.description
                == "run 1 was resumed by another writer since attempt 1 began; only the latest writer may add to it")
        try Fixture.record(other, resumed.permit, blocks: 0..<1)
    }

    @Test("removing leaves nothing behind, and nothing else is touched")
    func remove() throws {
        let first = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, first, blocks: 0..<2)
        try store.append(
            first, RowBatch(pairs: Fixture.pairs, suiteItems: Fixture.suiteItems),
            checkpoint: Fixture.checkpoint(blocks: 3), at: "t")
        var results = Fixture.results
        results.documents = [RunDocument(name: "result.json", text: "{}")]
        try store.finish(first, results, at: "t")
        try store.tag(first.run, with: ["paper"])
        try store.note(first.run, "the first one")
        let alone = try store.tableCounts()
        let second = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, second, blocks: 0..<2)

        try store.remove(second.run)
        #expect(try store.tableCounts() == alone)
        #expect(!alone.values.contains(0))
        let late = #expect(throws: StoreError.self) { try Fixture.record(store, second, blocks: 2..<3) }
        #expect(late?.kind == .noSuchRun)

        try store.remove(first.run)
        #expect(try Set(store.tableCounts().values) == [0])
        #expect(try store.problems() == [])
        try store.compact()
        let third = try store.begin(Fixture.run(), names: Fixture.names)
        #expect(third.run > second.run, "a number is never used twice")
        let gone = #expect(throws: StoreError.self) { try store.remove(first.run) }
        #expect(gone?.kind == .noSuchRun)
    }

    @Test("other tools that follow foreign keys remove as much")
    func cascade() throws {
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, permit, blocks: 0..<1)
        try store.write { db in try db.execute(sql: "DELETE FROM runs") }
        #expect(try store.tableCounts().filter { $0.value > 0 }.keys.sorted() == ["policies", "scenarios"])
    }
}
