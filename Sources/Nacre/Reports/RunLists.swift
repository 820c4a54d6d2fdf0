internal import NumericalMethods
package import Output
package import RunStore

/// Runs, one a line.
package struct RunList: Report {
    let runs: [RunOverview]

    package init(_ runs: [RunOverview]) { self.runs = runs }

    package func json() -> JSONValue {
        .object(["format": .integer(1), "runs": RunOverview.columns.json(runs)])
    }

    package func text() -> String { RunOverview.columns.text(runs) }

    /// The list as a tidy table.
    package var package: DataPackage {
        DataPackage(
            name: "runs", title: "Runs of a store",
            tables: [RunOverview.columns.table("runs", title: "Runs", rows: runs)])
    }
}

extension RunOverview {
    /// A run a row, with what it found and what people said of it.
    static var columns: Columns<RunOverview> {
        RunSummary.identity.of(\.summary).followed(by: found).followed(by: RunSummary.extent.of(\.summary)).followed(
            by: said
        ).followed(by: RunSummary.times.of(\.summary))
    }

    private static var found: Columns<RunOverview> {
        [
            .number("payoff", "expected payoff, in payoff units; missing where the run found none") {
                $0.payoff?.value
            }.shown { $0.payoff.map { Format.quantity($0) } ?? "" },
            .number("payoff_se", "its standard error; missing where exact") { $0.payoff?.standardError },
            .number("safe", "share of conversations that end safely; missing where the run found none") {
                $0.safe?.value
            }.shown { $0.safe.map { Format.quantity($0) } ?? "" },
            .number("safe_se", "its standard error; missing where exact") { $0.safe?.standardError },
            .string(
                "constraints",
                "satisfied, violated, undecided (the estimates cannot say) or none; missing where not judged"
            ) { $0.verdict?.rawValue }.shown(),
        ]
    }

    /// How much of a note a list shows.
    private static let shownNote = 40

    private static var said: Columns<RunOverview> {
        [
            .string("tags", "tags, separated by commas") { $0.tags.isEmpty ? nil : $0.tags.joined(separator: ",") }
                .json { .strings($0.tags) }.shown(),
            .string("note", "what somebody noted") { $0.note }.shown { run in
                let note = run.note ?? ""
                return note.count > shownNote ? note.prefix(shownNote - 1) + "…" : note
            },
        ]
    }
}

/// A folder of tables that was written.
package struct PackageReport: Report {
    let package: DataPackage
    let out: String
    let runID: String?
    /// Files beside the tables.
    let documents: [String]

    package init(_ package: DataPackage, out: String, runID: String? = nil, documents: [String] = []) {
        self.documents = documents
        self.package = package
        self.out = out
        self.runID = runID
    }

    private var names: [String] { package.tables.map { "\($0.name).csv" } + documents }

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
