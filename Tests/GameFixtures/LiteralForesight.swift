public import GameModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Users who look ahead, as the simulation standard writes them down: U_t by plain recursion over what may be observed.
///
/// It asks the agents of the definition directly, knows nothing of classes, tables or shifts of exponents, and takes
/// exponential time. Users who do not look ahead answer as their agents do.
public struct LiteralForesight {
    let definition: GameDefinition
    let policy: BruteForce.Rule

    public init(_ definition: GameDefinition, policy: @escaping BruteForce.Rule) {
        self.definition = definition
        self.policy = policy
    }

    /// react_θ(· | t, x, what was observed, a).
    public func reactions(
        user: Int, turn: Int, state: Int, observed: [BruteForce.Observed], response: Int
    ) throws -> [Double] {
        let agent = definition.users[user].agent
        guard let foresight = agent.foresight else {
            return try agent.reactionProbabilities(
                turn: turn, state: state, response: response, features: definition.responses[response].features)
        }
        let values = try values(user, turn, state, observed, response, foresight)
        let best = values.compactMap(\.self).max() ?? 0
        let weights = values.map { value -> Double in
            guard let value else { return 0 }
            if foresight.rationality == .infinity { return value == best ? 1 : 0 }
            return exp(foresight.rationality * value)
        }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    /// U_t(θ, x, what was observed).
    func worth(_ user: Int, _ turn: Int, _ state: Int, _ observed: [BruteForce.Observed], _ foresight: UserForesight)
        throws
        -> Double
    {
        guard turn <= definition.horizon else { return 0 }
        var sum = 0.0
        for (response, share) in policy(turn, observed).enumerated() {
            let values = try values(user, turn, state, observed, response, foresight).compactMap(\.self)
            let inclusive =
                foresight.rationality == .infinity
                ? values.max() ?? 0
                : log(values.reduce(0) { $0 + exp(foresight.rationality * $1) }) / foresight.rationality
            sum += share * inclusive
        }
        return sum
    }

    /// u plus δ · E[U_{t+1}] for the reactions that go on.
    private func values(
        _ user: Int, _ turn: Int, _ state: Int, _ observed: [BruteForce.Observed], _ response: Int,
        _ foresight: UserForesight
    ) throws -> [Double?] {
        let type = definition.users[user]
        let features = definition.responses[response].features
        var values = try type.agent.reactionUtilities(
            turn: turn, state: state, response: response, features: features)
        for (reaction, item) in definition.reactions.enumerated() where values[reaction] != nil {
            let shown: Int
            switch item.effect {
            case .ends: continue
            case .continues: shown = reaction
            case .continuesShowing(let other): shown = other
            }
            let move = try type.agent.moveProbabilities(
                state: state, stateCount: definition.states.count, response: response, features: features,
                reaction: reaction)
            var expected = 0.0
            for (next, chance) in [(state - 1, move.down), (state, move.stay), (state + 1, move.up)] where chance > 0 {
                for cue in definition.cues.indices {
                    expected +=
                        chance * type.cues[next][cue]
                        * (try worth(user, turn + 1, next, observed + [(response, shown, cue)], foresight))
                }
            }
            values[reaction]? += foresight.weight * expected
        }
        return values
    }
}
