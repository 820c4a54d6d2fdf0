public import GameModel

/// The kit that every ``UserAgent`` passes, for one shape of a game.
///
/// ```swift
/// @Test func myAgent() {
///     let kit = UserAgentConformance(stateCount: 3, responses: [[0, 0], [1, 0.5]], reactionCount: 4, forbidden: [2])
///     #expect(kit.violations(of: MyAgent()) == [])
/// }
/// ```
///
/// What is checked, for every turn, state, response and reaction of the shape:
///
/// - Reactions and moves are distributions of the right length, moves stay inside the range, forbidden reactions have probability
///   exactly 0, and nothing throws.
/// - The same question has the same answer, and the answer depends on the turn if and only if the agent says so.
/// - An agent that looks ahead has δ in (0, 1], λ above 0 and finite utilities, from which its reactions of a last turn follow.
/// - A number that the agent names can be set, reads back, and changes no other; set to what it is, it changes no reaction and no move.
public struct UserAgentConformance: Sendable {
    /// |X|, at least 1.
    public var stateCount: Int
    /// f(a) per response.
    public var responses: [[Double]]
    /// |M|, at least 1.
    public var reactionCount: Int
    /// Reactions that the agent must give with probability exactly 0.
    public var forbidden: Set<Int>
    /// Turns that are asked for, from 1.
    public var horizon: Int

    public init(
        stateCount: Int, responses: [[Double]], reactionCount: Int, forbidden: Set<Int> = [], horizon: Int = 5
    ) {
        self.stateCount = stateCount
        self.responses = responses
        self.reactionCount = reactionCount
        self.forbidden = forbidden
        self.horizon = horizon
    }

    /// Everything that is wrong with an agent, in words; empty if it conforms.
    ///
    /// - Complexity: a few questions per turn, state, response and reaction, times the numbers that the agent names.
    public func violations(of agent: any UserAgent) -> [String] {
        var found: [String] = []
        var turnMatters = false
        for state in 0..<stateCount {
            for response in responses.indices {
                var first: [Double]?
                for turn in 1...horizon {
                    let place = "state \(state), response \(response), turn \(turn)"
                    guard let row = reactions(agent, turn, state, response) else {
                        found.append("\(place): throws for reactions")
                        continue
                    }
                    found += rowViolations(row).map { "\(place): \($0)" }
                    if reactions(agent, turn, state, response) != row {
                        found.append("\(place): two different answers")
                    }
                    if let first, row != first { turnMatters = true }
                    first = first ?? row
                }
                found += moveViolations(agent, state, response)
            }
        }
        found += ForesightConformance(kit: self).violations(of: agent)
        found += CoefficientConformance(kit: self).violations(of: agent)
        if turnMatters && !agent.dependsOnTurn { found.append("depends on the turn but says that it does not") }
        if !turnMatters && agent.dependsOnTurn { found.append("says that it depends on the turn but does not") }
        return found
    }

    private func reactions(_ agent: any UserAgent, _ turn: Int, _ state: Int, _ response: Int) -> [Double]? {
        try? agent.reactionProbabilities(turn: turn, state: state, response: response, features: responses[response])
    }

    private func rowViolations(_ row: [Double]) -> [String] {
        var found: [String] = []
        if row.count != reactionCount { found.append("\(row.count) reactions instead of \(reactionCount)") }
        found += distributionViolations(row)
        for reaction in forbidden.sorted() where row.indices.contains(reaction) && row[reaction] != 0 {
            found.append("forbidden reaction \(reaction) has probability \(row[reaction])")
        }
        return found
    }

    private func moveViolations(_ agent: any UserAgent, _ state: Int, _ response: Int) -> [String] {
        (0..<reactionCount).flatMap { reaction -> [String] in
            let place = "state \(state), response \(response), reaction \(reaction)"
            func move() -> AdjacentMove? {
                try? agent.moveProbabilities(
                    state: state, stateCount: stateCount, response: response, features: responses[response],
                    reaction: reaction)
            }
            guard let step = move() else { return ["\(place): throws for moves"] }
            var found = distributionViolations([step.down, step.stay, step.up])
            if move() != step { found.append("two different moves") }
            if state == 0 && step.down != 0 { found.append("leaves the range below") }
            if state == stateCount - 1 && step.up != 0 { found.append("leaves the range above") }
            return found.map { "\(place): \($0)" }
        }
    }

    private func distributionViolations(_ row: [Double]) -> [String] {
        guard row.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { return ["\(row) has an entry that is no probability"] }
        // Rounding alone: far inside what a game accepts.
        return abs(row.reduce(0, +) - 1) <= 1e-12 ? [] : ["\(row) sums to \(row.reduce(0, +))"]
    }
}
