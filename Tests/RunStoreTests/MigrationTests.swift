import Foundation
import GRDB
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

    @Test("a store of any older schema is migrated when opened for writing, and refused for reading", arguments: 0..<5)
    func older(steps: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("runs.sqlite")
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
            for step in Migration.all.prefix(steps) { try db.execute(sql: step.sql) }
            try db.execute(sql: "PRAGMA user_version = \(steps)")
        }
        try queue.close()
        let error = #expect(throws: StoreError.self) { try Store(path: path, access: .read) }
        #expect(error?.kind == .olderSchema(found: steps, known: Migration.newest))

        let migrated = try Store(path: path, access: .write)
        let fresh = try Store(path: folder.file("fresh.sqlite"), access: .write)
        let schema = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        #expect(try migrated.texts(schema) == fresh.texts(schema))
        #expect(try migrated.schemaVersion() == Store.newestSchema)
    }
}
