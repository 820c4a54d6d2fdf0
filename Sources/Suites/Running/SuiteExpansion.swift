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
        var index = Self.table
        for (position, item) in cases.enumerated() {
            control.progress(RunProgress(steps: position, of: cases.count))
            do {
                let text = try suite.text(of: item)
                try folder.write("cases/\(item.name).yaml", text)
                let scenario = try Scenario.parse(text, file: "cases/\(item.name).yaml")
                index.append(
                    [.string(suite.name), .string(item.name), .number(item.weight), .string(scenario.gameHash)])
            } catch let error as DocumentError {
                problems.append((item.name, error.description))
                index.append([.string(suite.name), .string(item.name), .number(item.weight), .missing])
            }
        }
        try DataPackage(name: "suite-\(suite.name)-cases", title: suite.title, tables: [index]).write(to: folder)
        let manifest = JSONValue.object([
            "format": .integer(1), "kind": .string("suite"), "suite": .string(suite.name),
            "suite_hash": .string(suite.hash), "files": folder.hashes,
        ])
        try folder.write("manifest.json", try manifest.text(.indented) + "\n")
        return problems
    }

    private static let table = TidyTable(
        name: "index", title: "Cases of the suite",
        columns: [
            .init("suite", .string, "name of the suite"),
            .init("case", .string, "name of the case, and of its file in cases/"),
            .init("weight", .number, "weight of the case"),
            .init("game_hash", .string, "hash of the game; missing where the file is not valid"),
        ])
}
