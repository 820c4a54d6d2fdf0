internal import GameModel

/// The part of the kit for the numbers that an agent names: that they can be set, one at a time.
struct CoefficientConformance {
    let kit: UserAgentConformance

    /// Everything that is wrong; empty for an agent that conforms or names no numbers.
    func violations(of agent: any UserAgent) -> [String] {
        let named = coefficients.compactMap { coefficient in
            agent.value(of: coefficient).map { (coefficient: coefficient, value: $0) }
        }
        return named.flatMap { coefficient, value -> [String] in
            guard let same = agent.setting(coefficient, to: value) else {
                return ["\(coefficient): is named and cannot be set"]
            }
            var found: [String] = []
            if answers(same) != answers(agent) { found.append("set to what it is, it changes what the user does") }
            let other = value == 0.25 ? 0.5 : 0.25
            guard let changed = agent.setting(coefficient, to: other) else {
                return (found + ["cannot be set to \(other)"]).map { "\(coefficient): \($0)" }
            }
            for (neighbour, old) in named {
                let new = changed.value(of: neighbour)
                if neighbour == coefficient {
                    if new != other { found.append("is set to \(other) and reads back as \(said(new))") }
                } else if new != old {
                    found.append("changes \(neighbour) from \(old) to \(said(new))")
                }
            }
            return found.map { "\(coefficient): \($0)" }
        }
    }

    private func said(_ value: Double?) -> String { value.map { "\($0)" } ?? "nothing" }

    /// Every name that a number of this shape can have.
    private var coefficients: [UserCoefficient] {
        let features = (0..<(kit.responses.map(\.count).max() ?? 0)).map { UserCoefficient.Term.feature($0) }
        let states = (0..<kit.stateCount).map { UserCoefficient.Term.state($0) }
        let reactions = 0..<kit.reactionCount
        let utilities = reactions.flatMap { reaction in
            ([.bias, .turn] + features + states).map { UserCoefficient.utility(reaction: reaction, $0) }
        }
        let moves = [.bias, .inertia] + features + states + reactions.map { UserCoefficient.Term.reaction($0) }
        return [.rationality, .foresight] + utilities + moves.map { .move($0) }
    }

    /// Everything that the agent says of reactions and moves; nil where it throws.
    private func answers(_ agent: any UserAgent) -> [[Double]?] {
        var rows: [[Double]?] = []
        for state in 0..<kit.stateCount {
            for (response, features) in kit.responses.enumerated() {
                for turn in 1...kit.horizon {
                    rows.append(
                        try? agent.reactionProbabilities(
                            turn: turn, state: state, response: response, features: features))
                }
                for reaction in 0..<kit.reactionCount {
                    let move = try? agent.moveProbabilities(
                        state: state, stateCount: kit.stateCount, response: response, features: features,
                        reaction: reaction)
                    rows.append(move.map { [$0.down, $0.stay, $0.up] })
                }
            }
        }
        return rows
    }
}
