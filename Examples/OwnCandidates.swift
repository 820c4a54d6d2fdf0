internal import Nacre

/// One's own prompts and answers to pairs.
func ownCandidates() throws {
    // docs: own-candidates
    let scenario = try Scenario(file: "scenarios/self-harm-question.yaml")
    let solution = try scenario.solve(.gradient(starts: 8))
    let data = try scenario.preferences(from: solution, tau: 0.2, candidates: "mine.jsonl")
    let written = try data.write(.dpo(labels: .soft), to: "mine")
    print(written.prompts, "prompts,", written.rows.train + written.rows.test, "rows")
    // docs: end
}
