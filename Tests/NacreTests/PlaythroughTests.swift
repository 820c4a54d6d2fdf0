import Foundation
import Nacre
import Testing

/// One readable page per shipped scenario; `NACRE_RECORD=1` writes them anew, and that run fails.
@Suite("Playthroughs of the shipped scenarios")
struct PlaythroughTests {
    private static let conversations = [
        "starter": [
            "plain,owner_route>ask/plain,owner_route>insist/urgent,owner_route>ask/plain",
            "urgent,refuse>insist/urgent,refuse>insist/urgent,bypass>ask/plain",
        ],
        "general-assistant": [
            "everyday,answer>ask/sensitive,answer>clarify/sensitive,answer>ask/everyday",
            "pointed,refuse>insist/pointed,off_topic>insist/personal,support>disclose/personal",
        ],
        "self-harm-question": [
            "distress,ask_gently>disclose/distress,support>disclose/distress,support>ask/neutral",
            "technical,refuse>insist/technical,refuse>insist/technical,safety_information>explain/technical",
        ],
        "dual-use-technical": [
            "professional,ask_context>state_purpose/professional,hardening>ask/professional,guided_audit>ask/professional",
            "pointed,refuse>insist/pointed,ask_context>state_purpose/pointed,concepts>insist/pointed",
        ],
        "health-misinformation": [
            "anxious,ask_concern>share_worry/anxious,explain_kindly>ask/plain,explain_kindly>ask/plain",
            "certain,lecture>argue/certain,lecture>argue/certain,acknowledge>share_worry/certain",
        ],
        "benign-but-scary": [
            "urgent,ask_now>describe/urgent,first_aid>ask/urgent,safety_answer>ask/plain",
            "clinical,refuse>press/clinical,refuse>press/clinical,comply>ask/clinical",
        ],
        "keeps-asking": [
            "recovery>insist/CUE,recovery>insist/CUE,give_in>insist/CUE",
            "refuse>insist/CUE,refuse>insist/CUE,refuse>insist/CUE",
        ],
    ]

    private static func page(_ example: ExampleScenarios.Example) throws -> String {
        let scenario = try Scenario.parse(example.text, file: "\(example.name).yaml")
        let histories = try #require(conversations[example.name], "\(example.name) has no conversations here")
        return try Playthrough(scenario).text(
            histories.map {
                try HistoryArgument.history(
                    $0.replacing("CUE", with: scenario.game.cues[0]), scenario: scenario)
            })
    }

    @Test("Each is as it was recorded", arguments: ExampleScenarios.all.map(\.name))
    func golden(name: String) throws {
        let example = try #require(ExampleScenarios.all.first { $0.name == name })
        let page = try Self.page(example)
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
            path: "Golden/playthrough-\(name).txt")
        if ProcessInfo.processInfo.environment["NACRE_RECORD"] == "1" {
            try Data(page.utf8).write(to: url)
            Issue.record("recorded \(url.lastPathComponent); run again without NACRE_RECORD")
            return
        }
        let recorded = try String(contentsOf: url, encoding: .utf8)
        #expect(
            page == recorded, "\(url.lastPathComponent) differs; if that is right, record it anew with NACRE_RECORD=1")
    }
}
