public import GameModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The optimal value by plain recursion over every history: expectimax on unnormalised beliefs.
///
/// With a reference and a weight τ it takes soft maxima in place of maxima: the KL-regularised optimum. It asks the agents of the definition directly, knows nothing of compiled tables or bounds, and takes exponential time.
public struct BeliefOracle {
    let definition: GameDefinition
    let goal: Objective.Goal
    /// π_ref and τ, or nil for the hard optimum.
    let soft: (reference: [Double], weight: Double)?
    /// [|Θ|][|Ω|] what is subtracted when a conversation with a type ends in an outcome; empty for nothing.
    let prices: [[Double]]

    public init(
        _ definition: GameDefinition, goal: Objective.Goal, soft: (reference: [Double], weight: Double)? = nil,
        prices: [[Double]] = []
    ) {
        self.definition = definition
        self.goal = goal
        self.soft = soft
        self.prices = prices
    }

    /// The value of the best policy that remembers everything.
    public func value() throws -> Double {
        var sum = 0.0
        for cue in definition.cues.indices {
            let belief = definition.users.map { user in
                definition.states.indices.map { user.prior * user.initialState[$0] * user.cues[$0][cue] }
            }
            sum += try best(turn: 1, belief)
        }
        return sum
    }

    /// The value of a belief [|Θ|][|X|] of joint probabilities at a turn.
    private func best(turn: Int, _ belief: [[Double]]) throws -> Double {
        guard turn <= definition.horizon else {
            let timeout = definition.outcomes.firstIndex(where: \.isTimeout) ?? 0
            return definition.users.indices.reduce(0) {
                $0 + belief[$1].reduce(0, +) * ending($1, timeout, turn: turn)
            }
        }
        guard belief.joined().contains(where: { $0 > 0 }) else { return 0 }
        let values = try definition.responses.indices.map { try value(of: $0, turn: turn, belief) }
        let best = values.max() ?? 0
        guard let soft else { return best }
        let weight = soft.weight * discount(turn) * belief.joined().reduce(0, +)
        return best + weight * log(zip(values, soft.reference).reduce(0) { $0 + $1.1 * exp(($1.0 - best) / weight) })
    }

    private func value(of response: Int, turn: Int, _ belief: [[Double]]) throws -> Double {
        let item = definition.responses[response]
        let empty = definition.users.map { _ in definition.states.map { _ in 0.0 } }
        var next = [[[Double]]](repeating: empty, count: definition.reactions.count * definition.cues.count)
        var value = 0.0
        for (index, user) in definition.users.enumerated() {
            for state in definition.states.indices {
                let mass = belief[index][state]
                if goal == .payoff {
                    let stage = zip(user.exposure, item.features).reduce(-item.cost) { $0 + $1.0 * $1.1 }
                    value += mass * discount(turn) * stage
                }
                let row = try user.agent.reactionProbabilities(
                    turn: turn, state: state, response: response, features: item.features)
                for (reaction, chance) in row.enumerated() {
                    let shown: Int
                    switch definition.reactions[reaction].effect {
                    case .ends(let outcome):
                        value += mass * chance * ending(index, outcome, turn: turn)
                        continue
                    case .continues: shown = reaction
                    case .continuesShowing(let other): shown = other
                    }
                    let move = try user.agent.moveProbabilities(
                        state: state, stateCount: definition.states.count, response: response,
                        features: item.features, reaction: reaction)
                    for (to, step) in [(state - 1, move.down), (state, move.stay), (state + 1, move.up)] where step > 0
                    {
                        for cue in definition.cues.indices {
                            next[shown * definition.cues.count + cue][index][to] +=
                                mass * chance * step * user.cues[to][cue]
                        }
                    }
                }
            }
        }
        for belief in next { value += try best(turn: turn + 1, belief) }
        return value
    }

    private func ending(_ user: Int, _ outcome: Int, turn: Int) -> Double {
        let price = prices.isEmpty ? 0 : prices[user][outcome]
        return switch goal {
        case .payoff: discount(turn) * definition.users[user].outcomePayoff[outcome] - price
        case .safeOutcomes: definition.outcomes[outcome].isSafe ? 1 - price : -price
        }
    }

    private func discount(_ turn: Int) -> Double {
        (1..<max(1, turn)).reduce(1) { product, _ in product * definition.discount }
    }
}
