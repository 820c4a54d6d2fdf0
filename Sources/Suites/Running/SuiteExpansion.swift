internal import Documents
package import GameModel
package import Output
internal import Scenarios

/// A suite written out: every case as a scenario file of its own, with an index and a manifest.
package struct SuiteExpansion {
    package let suite: ScenarioSuite
    package let cases: [SuiteCase]

    package init(_ suite: ScenarioSuite, _ cases: [SuiteCase]) {
        self.suite = suite
        self.cases = cases
    }

    /// Writes the cases, their index and a manifest.
    ///
    /// - Returns: the cases that are not valid, with what is wrong.
    package func write(to folder: OutputFolder, _ control: RunControl) throws -> [(name: String, text: String)] {
        var problems: [(name: String, text: String)] = []
        var rows: [(item: SuiteCase, gameHash: String?)] = []
        for (position, item) in cases.enumerated() {
            control.progress(RunProgress(steps: position, of: cases.count))
            do {
                let text = try suite.text(of: item)
                try folder.write("cases/\(item.name).yaml", text)
                let scenario = try Scenario.parse(text, file: "cases/\(item.name).yaml")
                rows.append((item, scenario.gameHash))
            } catch let error as DocumentError {
                problems.append((item.name, error.description))
                rows.append((item, nil))
            }
        }
        let table = index.table("index", title: "Cases of the suite", rows: rows)
        try DataPackage(name: "suite-\(suite.name)-cases", title: suite.title, tables: [table]).write(to: folder)
        let manifest = JSONValue.object([
            "format": .integer(1), "kind": .string("suite"), "suite": .string(suite.name),
            "suite_hash": .string(suite.hash), "files": folder.hashes,
        ])
        try folder.write("manifest.json", try manifest.text(.indented) + "\n")
        return problems
    }

    private var index: Columns<(item: SuiteCase, gameHash: String?)> {
        [
            .string("suite", "name of the suite") { _ in suite.name },
            .string("case", "name of the case, and of its file in cases/") { $0.item.name },
            .number("weight", "weight of the case") { $0.item.weight },
            .string("game_hash", "hash of the game; missing where the file is not valid") { $0.gameHash },
        ]
    }
}
