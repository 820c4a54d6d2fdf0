package import Output
package import RunStore

/// Runs, one a line.
package struct RunList: Report {
    let runs: [RunSummary]

    package init(_ runs: [RunSummary]) { self.runs = runs }

    package func json() -> JSONValue {
        .object(["format": .integer(1), "runs": RunSummary.columns.json(runs)])
    }

    package func text() -> String { RunSummary.columns.text(runs) }
}

/// What differs between two runs.
package struct RunComparison: Report {
    let differences: [RunDifference]
    let first: Int64
    let second: Int64

    package init(_ differences: [RunDifference], first: Int64, second: Int64) {
        self.differences = differences
        self.first = first
        self.second = second
    }

    private var columns: Columns<RunDifference> {
        [
            .string("field", "what differs") { $0.field }.shown(),
            .string("first", "what the first run has; missing where nothing") { $0.left }.shown("run \(first)"),
            .string("second", "what the second run has; missing where nothing") { $0.right }.shown("run \(second)"),
        ]
    }

    package func json() -> JSONValue {
        .object(["format": .integer(1), "differences": columns.json(differences)])
    }

    package func text() -> String { differences.isEmpty ? "no differences\n" : columns.text(differences) }
}

/// A folder of tables that was written.
package struct PackageReport: Report {
    let package: DataPackage
    let out: String
    let runID: String?

    package init(_ package: DataPackage, out: String, runID: String? = nil) {
        self.package = package
        self.out = out
        self.runID = runID
    }

    private var names: [String] { package.tables.map { "\($0.name).csv" } }

    /// Of tables that are named by a run identifier, the dictionary is listed too.
    package func json() -> JSONValue {
        var members: [String: JSONValue] = ["format": .integer(1), "out": .string(out), "files": .strings(names)]
        if let runID {
            members["run_id"] = .string(runID)
            members["files"] = .strings(names + ["datapackage.json"])
        }
        return .object(members)
    }

    package func text() -> String { "\(out): \(names.joined(separator: ", ")), datapackage.json\n" }
}
