internal import Nacre

// docs: agent
/// A user who leaves with a fixed probability, whatever is said, and otherwise asks on.
struct Leaver: UserAgent {
    let probability: Double
    /// The reactions, by their places in the scenario.
    let leaving: Int
    let asking: Int
    let count: Int

    var dependsOnTurn: Bool { false }

    func reactionProbabilities(
        turn: Int, state: Int, response: Int, features: [Double]
    ) throws(GameError) -> [Double] {
        (0..<count).map { $0 == leaving ? probability : $0 == asking ? 1 - probability : 0 }
    }

    func moveProbabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove { .none }
}

func agentOfOwn() throws {
    let scenario = try Scenario(file: "scenarios/starter.yaml")
    let reactions = scenario.game.reactions.map(\.name)
    guard let leaving = reactions.firstIndex(of: "leave"), let asking = reactions.firstIndex(of: "ask") else { return }
    for probability in [0.1, 0.5, 0.9] {
        let users = Leaver(probability: probability, leaving: leaving, asking: asking, count: reactions.count)
        let changed = try scenario.replacingUsers("owner", with: users)
        let solution = try changed.solve(.gradient(starts: 4))
        print(probability, solution.value, solution.evaluation.turns)
    }
}
// docs: end
