/// A folder of CSV files with a data dictionary.
///
/// Source: Data Package, version 2 (datapackage.org/standard/data-package).
public struct DataPackage: Sendable {
    public let name: String
    public let title: String
    public let tables: [TidyTable]
    /// What the dictionary says besides, such as what the tables were made from (the standard allows more members).
    public let members: [String: JSONValue]

    public init(name: String, title: String, tables: [TidyTable], members: [String: JSONValue] = [:]) {
        self.name = name
        self.title = title
        self.tables = tables
        self.members = members
    }

    /// Writes one CSV file per table and `datapackage.json`.
    ///
    /// - Parameter others: files of the folder that are no tables, such as pictures: listed with their hashes under `files`
    ///   (the standard allows more members), so that the folder can be told to hold nothing else.
    public func write(to folder: OutputFolder, beside others: [OutputFolder.FileRecord] = []) throws {
        for table in tables { try folder.write("\(table.name).csv", table.csv, rows: table.rows.count) }
        try describe(in: folder, beside: others)
    }

    /// Writes `datapackage.json` for tables that stand in the folder already.
    package func describe(in folder: OutputFolder, beside others: [OutputFolder.FileRecord] = []) throws {
        var members = self.members.merging(descriptor(files: folder.files)) { _, own in own }
        if !others.isEmpty { members["files"] = .array(others.map(Self.listed)) }
        try folder.write("datapackage.json", try JSONValue.object(members).text(.indented) + "\n")
    }

    private static func listed(_ file: OutputFolder.FileRecord) -> JSONValue {
        .object(["path": .string(file.path), "sha256": .string(file.sha256), "bytes": .integer(file.bytes)])
    }

    private func descriptor(files: [OutputFolder.FileRecord]) -> [String: JSONValue] {
        [
            "$schema": .string("https://datapackage.org/profiles/2.0/datapackage.json"),
            "name": .string(name),
            "title": .string(title),
            "resources": .array(
                tables.map { table in
                    let file = files.first { $0.path == "\(table.name).csv" }
                    return .object([
                        "name": .string(table.name), "title": .string(table.title), "type": .string("table"),
                        "path": .string("\(table.name).csv"), "format": .string("csv"),
                        "mediatype": .string("text/csv"), "encoding": .string("utf-8"),
                        "bytes": file.map { .integer($0.bytes) } ?? .null,
                        "hash": file.map { .string("sha256:\($0.sha256)") } ?? .null,
                        "schema": .object([
                            "missingValues": .strings([""]),
                            "fields": .array(table.columns.map(Self.field)),
                        ]),
                    ])
                }),
        ]
    }

    private static func field(_ column: TidyTable.Column) -> JSONValue {
        .object([
            "name": .string(column.name), "type": .string(column.kind.rawValue),
            "description": .string(column.description),
        ])
    }
}
