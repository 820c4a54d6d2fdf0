import Conformance
import Foundation
import GRDB
import RunStore

/// Mutants of a store's cells: other values and types, missing, repeated and exchanged rows, as any SQLite tool can write
/// them. Each stands in a savepoint that is rolled back after the reading.
struct StoreCells {
    private let sample: SampleStore
    private let store: Store
    private let tables: [Table]

    private struct Table {
        let name: String
        let columns: [String]
        let key: [String]
        let rows: [[DatabaseValue]]
    }

    init() throws {
        sample = try SampleStore()
        store = try Store(path: sample.path, access: .write)
        // Without its constraints the schema takes what another program could have written with constraints ignored.
        try store.writeUnguarded { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: "PRAGMA writable_schema = ON")
            try db.execute(
                sql: "UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
            try db.execute(sql: "PRAGMA writable_schema = RESET")
        }
        tables = try store.read { db in
            let names = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            )
            return try names.map { name in
                let columns = try db.columns(in: name).map(\.name)
                return Table(
                    name: name, columns: columns, key: try db.primaryKey(name).columns,
                    rows: try Row.fetchAll(db, sql: "SELECT * FROM \(name)").map { Array($0.databaseValues) })
            }
        }.filter { !$0.rows.isEmpty }
    }

    func reader() -> (inout SplitMix64) throws -> Void {
        { generator in
            // The closure may not take the generator along: its state goes in and out.
            var local = generator
            defer { generator = local }
            try store.write { db in
                var refusal: (any Error)?
                try db.inSavepoint {
                    do {
                        for _ in 0...Int.random(in: 0..<3, using: &local) { try mutate(db, &local) }
                        try read(db, examines: Int.random(in: 0..<32, using: &local) == 0)
                    } catch {
                        refusal = error
                    }
                    return .rollback
                }
                if let refusal { throw refusal }
            }
        }
    }

    /// - Parameter examines: whether to look for problems, too, which takes several times as long as all else.
    private func read(_ db: Database, examines: Bool) throws {
        let runs = try Store.runs(db)
        for run in runs { RunUse.visit(try Store.contents(db, of: run.id)) }
        if let last = runs.last { _ = try Store.compare(db, [runs[0].id, last.id]) }
        if examines { _ = try Store.problems(db) }
    }

    private func mutate(_ db: Database, _ generator: inout SplitMix64) throws {
        guard let table = tables.randomElement(using: &generator), let row = table.rows.randomElement(using: &generator)
        else { return }
        let place = table.key.map { "\($0) IS ?" }.joined(separator: " AND ")
        let key = table.key.compactMap { name in table.columns.firstIndex(of: name).map { row[$0] } }
        switch Int.random(in: 0..<12, using: &generator) {
        case 0:
            try db.execute(sql: "DELETE FROM \(table.name) WHERE \(place)", arguments: StatementArguments(key))
        case 1:
            var copy = row
            for (index, column) in table.columns.enumerated() where table.key.contains(column) {
                if Bool.random(using: &generator) { copy[index] = value(&generator) }
            }
            try db.execute(
                sql: "INSERT OR REPLACE INTO \(table.name) VALUES (\(copy.map { _ in "?" }.joined(separator: ", ")))",
                arguments: StatementArguments(copy))
        default:
            let column = table.columns.randomElement(using: &generator) ?? table.columns[0]
            try db.execute(
                sql: "UPDATE OR REPLACE \(table.name) SET \(column) = ? WHERE \(place)",
                arguments: StatementArguments([value(&generator)] + key))
        }
    }

    private func value(_ generator: inout SplitMix64) -> DatabaseValue {
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: .null
        case 1: ([-1, 0, 1, 2, 3, 5, 1 << 31, 1 << 53, .max, .min].randomElement(using: &generator) ?? 0).databaseValue
        case 2: Int64(bitPattern: generator.next()).databaseValue
        case 3:
            ([-0.5, 1.5, 1e18, 1e308, -1e308, .infinity, 1e-300].randomElement(using: &generator) ?? 0).databaseValue
        case 4:
            ([
                "", "x", "exact", "simulated", "complete", "{", "[[[[", "{\"a\":1}", "18446744073709551616", "-1",
                "\u{0}",
                String(repeating: "[", count: 5000), "1e999", "nan", "user", "outcome",
            ].randomElement(using: &generator) ?? "").databaseValue
        case 5: Data([0xFF, 0x00, 0xC3]).databaseValue
        case 6:
            // Another cell of the store.
            tables.randomElement(using: &generator)?.rows.randomElement(using: &generator)?.randomElement(
                using: &generator) ?? .null
        default: Int.random(in: -4..<9, using: &generator).databaseValue
        }
    }
}
