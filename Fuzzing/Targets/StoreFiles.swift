import Conformance
import Foundation
import GRDB
import RunStore

/// Mutants of a store's file: bytes, pages, the header, the schema. Each is opened as commands open it.
struct StoreFiles {
    private let sample: SampleStore
    private let bytes: [UInt8]

    init() throws {
        sample = try SampleStore()
        bytes = Array(try Data(contentsOf: URL(fileURLWithPath: sample.path)))
    }

    func reader() -> (inout SplitMix64) throws -> Void {
        let path = sample.path + "-mutant"
        return { generator in
            for ending in ["-wal", "-shm", "-journal"] { _ = unlink(path + ending) }
            var mutant = bytes
            if Int.random(in: 0..<8, using: &generator) > 0 { change(&mutant, &generator) }
            try Data(mutant).write(to: URL(fileURLWithPath: path))
            if Int.random(in: 0..<4, using: &generator) == 0 { try? changeSchema(path, &generator) }
            if Int.random(in: 0..<4, using: &generator) == 0 { try write(path) }
            try read(path, examines: Int.random(in: 0..<16, using: &generator) == 0)
        }
    }

    private func change(_ bytes: inout [UInt8], _ generator: inout SplitMix64) {
        for _ in 0...Int.random(in: 0..<6, using: &generator) {
            // Half of the changes go to the header and the schema's first page.
            let end = Bool.random(using: &generator) ? bytes.count : min(bytes.count, 4096)
            let place = Int.random(in: 0..<end, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2:
                for index in place..<min(bytes.count, place + 16) { bytes[index] = 0 }
            case 3:
                let (pages, from) = (bytes.count / 4096, place / 4096)
                guard from < pages else { continue }
                let to = Int.random(in: 0..<pages, using: &generator)
                bytes.replaceSubrange(to * 4096..<(to + 1) * 4096, with: bytes[from * 4096..<(from + 1) * 4096])
            default:
                guard Int.random(in: 0..<8, using: &generator) == 0 else { continue }
                return bytes.removeLast(bytes.count - place)
            }
        }
    }

    private func changeSchema(_ path: String, _ generator: inout SplitMix64) throws {
        let tables = [
            "runs", "scenarios", "policies", "names", "episodes", "turns", "outcomes", "metrics", "pairs",
            "suite_items",
            "suite_scores",
        ]
        let table = tables.randomElement(using: &generator) ?? "runs"
        let statements = [
            "DROP TABLE \(table)", "ALTER TABLE \(table) RENAME TO other", "PRAGMA user_version = 3",
            "PRAGMA user_version = -7", "PRAGMA user_version = 0", "ALTER TABLE runs RENAME COLUMN status TO state",
            "ALTER TABLE names RENAME COLUMN code TO number", "DROP VIEW runs_readable; DROP TABLE \(table)",
            "DROP TABLE \(table); CREATE TABLE \(table) (a, b, c)",
            "DROP TABLE \(table); CREATE VIEW \(table) AS SELECT * FROM runs_readable",
            "CREATE TRIGGER t AFTER UPDATE ON runs BEGIN DELETE FROM runs; END",
            "ALTER TABLE runs ADD COLUMN extra", "PRAGMA journal_mode = DELETE",
        ]
        let queue = try DatabaseQueue(path: path)
        let statement = statements.randomElement(using: &generator) ?? ""
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON")
            try db.execute(sql: statement)
        }
        try queue.close()
    }

    private func read(_ path: String, examines: Bool) throws {
        let store = try Store(path: path, access: .read)
        for run in try store.runs() {
            RunUse.visit(try store.contents(of: run.id))
            _ = try store.compare([run.id, RunID(1)])
        }
        if examines { _ = try store.problems() }
    }

    private func write(_ path: String) throws {
        let store = try Store(path: path, access: .write)
        let resumed = try store.resume(RunID(2), at: "t")
        try store.append(
            resumed.permit, RowBatch(), checkpoint: Checkpoint(blocks: 2, episodes: 6, state: "{}"), at: "t")
        try store.finish(resumed.permit, RunResults(), at: "t")
        try store.remove(RunID(1))
        try store.close()
    }
}
