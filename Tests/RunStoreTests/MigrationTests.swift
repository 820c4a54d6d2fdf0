import Foundation
import GRDB
import NumericalMethods
import RunStore
import Testing

@Suite("Migrations are numbered and append-only")
struct MigrationTests {
    private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/migrations.sql")

    private var text: String {
        Migration.all.map { "-- migration \($0.number): \($0.title)\n\n\($0.sql)\n" }.joined(separator: "\n")
    }

    /// A released step never changes: change the schema by a new step, then record its text with NACRE_RECORD=1.
    @Test("every step's text is the recorded one")
    func appendOnly() throws {
        if ProcessInfo.processInfo.environment["NACRE_RECORD"] == "1" {
            try Data(text.utf8).write(to: Self.golden)
            Issue.record("recorded \(Self.golden.path); look at its difference, and run again without NACRE_RECORD")
            return
        }
        let recorded = try String(contentsOf: Self.golden, encoding: .utf8)
        #expect(text == recorded, "a step changed, or a new one is not recorded yet (NACRE_RECORD=1)")
    }

    @Test("numbers are 1, 2, 3, …")
    func numbers() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
        #expect(Migration.newest == Migration.all.last?.number)
    }

    /// A store of the first steps, with a run where there is a table for it.
    private func older(_ path: String, steps: Int) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
            for step in Migration.all.prefix(steps) { try db.execute(sql: step.sql) }
            try db.execute(sql: "PRAGMA user_version = \(steps)")
            guard steps >= 3 else { return }
            try db.execute(
                sql: """
                    INSERT INTO scenarios VALUES ('5ce7', 'name: pills');
                    INSERT INTO runs (kind, status, scenario, scenario_hash, game_hash, seed, settings, command_line,
                        tool_version, started_at, updated_at)
                    VALUES ('evaluate', 'complete', 'pills', '5ce7', '9a3e', '7', '{}', 'sim-cli evaluate', '0.0.9', 't', 't');
                    INSERT INTO metrics VALUES (1, 'payoff', 0.5, NULL, NULL, 'exact');
                    """)
        }
        try queue.close()
    }

    @Test(
        "a store of any older schema is read from a migrated copy, and migrated itself when opened for writing",
        arguments: 0..<Migration.newest)
    func older(steps: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("runs.sqlite")
        try older(path, steps: steps)
        let before = FileManager.default.contents(atPath: path)
        let read = try Store(path: path, access: .read)
        #expect(read.note?.contains("has schema \(steps); a copy with schema \(Migration.newest) is read") == true)
        #expect(try read.overviews().map(\.payoff?.value) == (steps >= 3 ? [0.5] : []))
        try read.close()
        #expect(FileManager.default.contents(atPath: path) == before)

        let migrated = try Store(path: path, access: .write)
        let fresh = try Store(path: folder.file("fresh.sqlite"), access: .write)
        let schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        #expect(try migrated.texts(schema) == fresh.texts(schema))
        #expect(try migrated.schemaVersion() == Store.newestSchema)
        guard steps >= 3 else { return }
        // What the older schema had no place for is not there, and can be added.
        let run = RunID(1)
        #expect(try migrated.overview(of: run).verdict == nil)
        #expect(try migrated.overview(of: run).tags == [])
        try migrated.tag(run, with: ["old"])
        #expect(try migrated.overviews(tags: ["old"]).map(\.summary.seed) == [7])
    }
}
