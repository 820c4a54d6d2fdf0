internal import ArgumentParser
internal import Nacre

struct ExportCSVCommand: NacreCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Tidy CSV for notebooks: outcomes, metrics and strategies, exact, with a data dictionary.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var assumptions: ScenarioOptions

    @Argument(help: "Scenario file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(name: .long, help: "\(PolicyForms.text). May be repeated.")
    var policy: [String]

    @OptionGroup var global: GlobalOptions

    func execute(_ terminal: Terminal) throws {
        let scenario = try assumptions.scenario(path: file)
        let policies = try policy.map { try NamedPolicy($0, scenario: scenario, note: terminal.note) }
        let (package, runID) = ResultTables.package(of: policies, in: scenario)
        try package.write(toFolder: output.out, replaces: output.force, terminal)
        try terminal.show(PackageReport(package, out: output.out, runID: runID))
    }
}
