import GRDB
import RunStore
import Testing

/// Any program may have written to a store, and disks err: whatever is read is checked.
@Suite("Damaged stores: every read says so")
struct DamageTests {
    let folder: TemporaryFolder
    let store: Store
    let permit: WritePermit

    init() throws {
        folder = try TemporaryFolder()
        store = try Store(path: folder.file("runs.sqlite"), access: .write)
        permit = try store.begin(Fixture.run(), names: Fixture.names)
        try Fixture.record(store, permit, blocks: 0..<1)
        try store.append(
            permit, RowBatch(pairs: Fixture.pairs, suiteItems: Fixture.suiteItems),
            checkpoint: Checkpoint(blocks: 2, episodes: 10, state: "{}"), at: "t")
        try store.finish(permit, Fixture.results, at: "t")
    }

    /// Changes the store as another program may, with no constraint kept but those of keys.
    private func damage(_ sql: String) throws {
        try store.writeUnguarded { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: "PRAGMA writable_schema = ON")
            try db.execute(
                sql: "UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
            try db.execute(sql: "PRAGMA writable_schema = RESET")
            try db.execute(sql: sql)
        }
    }

    /// Reads everything of the run, and expects that to be refused as damage.
    private func expectDamage(
        _ sql: String, _ found: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(throws: Never.self, sourceLocation: sourceLocation) { try store.contents(of: permit.run) }
        try damage(sql)
        let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) {
            try store.contents(of: permit.run)
        }
        #expect(error?.kind == .damaged, sourceLocation: sourceLocation)
        let text = error?.description ?? ""
        #expect(text.hasPrefix("\(store.path) is damaged: "), "\(text)", sourceLocation: sourceLocation)
        #expect(text.contains(found), "\(text)", sourceLocation: sourceLocation)
    }

    @Test(
        "codes without a name, whole or not",
        arguments: [
            ("UPDATE outcomes SET outcome = -1 WHERE outcome = 0", "has -1 in the column outcome"),
            ("UPDATE outcomes SET outcome = 3 WHERE outcome = 2", "from 0 to 2"),
            ("UPDATE outcomes SET user = 9223372036854775807 WHERE user = 1", "9223372036854775807"),
            ("UPDATE episodes SET user = 2 WHERE episode = 3", "names of kind user, from 0 to 1"),
            ("UPDATE episodes SET outcome = 0.5 WHERE episode = 3", "has 0.5 in the column outcome"),
            ("UPDATE turns SET state = -9223372036854775808 WHERE episode = 3", "in the column state"),
            ("UPDATE turns SET cue = 2 WHERE episode = 3", "in the column cue"),
            ("UPDATE turns SET response = 'refuse' WHERE episode = 3", "the text \"refuse\""),
            ("UPDATE turns SET reaction = x'00' WHERE episode = 3", "1 bytes of binary data"),
            ("UPDATE pairs SET chosen_response = 17", "run 1, pairs has 17"),
            ("UPDATE pairs SET rejected_response = NULL", "has NULL in the column rejected_response"),
            ("DELETE FROM names WHERE kind = 'outcome'", "no names of kind outcome"),
        ])
    func codes(sql: String, found: String) throws { try expectDamage(sql, found) }

    @Test(
        "names with gaps, and of other types",
        arguments: [
            ("UPDATE names SET code = -1 WHERE kind = 'user' AND code = 0", "has -1 in the column code"),
            ("DELETE FROM names WHERE kind = 'response' AND code = 1", "it must hold 1 next of kind response"),
            ("UPDATE names SET code = 'one' WHERE kind = 'cue' AND code = 1", "the text \"one\""),
            ("UPDATE names SET kind = 'dream' WHERE kind = 'cue'", "has \"dream\" in the column kind"),
            ("UPDATE names SET name = NULL WHERE kind = 'state' AND code = 1", "has NULL in the column name"),
            ("UPDATE names SET name = x'FF' WHERE kind = 'state' AND code = 1", "binary data in the column name"),
        ])
    func names(sql: String, found: String) throws { try expectDamage(sql, found) }

    @Test(
        "what is known of a run",
        arguments: [
            ("UPDATE runs SET kind = 'dream'", "has \"dream\" in the column kind"),
            (
                "UPDATE runs SET status = ''",
                "in the column status; it must hold one of incomplete, interrupted, complete"
            ),
            ("UPDATE runs SET status = x'00'", "a text"), ("UPDATE runs SET seed = 'many'", "in the column seed"),
            ("UPDATE runs SET seed = '18446744073709551616'", "unsigned 64-bit"),
            ("UPDATE runs SET episodes = -1", "has -1 in the column episodes"),
            ("UPDATE runs SET requested_episodes = -9223372036854775808", "in the column requested_episodes"),
            ("UPDATE runs SET turns = 1e300", "in the column turns"),
            ("UPDATE runs SET blocks = 'x'", "the text \"x\""),
            ("UPDATE runs SET attempt = 0", "at least 1"),
            ("UPDATE runs SET started_at = NULL", "in the column started_at"),
            ("UPDATE runs SET settings = '{'", "in the column settings; it must hold JSON"),
            ("UPDATE runs SET settings = NULL", "it must hold JSON"),
            ("UPDATE runs SET checkpoint = 'none'", "in the column checkpoint"),
            ("UPDATE runs SET checkpoint = x'7B7D'", "in the column checkpoint"),
            ("UPDATE runs SET policy = NULL", "for the run has no policy"),
            ("UPDATE runs SET policy_hash = 'other'", "has NULL in the column policy_json"),
            ("UPDATE runs SET scenario_hash = 'other'", "has NULL in the column scenario_text"),
            ("DELETE FROM scenarios", "in the column scenario_text"),
            ("DELETE FROM policies", "in the column policy_json"),
        ])
    func run(sql: String, found: String) throws { try expectDamage(sql, found) }

    @Test(
        "numbers that none of ours can be",
        arguments: [
            ("UPDATE outcomes SET probability = 1.5", "a probability from 0 to 1"),
            ("UPDATE outcomes SET probability = 'inf'", "the text \"inf\""),
            ("UPDATE outcomes SET n = -1 WHERE how = 'simulated'", "in the column n"),
            ("UPDATE outcomes SET n = NULL WHERE how = 'simulated'", "a sample size"),
            ("UPDATE outcomes SET standard_error = -0.1 WHERE how = 'simulated'", "standard error"),
            ("UPDATE metrics SET how = 'guessed'", "it must hold exact or simulated"),
            ("UPDATE metrics SET value = 9e999", "a finite number"), ("UPDATE episodes SET payoff = NULL", "payoff"),
            ("UPDATE episodes SET turns = 'x'", "in the column turns"),
            ("UPDATE pairs SET p_chosen = -0.5", "in the column p_chosen"),
            ("UPDATE suite_items SET converged = 2", "it must hold 0 or 1"),
            ("UPDATE suite_scores SET value = -9e999", "in the column value"),
        ])
    func numbers(sql: String, found: String) throws { try expectDamage(sql, found) }

    @Test(
        "rows that are missing, too many, or out of every range",
        arguments: [
            ("DELETE FROM turns WHERE episode = 3", "turns; it recorded"),
            ("DELETE FROM episodes WHERE episode = 3", "has 9 episodes; it recorded 10"),
            ("DELETE FROM episodes", "has 0 episodes; it recorded 10"),
            ("UPDATE episodes SET episode = -5 WHERE episode = 0", "has -5 in the column episode"),
            ("UPDATE episodes SET episode = 'x' WHERE episode = 0", "in the column episode"),
            ("UPDATE episodes SET turns = 9 WHERE episode = 2", "lacks turn"),
            ("UPDATE turns SET turn = 7 WHERE episode = 2 AND turn = 2", "lacks turn 2 of episode 2"),
            ("UPDATE pairs SET row = -1 WHERE row = 0", "has -1 in the column row"),
            ("DELETE FROM suite_items WHERE item = 0", "the number of an item of the run"),
        ])
    func rows(sql: String, found: String) throws { try expectDamage(sql, found) }

    @Test(
        "tables and columns that are missing",
        arguments: [
            ("DROP TABLE turns", "no such table: turns"), ("DROP VIEW runs_readable; DROP TABLE metrics", "metrics"),
            ("ALTER TABLE names RENAME COLUMN code TO number", "no such column: code"),
        ])
    func schema(sql: String, found: String) throws { try expectDamage("PRAGMA legacy_alter_table = ON; " + sql, found) }

    @Test("Lists, comparisons, the examination and writers find it, too")
    func elsewhere() throws {
        try damage("UPDATE outcomes SET outcome = -1 WHERE outcome = 0")
        #expect(try store.runs().count == 1)
        let compared = #expect(throws: StoreError.self) { try store.compare([permit.run, permit.run]) }
        #expect(compared?.kind == .damaged)
        #expect(try store.problems().contains { $0.contains("has -1 in the column outcome") })
        try damage("UPDATE runs SET seed = 'many'")
        #expect((#expect(throws: StoreError.self) { try store.runs() })?.kind == .damaged)
        try damage("UPDATE runs SET status = 'incomplete', attempt = 'first'")
        let appended = #expect(throws: StoreError.self) {
            try store.append(permit, RowBatch(), checkpoint: Fixture.checkpoint(blocks: 9), at: "t")
        }
        #expect(appended?.kind == .damaged)
        try damage("UPDATE runs SET seed = '1', attempt = 9223372036854775807, status = 'interrupted'")
        #expect((#expect(throws: StoreError.self) { try store.resume(permit.run, at: "t") })?.kind == .damaged)
    }

    @Test("A schema version that no tool writes", arguments: [-1, -2_147_483_648])
    func version(number: Int) throws {
        try store.writeUnguarded { db in try db.execute(sql: "PRAGMA user_version = \(number)") }
        for access in [Store.Access.read, .write] {
            #expect(
                (#expect(throws: StoreError.self) { try Store(path: store.path, access: access) })?.kind == .damaged)
        }
    }

    @Test("A number of a pair's row that nothing can follow")
    func lastRow() throws {
        let export = try store.begin(Fixture.run(.export), names: Fixture.names)
        let rows = RowBatch(pairs: Fixture.pairs)
        try store.append(export, rows, checkpoint: Fixture.checkpoint(blocks: 1), at: "t")
        try damage("UPDATE pairs SET row = 9223372036854775807 WHERE run_id = 2 AND row = 1")
        let error = #expect(throws: StoreError.self) {
            try store.append(export, rows, checkpoint: Fixture.checkpoint(blocks: 2), at: "t")
        }
        #expect(error?.kind == .damaged)
    }
}
