import Calibration
import CalibrationFiles
import Foundation
import Scenarios
import Testing

@Suite("What comes out of a calibration")
struct OutputTests {
    private let coefficients = [
        FittedCoefficient(
            user: "benign", reaction: "leave", key: "bias", value: -1.25, comment: "source: test (se 0.1, n 9)"),
        FittedCoefficient(
            user: "benign", reaction: "leave", key: "firmness", value: 0.5, comment: "source: test (se 0.2, n 9)"),
        FittedCoefficient(
            user: "benign", reaction: nil, key: "inertia", value: 1.5, comment: "source: test (se 0.3, n 9)"),
    ]

    private var scenarioText: String {
        get throws { try String(contentsOfFile: "\(Support.root)/scenarios/self-harm-question.yaml", encoding: .utf8) }
    }

    @Test("Coefficients go into a scenario; every other line stays, and unfitted ones keep their mark")
    func merge() throws {
        let text = try scenarioText
        let scenario = try Scenario.parse(text, file: "s.yaml")
        let merged = try ScenarioMerge.merge(coefficients, reference: ["benign": "ask"], into: scenario)
        let after = try Scenario.parse(merged, file: "s.yaml")
        let (old, new) = (text.split(separator: "\n"), merged.split(separator: "\n"))
        let kept = old.filter { line in new.contains(line) }
        #expect(kept.count == old.count - 2)
        // ask has the bias 0.2 in the scenario, and no firmness.
        #expect(
            merged.contains(
                "        bias: -1.05             # source: test (se 0.1, n 9); -1.25 above the reference's 0.2"))
        #expect(merged.contains("        firmness: 0.5           # source: test (se 0.2, n 9)"))
        #expect(merged.contains("      inertia: 1.5"))
        #expect(merged.contains("        information: -2.43      # source: zheng2025/W; others assumption"))
        #expect(after.gameHash != scenario.gameHash)
        #expect(try ScenarioMerge.merge(coefficients, reference: ["benign": "ask"], into: after) == merged)
    }

    @Test("A place that does not exist is an error, not a new line")
    func missing() throws {
        let scenario = try Scenario.parse(scenarioText, file: "s.yaml")
        var other = coefficients
        other[0].reaction = "sulk"
        let error = #expect(throws: DataError.self) { try ScenarioMerge.merge(other, reference: [:], into: scenario) }
        #expect(error?.description.contains("users.benign.utility.sulk") ?? false)
    }

    @Test("Users of another rationality are refused, whether or not they look ahead", arguments: [0, 0.6])
    func rationality(foresight: Double) throws {
        let text = try scenarioText.replacingOccurrences(
            of: "    rationality: 1.0", with: "    foresight: \(foresight)\n    rationality: 2.0")
        let scenario = try Scenario.parse(text, file: "s.yaml")
        #expect(scenario.foresight.contains { $0 > 0 } == (foresight > 0))
        let error = #expect(throws: DataError.self) {
            try ScenarioMerge.merge(coefficients, reference: ["benign": "ask"], into: scenario)
        }
        #expect(error?.description.contains("users.benign.rationality is 2.0") ?? false)
    }

    @Test("Covariances are named by path, symmetric, and 0 between models")
    func covariance() throws {
        let rows = (0..<60).map {
            "\($0 / 6),\($0 % 2 == 0 ? "fine" : "bad"),\($0 % 3 == 0 ? "no" : "ask"),\($0 % 5 < 2 ? "left" : "went on")"
        }
        let read = try Support.read(
            (["id,was,said,did"] + rows).joined(separator: "\n"),
            ReadingTests.mapping + "\n  s: {fit: reactions, terms: [state], reference: go_on, user: other}\n")
        let mapping = try Support.mapping(
            ReadingTests.mapping + "\n  s: {fit: reactions, terms: [state], reference: go_on, user: other}\n")
        var usable = mapping
        usable.models[0].terms = ["feature:firmness"]
        let fitter = try ModelFitter(usable, read.data, FitRequest(folds: 3, bootstraps: 20, seed: 1, threads: 1))
        let fitted = try usable.models.map { try fitter.fit($0) }
        let lines = try #require(CalibrationTables.covariance(fitted.map { $0.block(source: "key") })).split(
            separator: "\n"
        ).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(
            lines[0] == [
                "", "users.anyone.utility.leave.bias", "users.anyone.utility.leave.firmness",
                "users.other.utility.leave.bias", "users.other.utility.leave.crisis",
            ])
        for row in 1...4 {
            #expect(lines[row][0] == lines[0][row])
            for column in 1...4 { #expect(lines[row][column] == lines[column][row]) }
        }
        #expect(lines[1][3] == "0.0" && lines[4][2] == "0.0" && lines[1][2] != "0.0")
        let block = FittedYAML.block(fitted.flatMap { $0.coefficients(source: "key") }, header: ["head"])
        #expect(block.hasPrefix("# head\nusers:\n  anyone:\n    utility:\n      leave:\n        bias: "))
        #expect(CalibrationReport.text(fitted[0], data: read.data).contains("Held-out loss by conversation"))
    }

    @Test("The reliability plot is well-formed and has one series a category")
    func plot() throws {
        let bins = [FitComparison.Bin(category: 0, predicted: 0.25, observed: 0.3, weight: 5)]
        let svg = ReliabilityPlot.svg(bins, categories: ["a", "b<c"], title: "t & u")
        #expect(svg.contains("t &amp; u") && svg.contains("b&lt;c"))
        let parser = XMLParserBox(svg)
        #expect(parser.isWellFormed)
    }
}

/// Whether every element that opens closes.
private struct XMLParserBox {
    let isWellFormed: Bool

    init(_ text: String) {
        var open: [Substring] = []
        var isFine = true
        for piece in text.split(separator: "<").dropFirst(0) {
            let tag = piece.prefix { $0 != ">" && $0 != " " }
            let body = piece.prefix { $0 != ">" }
            if tag.hasPrefix("?") { continue }
            if tag.hasPrefix("/") {
                isFine = isFine && open.popLast() == tag.dropFirst()
            } else if !body.hasSuffix("/") {
                open.append(tag)
            }
        }
        isWellFormed = isFine && open.isEmpty
    }
}
