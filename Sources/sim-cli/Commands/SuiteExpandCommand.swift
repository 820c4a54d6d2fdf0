internal import ArgumentParser
internal import Documents
internal import Output
internal import Scenarios
internal import Suites

struct SuiteExpandCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "expand", abstract: "Write every case of a suite as a scenario file of its own.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var suite: SuiteArgument
    @OptionGroup var output: OutputOptions

    func execute(_ terminal: Terminal) throws {
        try OutputFolder.check(path: output.out, replaces: output.force)
        let suite = try suite.load()
        let cases = try self.suite.cases(of: suite)
        let problems = try terminal.writeFolder(output.out, replaces: output.force) { folder in
            try write(suite, cases, to: folder, terminal)
        }
        try report(suite, count: cases.count, problems, terminal)
        if !problems.isEmpty { throw ExitCode(ExitStatus.gate.rawValue) }
    }

    /// Writes the cases, their index and a manifest.
    ///
    /// - Returns: the cases that are not valid, with what is wrong.
    private func write(
        _ suite: ScenarioSuite, _ cases: [SuiteCase], to folder: OutputFolder, _ terminal: Terminal
    ) throws -> [(name: String, text: String)] {
        var problems: [(name: String, text: String)] = []
        let line = ProgressLine("expanding", total: cases.count, unit: "cases", on: terminal)
        defer { line.finish() }
        var index = Self.table
        for (position, item) in cases.enumerated() {
            line.update(position)
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

    private func report(
        _ suite: ScenarioSuite, count: Int, _ problems: [(name: String, text: String)], _ terminal: Terminal
    ) throws {
        if terminal.json {
            return try terminal.print(
                .object([
                    "format": .integer(1), "suite": .string(suite.name), "suite_hash": .string(suite.hash),
                    "out": .string(output.out), "cases": .integer(count),
                    "failures": .array(
                        problems.map { .object(["case": .string($0.name), "message": .string($0.text)]) }),
                ]))
        }
        try terminal.print("\(output.out): \(Format.count(count)) scenario files in cases/, index.csv, manifest.json\n")
        for problem in problems { terminal.complain("\(problem.name) is not valid:\n\(problem.text)") }
        if !problems.isEmpty { terminal.complain("\(problems.count) of \(count) cases are not valid") }
    }
}
