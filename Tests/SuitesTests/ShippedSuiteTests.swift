import Documents
import Foundation
import GameModel
import Scenarios
import Suites
import Testing

@Suite("Shipped suites")
struct ShippedSuiteTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("scenarios/suites").path

    private func suite(_ name: String) throws -> ScenarioSuite {
        try ScenarioSuite.load(path: "\(Self.folder)/\(name)")
    }

    @Test("every case is read without errors and without warnings", arguments: ["constructive", "strata"])
    func valid(name: String) throws {
        let suite = try suite(name)
        let cases = try suite.cases(atMost: 1000)
        #expect(cases.count >= 60)
        var hashes: Set<String> = []
        for item in cases {
            let scenario = try suite.scenario(item)
            #expect(scenario.warnings.isEmpty, "\(item.name): \(scenario.warnings.first?.summary ?? "")")
            #expect(!scenario.satisfaction.isEmpty)
            #expect(throws: Never.self) { try CaseScorer(scenario, scores: suite.scores) }
            hashes.insert(scenario.gameHash)
        }
        #expect(hashes.count == cases.count, "two cases are the same game")
    }

    @Test("every number on a line of a suite has a mark", arguments: ["constructive", "strata"])
    func marks(name: String) throws {
        for file in ["suite.yaml", "template.yaml"] {
            let text = try String(contentsOfFile: "\(Self.folder)/\(name)/\(file)", encoding: .utf8)
            var isCounted = true
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                // Published points and shapes carry their source as a value of their own.
                if !line.hasPrefix(" "), let key = line.split(separator: ":").first {
                    isCounted = !["shapes", "published", "format", "suite", "frontier", "policies"].contains(
                        String(key))
                }
                let code = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                guard isCounted, let content = code.first, Self.hasNumber(content) else { continue }
                let mark = code.count > 1 ? String(code[1]) : ""
                #expect(mark.contains("assumption") || mark.contains("source:"), "\(file):\(number + 1): \(line)")
            }
        }
    }

    /// Whether a line gives a number as a value.
    private static func hasNumber(_ line: Substring) -> Bool {
        var isQuoted = false
        var plain = ""
        for character in line {
            if character == "\"" { isQuoted.toggle() } else if !isQuoted { plain.append(character) }
        }
        return plain.contains(/[:\[,]\s*-?[0-9]+(\.[0-9]+)?\s*([,}\]]|$)/)
    }
}
