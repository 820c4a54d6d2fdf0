internal import GRDB

/// A result that is kept as the text of a file, such as the JSON document that a command prints.
public struct RunDocument: Sendable, Equatable {
    /// Of a file, unique in the run: `result.json`, `report.txt`.
    public var name: String
    public var text: String

    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// What `--json` prints.
    public static let resultName = "result.json"
    /// What is printed without it.
    public static let reportName = "report.txt"
}

extension Store {
    /// The documents of a run, by name; none for runs whose results are figures alone.
    public func documents(of run: RunID) throws(StoreError) -> [RunDocument] {
        try read { db in try Self.documents(db, run) }
    }

    static func documents(_ db: Database, _ run: RunID) throws -> [RunDocument] {
        let sql = "SELECT name, text FROM documents WHERE run_id = ? ORDER BY name"
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: [run.number]).map { row in
            var columns = RowReader(row, "run \(run), documents")
            return try RunDocument(name: columns.next(), text: columns.next())
        }
    }

    static func insert(_ db: Database, _ documents: [RunDocument], run: Int64) throws {
        for document in documents {
            try db.execute(
                sql: "INSERT INTO documents VALUES (?, ?, ?)", arguments: [run, document.name, document.text])
        }
    }
}
