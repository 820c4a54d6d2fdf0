import GRDB
import RunStore
import Testing

@Suite("Views show names in place of codes")
struct ViewTests {
    let folder: TemporaryFolder
    let store: Store

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.file("runs.sqlite"), access: .write)
        let permit = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, permit, blocks: 0..<1)
        try store.append(permit, RowBatch(pairs: Fixture.pairs), checkpoint: Fixture.checkpoint(blocks: 2), at: "t")
        try store.finish(permit, Fixture.results, at: "end")
    }

    @Test("runs")
    func runs() throws {
        try store.tag(RunID(1), with: ["paper", "draft"])
        try store.note(RunID(1), "the first one")
        #expect(
            try store.texts("SELECT * FROM runs_readable") == [
                "1 | simulate | complete | sleeping-pills | always:guide | 18446744073709551615 | 20 | 30 | 19 | -0.25 | 0.79"
                    + " | 2026-01-01T00:00:00Z | end | end | 0.1.0 | sim-cli simulate pills.yaml | - | draft,paper | the first one"
            ])
    }

    @Test("episodes and turns")
    func trajectories() throws {
        #expect(
            try store.texts("SELECT * FROM episodes_readable WHERE episode < 2") == [
                "1 | 0 | benign | helped | 1 | -1.0", "1 | 1 | malicious | harmed | 2 | -0.9",
            ])
        #expect(
            try store.texts("SELECT * FROM turns_readable WHERE episode = 1") == [
                "1 | 1 | 1 | tense | urgent | comply | ask again", "1 | 1 | 2 | calm | urgent | refuse | accept",
            ])
    }

    @Test("outcomes and pairs")
    func results() throws {
        #expect(
            try store.texts("SELECT * FROM outcomes_readable") == [
                "1 | benign | helped | 0.75 | 0.01 | 15 | simulated", "1 | malicious | timeout | 1.0 | - | - | exact",
            ])
        #expect(
            try store.texts("SELECT * FROM pairs_readable WHERE row = 0") == [
                "1 | 0 | p0 | q0 | guide | comply | 0.8176 | 0.71 | 0.41 | quota | train | 1.0 | 0.2"
            ])
    }

    @Test("a code that has no name shows as it is")
    func unnamed() throws {
        try store.write { db in try db.execute(sql: "DELETE FROM names WHERE kind = 'user'") }
        #expect(
            try store.texts("SELECT user FROM episodes_readable WHERE episode < 2") == ["0", "1"])
    }
}
