package import Output
package import RunStore

/// Runs, one a line.
package struct RunList: Report {
    let runs: [RunSummary]

    package init(_ runs: [RunSummary]) { self.runs = runs }

    package func json() -> JSONValue { .object(["format": .integer(1), "runs": .array(runs.map(\.json))]) }

    package func text() -> String {
        var table = TextTable(
            ["run", "kind", "status", "scenario", "policy", "seed", "episodes", "turns", "started"],
            left: [1, 2, 3, 4, 8])
        for run in runs {
            table.append([
                "\(run.id)", run.kind.rawValue, run.statusText, run.scenario, run.policy ?? "", "\(run.seed)",
                run.requestedEpisodes == nil ? "" : Format.count(run.episodes),
                run.turns == 0 ? "" : Format.count(run.turns), run.startedAt,
            ])
        }
        return table.text
    }
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

    package func json() -> JSONValue {
        .object([
            "format": .integer(1),
            "differences": .array(
                differences.map {
                    .object([
                        "field": .string($0.field), "first": $0.left.map { .string($0) } ?? .null,
                        "second": $0.right.map { .string($0) } ?? .null,
                    ])
                }),
        ])
    }

    package func text() -> String {
        var table = TextTable(["field", "run \(first)", "run \(second)"], left: [0, 1, 2])
        for difference in differences {
            table.append([difference.field, difference.left ?? "", difference.right ?? ""])
        }
        return differences.isEmpty ? "no differences\n" : table.text
    }
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
