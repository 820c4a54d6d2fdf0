import Scenarios
import Testing

/// Where numbers come from, as comments say.
@Suite struct MarkTests {
    @Test("Marks of a shipped scenario are those on the lines of its numbers")
    func shipped() throws {
        let marks = try Scenario.load(path: "scenarios/self-harm-question.yaml").marks
        #expect(marks["users.benign.prior"] == .assumption)
        #expect(marks["users.malicious.utility.exploit.actionability"] == .assumption)
        #expect(marks["users.malicious.payoff.exploited"] == .assumption)
        // One line for all states.
        #expect(marks["users.malicious.cues.calm.neutral"] == .assumption)
        // Left out of the file: the line of what it belongs to.
        #expect(marks["responses.comply.features.empathy"] == .assumption)
        #expect(marks["objective.constraints.malicious.exploited.at_most"] == .assumption)
        guard case .mixed(let keys) = marks["users.benign.utility.accept.information"] else {
            Issue.record("the line has a source, and assumptions")
            return
        }
        #expect(keys.hasPrefix("zheng2025/S"))
        #expect(marks["users.nobody.prior"] == .none)
        #expect(marks[""] == .none)
    }

    @Test("Every number that shipped scenarios call an assumption is found by its path")
    func starter() throws {
        let marks = try Scenario.load(path: "scenarios/starter.yaml").marks
        #expect(marks["discount"] == .assumption)
        #expect(marks["responses.refuse.features.firmness"] == .assumption)
    }
}
