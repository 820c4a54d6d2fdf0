public import GameModel

/// The oracle: the loop of the simulation standard written down literally and expanded over every possible conversation.
///
/// Users who look ahead anticipate the policy that is evaluated. It asks the agents directly, knows nothing of compiled tables, passes or memory layouts, and takes exponential time.
public struct BruteForce {
    /// What the policy sees: the observations so far as (own response or nil, shown reaction or nil, cue), oldest first.
    public typealias Observed = (said: Int?, shown: Int?, cue: Int)
    /// A policy as a function of what was said and observed.
    public typealias Rule = (_ turn: Int, _ observed: [Observed]) -> [Double]

    public struct Result: Equatable, Sendable {
        public var payoff: [Double]
        public var outcomes: [[Double]]
        public var turns: [Double]
    }

    let definition: GameDefinition

    public init(_ definition: GameDefinition) { self.definition = definition }

    /// Expands every conversation; results are per user type, conditional on it.
    public func evaluate(_ policy: @escaping Rule) throws -> Result {
        var result = Result(
            payoff: definition.users.map { _ in 0 },
            outcomes: definition.users.map { _ in definition.outcomes.map { _ in 0 } },
            turns: definition.users.map { _ in 0 })
        for (index, user) in definition.users.enumerated() {
            for state in definition.states.indices {
                for cue in definition.cues.indices {
                    let probability = user.initialState[state] * user.cues[state][cue]
                    try expand(
                        index, state, observed: [(nil, nil, cue)], turn: 1, probability: probability, gain: 0, policy,
                        &result)
                }
            }
        }
        return result
    }

    private func expand(
        _ user: Int, _ state: Int, observed: [Observed], turn: Int, probability: Double, gain: Double,
        _ policy: @escaping Rule, _ result: inout Result
    ) throws {
        guard probability > 0 else { return }
        let type = definition.users[user]
        var discount = 1.0
        for _ in 1..<turn { discount *= definition.discount }
        if turn > definition.horizon {
            guard let timeout = definition.outcomes.firstIndex(where: \.isTimeout) else { return }
            result.payoff[user] += probability * (gain + discount * type.outcomePayoff[timeout])
            result.outcomes[user][timeout] += probability
            return
        }
        result.turns[user] += probability
        for (response, share) in policy(turn, observed).enumerated() where share > 0 {
            let item = definition.responses[response]
            var gain = gain - discount * item.cost
            for (weight, value) in zip(type.exposure, item.features) { gain += discount * weight * value }
            let reactions = try LiteralForesight(definition, policy: policy).reactions(
                user: user, turn: turn, state: state, observed: observed, response: response)
            for (reaction, chance) in reactions.enumerated() {
                let here = probability * share * chance
                let shown: Int
                switch definition.reactions[reaction].effect {
                case .ends(let outcome):
                    result.payoff[user] += here * (gain + discount * type.outcomePayoff[outcome])
                    result.outcomes[user][outcome] += here
                    continue
                case .continues: shown = reaction
                case .continuesShowing(let other): shown = other
                }
                let move = try type.agent.moveProbabilities(
                    state: state, stateCount: definition.states.count, response: response, features: item.features,
                    reaction: reaction)
                for (next, chance) in [(state - 1, move.down), (state, move.stay), (state + 1, move.up)]
                where chance > 0 {
                    for cue in definition.cues.indices {
                        try expand(
                            user, next, observed: observed + [(response, shown, cue)], turn: turn + 1,
                            probability: here * chance * type.cues[next][cue], gain: gain, policy, &result)
                    }
                }
            }
        }
    }
}

extension BruteForce {
    /// A controller as a plain function of what was observed, by looking its memory up.
    public static func policy(_ controller: Policy, game: Game) -> Rule {
        { turn, observed in
            let indices = observed.map { seen -> Int in
                guard let shown = seen.shown, let rank = game.shownReactions.firstIndex(of: shown) else {
                    return seen.cue
                }
                return game.observations.index(shown: rank, cue: seen.cue)
            }
            if controller.memory.kind == .graph {
                var node = controller.memory.initial[indices[0]].entries[0].node
                for (seen, index) in zip(observed, indices).dropFirst() {
                    node = controller.memory.successor(
                        of: node, after: seen.said ?? 0, observation: index, game: game)
                }
                return Array(controller.strategy(at: node))
            }
            let kept = Array(indices.suffix(controller.memory.kind.observations))
            let node = controller.memory.remembered.indices.first {
                controller.memory.remembered[$0] == kept
                    && (controller.memory.turn(of: $0) ?? turn) == turn
            }
            return node.map { Array(controller.strategy(at: $0)) } ?? []
        }
    }

    /// Every deterministic controller of a memory, as strategies [nodes, |A|].
    public static func deterministicStrategies(nodes: Int, responses: Int) -> [[Double]] {
        (0..<nodes).reduce([[]]) { list, _ in
            list.flatMap { head in
                (0..<responses).map { choice in
                    head + (0..<responses).map { $0 == choice ? 1.0 : 0.0 }
                }
            }
        }
    }
}
