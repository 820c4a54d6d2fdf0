internal import GameModel
internal import NumericalMethods

/// The part of the kit for agents that look ahead: δ, λ and utilities, and that the reactions of a last turn follow from them.
struct ForesightConformance {
    let kit: UserAgentConformance

    /// Everything that is wrong; empty for an agent that conforms or does not look ahead.
    func violations(of agent: any UserAgent) -> [String] {
        guard let foresight = agent.foresight else { return [] }
        var found: [String] = []
        if !(foresight.weight > 0 && foresight.weight <= 1) {
            found.append("foresight \(foresight.weight) is not in (0, 1]")
        }
        if !(foresight.rationality > 0) { found.append("rationality \(foresight.rationality) is not above 0") }
        for state in 0..<kit.stateCount {
            for response in kit.responses.indices {
                for turn in 1...kit.horizon {
                    let place = "state \(state), response \(response), turn \(turn)"
                    found += rowViolations(agent, turn, state, response, foresight.rationality).map {
                        "\(place): \($0)"
                    }
                }
            }
        }
        return found
    }

    private func rowViolations(
        _ agent: any UserAgent, _ turn: Int, _ state: Int, _ response: Int, _ rationality: Double
    ) -> [String] {
        func utilities() -> [Double?]? {
            try? agent.reactionUtilities(
                turn: turn, state: state, response: response, features: kit.responses[response])
        }
        guard let row = utilities() else { return ["throws for utilities"] }
        guard row.count == kit.reactionCount else { return ["\(row.count) utilities instead of \(kit.reactionCount)"] }
        guard let best = row.compactMap(\.self).max() else { return ["no reaction is possible"] }
        guard row.compactMap(\.self).allSatisfy(\.isFinite) else { return ["a utility is not finite"] }
        var found: [String] = []
        if utilities() != row { found.append("two different answers for utilities") }
        let chances = try? agent.reactionProbabilities(
            turn: turn, state: state, response: response, features: kit.responses[response])
        guard let chances, let most = chances.max(), chances.count == row.count else { return found }
        for (reaction, utility) in row.enumerated() {
            guard let utility else {
                if chances[reaction] != 0 { found.append("reaction \(reaction) has no utility but a probability") }
                continue
            }
            let expected = utility == best ? most : most * Libm.exp(rationality * (utility - best))
            if abs(chances[reaction] - expected) > 1e-12 {
                found.append("reaction \(reaction) has probability \(chances[reaction]); its utility says \(expected)")
            }
        }
        return found
    }
}
