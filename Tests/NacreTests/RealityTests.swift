import Analysis
import ExampleScenarios
import Foundation
import GameModel
import InputErrors
import Nacre
import Output
import Testing

/// Published figures: those that ship, what is computed of them, and what a file of them must say.
@Suite("Published figures against scenarios")
struct RealityTests {
    private static let names = ExampleScenarios.all.map(\.name)

    private static func scenario(_ name: String) throws -> Scenario {
        let example = try #require(ExampleScenarios.all.first { $0.name == name })
        return try Scenario.parse(example.text, file: "\(name).yaml")
    }

    private static func shipped(for scenario: Scenario) throws -> [PublishedFigure] {
        try ExampleScenarios.reality.flatMap {
            try FigureSection.read(Array($0.text.utf8), file: $0.name, for: scenario)
        }
    }

    @Test("Every shipped scenario is held against the shipped figures", arguments: names)
    func shipped(name: String) throws {
        let report = try RealityRequest().report(Self.scenario(name))
        #expect(Set(report.lines.map(\.figure.key)).count == 17)
        for line in report.lines where line.verdict == .differs {
            let change = try #require(line.subject?.change, "\(line.figure.key)")
            #expect(change.isConverged && change.size > 0, "\(line.figure.key)")
            let interval = try #require(line.figure.measured?.interval)
            // The change leads to the nearer end of the interval.
            let end = try #require(line.subject).value < interval.lowerBound ? interval.lowerBound : interval.upperBound
            #expect(abs(change.values[0] / end - 1) <= 1e-5)
        }
        let text = try report.text()
        #expect(
            text.contains("17 figures, of which 13 were not read in the original\n(10 abstract, 2 summary, 1 secondary")
        )
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 || $0.contains(": ") })
        #expect(try report.json()["figures"]?.arrayValue?.count == report.lines.count)
        #expect(report.package.tables.map(\.name) == ["figures", "changes", "together"])
    }

    @Test("A change that is found is one: the scenario with it agrees")
    func changed() throws {
        let scenario = try Self.scenario("self-harm-question")
        let line = try #require(try RealityRequest().report(scenario).lines.first { $0.verdict == .differs })
        let moves = try #require(line.subject?.change).moves
        let changed = try scenario.setting(moves.map { ParameterChange($0.parameter.path, to: $0.after) })
        let again = try #require(try RealityRequest().report(changed).lines.first { $0.figure.key == line.figure.key })
        let interval = try #require(again.figure.measured?.interval)
        let value = try #require(again.subject).value
        // Moves too small to be listed are missing.
        #expect(value > interval.lowerBound * 0.999 && value < interval.upperBound * 1.001)
    }

    @Test("The warning trial's arm with counts is recomputed, and the other arm's share is derived from its ratio")
    func warningTrial() throws {
        let figures = try Self.shipped(for: try Self.scenario("starter"))
        let counted = try #require(figures.first { $0.key == "warning-trial-illegal" })
        let ratio = try #require(counted.measured)
        // (52/47) / (27/73), by hand.
        #expect(abs(ratio.value - 2.9913317572892) <= 1e-9 && abs(ratio.logit - 1.0957186) <= 1e-6)
        #expect(abs(ratio.standardError - (1.0 / 52 + 1 / 47.0 + 1 / 27.0 + 1 / 73.0).squareRoot()) <= 1e-12)
        #expect(counted.arm?.isDerived == false)
        let solved = try #require(figures.first { $0.key == "warning-trial-traced" })
        let arm = try #require(solved.arm)
        // odds 2.64 · 27/73, of 81 people.
        #expect(arm.isDerived && abs(arm.arm.count / arm.arm.size - 0.494037) <= 1e-5)
        #expect(abs(try #require(solved.measured).value - 2.64) <= 1e-12)
    }

    // MARK: Files

    private static func file(_ figure: String) -> String {
        """
        reality: 1
        figures:
          - key: one
            population: people
            act: any
            behaviour: leave
            statistic: share
            read: original
            source: a book
            place: page 1
        \(figure.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))

        """
    }

    private static func read(_ figure: String) throws -> [PublishedFigure] {
        try FigureSection.read(Array(file(figure).utf8), file: "f.yaml", for: try scenario("starter"))
    }

    private static let claim = "speaks_of: [{user: owner, reactions: [leave], after: refuse, population: same}]"

    @Test("A scenario whose share is the figure's agrees; one that was moved by a logit differs, by a logit")
    func known() throws {
        let scenario = try Self.scenario("starter")
        let behaviour = try Behaviour(game: scenario.game)
        let row = try #require(behaviour.course(user: 0, response: 0).turns[0].meanReactions)
        let leave = try #require(scenario.game.reactions.firstIndex { $0.name == "leave" })
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml").path
        try Self.file("value: \(row[leave])\nn: 1000000\n\(Self.claim)").write(
            toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var request = RealityRequest()
        (request.files, request.parameters) = ([path], ["users.owner.utility.leave.bias"])
        let passed = try request.report(scenario)
        #expect(passed.lines.map(\.verdict) == [.agrees])
        let before = try #require(
            GameInputs(definition: scenario.definition, objective: scenario.objective)[
                try GameInputs(definition: scenario.definition, objective: scenario.objective)
                    .parameter("users.owner.utility.leave.bias")])
        let moved = try scenario.setting("users.owner.utility.leave.bias", to: before + 1)
        let failed = try request.report(moved)
        #expect(failed.lines.map(\.verdict) == [.differs])
        // To the nearer end of a narrow interval.
        #expect(abs(try #require(failed.lines[0].subject?.change).size - 1) <= 0.02)
    }

    @Test(
        "What is wrong with a figure is said with its place",
        arguments: [
            ("value: 0.5", "has neither 'n' nor 'interval'; nothing says how sure it is"),
            ("value: 1.5\nn: 10", "a probability must be in [0, 1]"), ("n: 10", "has no 'value'"),
            ("value: 0.5\nn: 10\ncount: 11", "must be from 0 to 10"),
            ("value: 0.5\ninterval: [0.6, 0.4]", "must be the lower and the upper end of an interval"),
            ("value: 0.31\ninterval: [0.4, 0.5]", "is 0.31, outside its own interval from 0.4 to 0.5"),
            (
                "value: 0.5\nn: 10\nspeaks_of: [{user: ownr, reactions: [leave], after: refuse, population: same}]",
                "is 'ownr', which is no user type of starter"
            ),
            (
                "value: 0.5\nn: 10\nspeaks_of: [{user: owner, reactions: [vanish], after: refuse, population: same}]",
                "is 'vanish', which is no reaction of starter"
            ),
            (
                "value: 0.5\nn: 10\nspeaks_of: [{outcomes: [gave_up], policy: \"always:nothing\", population: same}]",
                "is 'always:nothing'"
            ),
            (
                "value: 0.5\nn: 10\nspeaks_of: [{outcomes: [gave_up], policy: uniform, turn: 5, population: same}]",
                "it must be from 1 to 4"
            ),
            (
                "value: 0.5\nn: 10\nspeaks_of: [{reactions: [leave], after: refuse, against: bypass, population: same}]",
                "is a ratio of odds and the figure is not"
            ),
            ("value: 0.5\nn: 10\nspeaks_of: [{user: owner, population: same}]", "must have either 'outcomes'"),
        ])
    func problems(figure: String, message: String) throws {
        do {
            _ = try Self.read(figure)
            Issue.record("it was read")
        } catch let error as any InputProblem {
            #expect(error.description.contains(message) && error.description.contains("f.yaml:"), "\(error)")
        }
    }

    @Test("A figure without a source is refused")
    func sourceless() throws {
        let text = Self.file("value: 0.5\nn: 10").replacing("    source: a book\n", with: "")
        #expect(throws: DocumentError.self) {
            try FigureSection.read(Array(text.utf8), file: "f.yaml", for: try Self.scenario("starter"))
        }
    }

    @Test("Numbers about other scenarios are not asked of this one, and unpublished sizes are never compared")
    func silent() throws {
        let other = "speaks_of: [{scenario: elsewhere, user: nobody, reactions: [x], after: y, population: other}]"
        #expect(try Self.read("value: 0.5\nn: 10\n\(other)")[0].claims.isEmpty)
        let unpublished = try Self.read("value: 0.5\nn: unpublished\n\(Self.claim)")[0]
        #expect(unpublished.measured == nil && unpublished.claims.count == 1)
    }

    @Test(
        "The shipped figures are those of the table that they were taken from",
        .enabled(if: data != nil, "needs NACRE_DATA"))
    func table() throws {
        let text = try String(contentsOfFile: "\(try #require(Self.data))/reality_figures.csv", encoding: .utf8)
        let figures = try Self.shipped(for: try Self.scenario("starter"))
        let rows = text.split(separator: "\n").dropFirst()
        #expect(rows.count == figures.count)
        for figure in figures {
            let row = try #require(rows.first { $0.hasPrefix("\(figure.key),") })
            if let value = figure.value {
                let written = [",\(value),", ",\(Int(value)),"].contains { row.contains($0) }
                #expect(written, "\(figure.key)")
            }
            if let sample = figure.sample { #expect(row.contains(",\(sample),"), "\(figure.key)") }
            #expect(row.contains(",\(figure.reading.rawValue),"), "\(figure.key)")
        }
    }

    private static let data: String? = ProcessInfo.processInfo.environment["NACRE_DATA"].flatMap {
        FileManager.default.fileExists(atPath: "\($0)/reality_figures.csv") ? $0 : nil
    }
}
