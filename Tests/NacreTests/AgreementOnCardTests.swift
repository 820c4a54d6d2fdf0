import ExampleScenarios
import Foundation
import Nacre
import Preferences
import Testing

/// The file that one command writes is the file that another reads.
@Suite("Agreement goes from its file onto the card")
struct AgreementOnCardTests {
    @Test("What label agreement writes can be stated on a card, with interval and number of texts")
    func stated() throws {
        let text = try #require(ExampleScenarios.all.first { $0.name == "self-harm-question" }).text
        let scenario = try Scenario.parse(text, file: "s.yaml")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("agreement-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = ["refuse", "refer", "guide", "refuse", "support", "guide"]
        func lines(_ given: [String]) -> String {
            zip(names.indices, given).map {
                #"{"id":"p\#($0)","prompt":"One \#($0)?","candidates":[{"content":"a\#($0)","response":"\#($1)"}]}"#
                    + "\n"
            }.joined()
        }
        let (truth, given) = (folder.appendingPathComponent("a.jsonl"), folder.appendingPathComponent("b.jsonl"))
        try lines(names).write(to: truth, atomically: true, encoding: .utf8)
        try lines(["refuse", "refer", "guide", "refer", "support", "guide"]).write(
            to: given, atomically: true, encoding: .utf8)
        let report = try AgreementReport(truth: truth.path, given: given.path, scenario: scenario)
        let sentence = try StatedAgreement(report.json()).sentence
        // 5 of 6 agree; by chance 2·1 + 1·2 + 2·2 + 1·1 of 36: κ = (5/6 − 1/4) / (3/4).
        #expect(sentence.hasPrefix("κ of responses 0.778 ("))
        #expect(sentence.hasSuffix("), n = 6."))
    }
}
