import GameFixtures
import GameModel
import Glibc
import UserAgents

/// The game that belief planning is measured on: dense tables made at random from a fixed seed.
///
/// 3 user types × 4 states (12 hidden), 7 responses, 5 continuing reactions under one cue, 4 endings and the timeout, no
/// discount. Every reaction table is peaked, exp(4u) for u uniform, and ends a conversation with probability 0.02 to 0.3, so
/// that what the user does tells much about the type, there is time to use it, and what is right for one type is wrong for
/// another. Payoffs are −25 + 35 · u^0.3435: from −25 to +10, more of them near the top. The seed and the exponent were chosen
/// so that the optimum at horizon 8 is about 0.7 and forgetting is dear; they stay as they are. Since they were chosen, games from
/// other seeds, and with even payoffs, are measured beside it.
struct DenseGame {
    /// The exponent of the payoffs.
    static let skew = 0.3435

    /// - Parameters:
    ///   - seed: 27 for the game that is always measured; any other for a game of the same kind.
    ///   - skew: 1 for payoffs that are spread evenly.
    static func game(horizon: Int, seed: UInt64 = 27, skew: Double = skew) throws(GameError) -> Game {
        var random = SplitMix64(seed: seed)
        let (types, states, responses, continuing, ending) = (3, 4, 7, 5, 4)
        let prior = random.distribution(types)
        let users = prior.enumerated().map { index, share in
            UserType(
                name: "user\(index)", prior: share, initialState: random.distribution(states),
                cues: Array(repeating: [1], count: states),
                outcomePayoff: (0...ending).map { _ in -25 + 35 * pow(random.unit(), skew) }, exposure: [],
                agent: TabularUser(
                    reactions: (0..<states).map { _ in
                        (0..<responses).map { _ in row(continuing: continuing, ending: ending, &random) }
                    },
                    movement: .logit(
                        MovePredictor(
                            bias: random.uniform(-0.5, 0.5), features: [],
                            states: (0..<states).map { _ in random.uniform(-0.5, 0.5) },
                            reactions: (0..<continuing + ending).map { _ in random.uniform(-0.5, 0.5) }, inertia: 1))))
        }
        return try Game(
            GameDefinition(
                name: "dense-\(horizon)", horizon: horizon, discount: 1, features: [],
                responses: (0..<responses).map { Response(name: "say\($0)", features: [], cost: 0.1 * random.unit()) },
                outcomes: (0..<ending).map { Outcome(name: "outcome\($0)", isSafe: $0 % 2 == 0) }
                    + [Outcome(name: "timeout", isSafe: true, isTimeout: true)],
                states: (0..<states).map { "state\($0)" }, cues: ["cue"],
                reactions: (0..<continuing).map { Reaction(name: "go\($0)", effect: .continues) }
                    + (0..<ending).map { Reaction(name: "end\($0)", effect: .ends(outcome: $0)) },
                users: users))
    }

    /// A distribution over the reactions: the endings share what ends, the others the rest.
    private static func row(continuing: Int, ending: Int, _ random: inout SplitMix64) -> [Double] {
        let ends = random.uniform(0.02, 0.3)
        let parts = [(continuing, 1 - ends), (ending, ends)].map { count, total in
            let weights = (0..<count).map { _ in exp(4 * random.unit()) }
            let sum = weights.reduce(0, +)
            return weights.map { total * $0 / sum }
        }
        return parts[0] + parts[1]
    }
}
