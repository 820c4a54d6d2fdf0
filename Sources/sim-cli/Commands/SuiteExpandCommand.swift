internal import ArgumentParser
internal import Nacre

struct SuiteExpandCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "expand", abstract: "Write every case of a suite as a scenario file of its own.")

    @OptionGroup var suite: SuiteArgument
    @OptionGroup var output: OutputOptions

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        try OutputFolder.check(path: output.out, replaces: output.force)
        let suite = try suite.load()
        let cases = try self.suite.cases(of: suite)
        let problems = try terminal.writeFolder(output.out, replaces: output.force) { folder in
            try Work("expanding", unit: "cases", threads: global.threadCount, on: terminal).run {
                try SuiteExpansion(suite, cases).write(to: folder, $0)
            }
        }
        try report(suite, count: cases.count, problems, terminal)
        if !problems.isEmpty { throw ExitCode(ExitStatus.gate.rawValue) }
    }

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
