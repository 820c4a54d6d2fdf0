import ExampleScenarios
import Foundation
import Nacre
import Testing

/// Results are laid out without a process: what the program prints is what these say.
@Suite("Reports of the library")
struct ReportTests {
    private static func scenario() throws -> Scenario {
        try Scenario.parse(ExampleScenarios.all[0].text, file: "starter.yaml")
    }

    private static func recorded(_ name: String) throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: tests.appendingPathComponent("CLITests/Golden/\(name)"), encoding: .utf8)
    }

    @Test("An evaluation is the text that the program is recorded with")
    func evaluation() throws {
        let scenario = try Self.scenario()
        let names = ["reference", "uniform", "always:refuse", "always:owner_route", "always:bypass"]
        let report = EvaluationReport(try names.map { try NamedPolicy($0, scenario: scenario) }, in: scenario)
        #expect(report.text() == (try Self.recorded("starter-evaluate.txt")))
        let policies = try #require(report.json()["policies"]?.arrayValue)
        #expect(policies.map { $0["policy"]?.stringValue } == names)
        #expect(policies[0]["payoff"]?.doubleValue == report.figure("payoff", of: 0))
        #expect(report.package.tables.map(\.name) == ["outcomes", "metrics"])
    }

    @Test("A solution says in text, JSON and file the same value, bound and status")
    func solution() throws {
        let scenario = try Self.scenario()
        let solved = try scenario.solve(.belief(gap: 1e-4))
        #expect(solved.isConverged && solved.bound - solved.value <= 1e-4)
        let report = SolveReport(solved, seconds: 1, seed: 1)
        let json = try report.json()
        #expect(json["value"]?.doubleValue == solved.value && json["upper"]?.doubleValue == solved.bound)
        #expect(json["status"]?.stringValue == solved.status.name && json["method"]?.stringValue == "belief")
        #expect(try report.text().contains("payoff: \(scenario.amount(solved.value, 6)) (exact)"))
        #expect(solved.file["solution"]?["value"]?.doubleValue == solved.value)
        #expect(try scenario.evaluate(solved.policy).value == solved.value)
    }

    @Test("A policy file that was written is read as the policy that was solved")
    func file() throws {
        let path = NSTemporaryDirectory() + "nacre-report-\(UUID().uuidString).json"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let scenario = try Self.scenario()
        let solved = try scenario.solve(.gradient(starts: 2))
        try solved.write(to: path)
        #expect(try scenario.policy(path) == solved.policy)
        #expect(throws: FileError.self) { try solved.write(to: path) }
        try solved.write(to: path, replaces: true)
    }

    @Test("A simulation has the figures that gates ask for, and their intervals hold the exact value")
    func simulation() throws {
        let scenario = try Self.scenario()
        let policy = try NamedPolicy("reference", scenario: scenario)
        let job = SimulationJob(
            scenario: scenario, policies: [policy], episodes: 20_000, seed: 3, recordsTurns: false)
        let report = try job.run(store: nil, control: RunControl(), console: SilentConsole()) { _ in }
        let exact = try scenario.evaluate(policy.controller)
        let payoff = try #require(report.result.tallies[0].payoff)
        #expect(report.figure("payoff") == payoff.value)
        // 4.5 standard errors under a fixed seed.
        #expect(abs(payoff.value - exact.payoff) < 4.5 * (try #require(payoff.standardError)))
        #expect(report.json()["complete"] == .bool(true))
    }

    @Test("An audit, a list of runs and a package say in JSON what they say in text")
    func lists() throws {
        #expect(RunList([]).json()["runs"]?.arrayValue?.isEmpty == true)
        let scenario = try Self.scenario()
        let (package, runID) = ResultTables.package(of: [try NamedPolicy("uniform", scenario: scenario)], in: scenario)
        let report = PackageReport(package, out: "folder", runID: runID)
        #expect(report.text() == "folder: outcomes.csv, metrics.csv, strategies.csv, datapackage.json\n")
        #expect(report.json()["run_id"]?.stringValue == runID)
    }

    @Test("A number of the scenario can be set, and what leads nowhere says so")
    func setting() throws {
        let scenario = try Self.scenario()
        let changed = try scenario.setting("users.thief.prior", to: 0.4)
        #expect(changed.game.prior[1] == 0.4 && abs(changed.game.prior[0] - 0.6) < 1e-12)
        #expect(changed.gameHash != scenario.gameHash)
        #expect(
            try changed.setting("users.thief.prior", to: scenario.game.prior[1]).game.prior[1] == scenario.game.prior[1]
        )
        #expect(throws: InputError.self) { try scenario.setting("users.nobody.prior", to: 0.4) }
        let tooLarge = #expect(throws: (any Error).self) { try scenario.setting("users.thief.prior", to: 1.5) }
        let unknown = #expect(throws: (any Error).self) { try scenario.policy("always:nothing") }
        #expect(tooLarge is any InputProblem && unknown is any InputProblem)
    }
}
