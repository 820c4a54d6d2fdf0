internal import Nacre

/// The program of the README.
func sevenLines() throws {
    // docs: seven-lines
    let scenario = try Scenario(file: "scenarios/self-harm-question.yaml")
    let solution = try scenario.solve(.belief(gap: 1e-4, within: .seconds(60)))
    let today = try scenario.policy("reference")
    print(solution.status, solution.value, solution.bound, try scenario.evaluate(today).value)
    let played = try scenario.simulate(solution.policy, against: [today], episodes: 100_000)
    try solution.write(to: "policy.json")
    try scenario.preferences(from: solution, tau: 0.2).write(.dpo(labels: .quota), to: "dpo")
    // docs: end
    print(played.differences[0].payoff?.value ?? .nan)
}
