import Foundation
import Nacre
import Testing

@Suite("Policies by cue, and labels held against labels")
struct PolicyByCueTests {
    private func payoff(_ policy: String) throws -> Double {
        try #require(
            try CLI.json("evaluate", CLI.scenario(), "--policy", policy)["policies"]?.arrayValue?.first?["payoff"]?
                .doubleValue)
    }

    @Test("One response for every cue is that response always; else is for the cues that are not named")
    func byCue() throws {
        let refusal = try payoff("always:refuse")
        #expect(try payoff("cues:plain=refuse,urgent=refuse") == refusal)
        #expect(try payoff("cues:urgent=owner_route,else=refuse") == payoff("cues:plain=refuse,urgent=owner_route"))
        #expect(try payoff("cues:urgent=owner_route,else=refuse") != refusal)
        for (policy, words) in [
            ("cues:plain=refuse", "has no answer to urgent"),
            ("cues:plane=refuse,else=refuse", "there is no cue plane"),
            ("cues:plain=refuse,plain=owner_route,else=owner_route", "plain"), ("cues:plain", "plain"),
            ("cues:plain=nothing,else=owner_route", "nothing"),
        ] {
            let ended = try CLI.start(["evaluate", CLI.scenario(), "--policy", policy]).ended()
            #expect(ended.status == 64 || ended.status == 65, "\(policy): \(ended.messages)")
            #expect(ended.messages.contains(words), "\(policy): \(ended.messages)")
        }
    }

    @Test("Labels agree with themselves")
    func agreement() throws {
        let folder = try TemporaryFolder()
        let scenario = CLI.scenario("self-harm-question")
        try folder.write(
            "t.jsonl",
            #"{"id": "a", "content": "I will not help with that."}"# + "\n" + #"{"id": "b", "content": "Who?"}"# + "\n")
        let labelled = try CLI.start(["label", "t.jsonl", "--scenario", scenario, "--out", "l"], in: folder).ended()
        #expect(labelled.status == 0 && labelled.output.contains("held out from learning"), "\(labelled.messages)")
        let labels = "l/labels.jsonl"
        let ended = try CLI.start(["label", "agreement", labels, labels, "--scenario", scenario], in: folder).ended()
        #expect(ended.status == 0, "\(ended.messages)")
        #expect(ended.output.contains("2 texts in both") && ended.output.contains("reaction: accuracy 1.00"))
    }
}
