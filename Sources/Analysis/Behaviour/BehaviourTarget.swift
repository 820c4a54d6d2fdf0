public import GameModel

/// What a type of user is to do: P(m | t, a, θ) = p, in one state or on average over the states in which conversations begin.
public struct BehaviourTarget: Sendable, Equatable {
    /// Index of the user type.
    public var user: Int
    /// Index of the reaction.
    public var reaction: Int
    /// Index of the response that it follows.
    public var response: Int
    /// Index of the state; nil for the average over initial_θ, which is the mix of states in turn 1 and in no other.
    public var state: Int?
    /// From 1.
    public var turn: Int
    /// In [0, 1].
    public var probability: Double

    public init(user: Int, reaction: Int, response: Int, state: Int? = nil, turn: Int = 1, probability: Double) {
        (self.user, self.reaction, self.response) = (user, reaction, response)
        (self.state, self.turn, self.probability) = (state, turn, probability)
    }

    /// Whether two targets are about the same probability.
    func isAboutTheSame(as other: BehaviourTarget) -> Bool {
        var other = other
        other.probability = probability
        return self == other
    }
}

/// The least change of a game's users that meets targets, or the nearest that can be met.
///
/// The biases b_m of the reactions of a type are moved by Δ_m, in logits: u_m becomes u_m + Δ_m / λ, for all turns, states and responses
/// alike. Of all changes with P(m | t, a, θ) = p for every target, the one with the least ½ Σ_m Δ_m² is looked for, type by type, by
/// sequential quadratic programming with exact derivatives of the softmax. The equations are not linear, so that there may be more
/// than one least change; searches begin from no change and from ±2 logits of each reaction, and the smallest change found is taken.
///
/// Where no change meets the targets, the sum of squared differences between probabilities and targets is made least, which biases
/// without end may only approach.
///
/// Source: Nocedal & Wright 2006, Numerical Optimization, chapter 18 (SQP with an ℓ₁ merit function), chapter 10 (Levenberg–Marquardt).
public struct LeastChange: Sendable, Equatable {
    /// A bias that was moved.
    public struct Change: Sendable, Equatable {
        public let user: Int
        public let reaction: Int
        /// The bias as it was, and as it is now, in units of utility.
        public let before: Double
        public let after: Double
        /// Δ_m, in logits.
        public let logits: Double
    }

    /// What became of a target.
    public struct Finding: Sendable, Equatable {
        public let target: BehaviourTarget
        public let before: Double
        public let after: Double
    }

    /// The biases that were moved, in the order of types and reactions.
    public let changes: [Change]
    /// In the order of the targets.
    public let findings: [Finding]
    /// Whether every target is met to ``tolerance``.
    public let isMet: Bool
    /// The root of Σ Δ_m² over all types, in logits.
    public let size: Double

    /// How far a probability may be from its target.
    public static let tolerance = 1e-7
    /// Moves of less are none: what rounding leaves.
    private static let noMove = 1e-9

    /// - Parameters:
    ///   - targets: at least one; probabilities in [0, 1], indices of the game.
    ///   - game: as users are to be changed.
    /// - Throws: `GameError` for a user who has no biases (a table, say), whose reactions depend on the policy (foresight), or who reacts at
    ///   random or always in the best way, so that no bias changes how; and for a target on the average of a later turn than 1.
    /// - Complexity: per type with targets O(starts · iterations · (|M| + targets)³).
    public init(_ targets: [BehaviourTarget], in game: GameDefinition) throws(GameError) {
        var (changes, met): ([Change], Bool) = ([], true)
        var changed = game
        for user in game.users.indices where targets.contains(where: { $0.user == user }) {
            let problem = try SoftmaxTargets(targets.filter { $0.user == user }, user: user, in: game)
            let found = problem.solve()
            let moves = try problem.biases(found.shifts)
            for (reaction, move) in moves.enumerated() {
                guard let move, abs(move.logits) > Self.noMove else { continue }
                let coefficient = UserCoefficient.utility(reaction: reaction, .bias)
                guard let agent = changed.users[user].agent.setting(coefficient, to: move.after) else { continue }
                changed.users[user].agent = agent
                changes.append(
                    Change(
                        user: user, reaction: reaction, before: move.before, after: move.after, logits: move.logits))
            }
        }
        var findings: [Finding] = []
        for target in targets {
            let (before, after) = (try target.value(in: game), try target.value(in: changed))
            findings.append(Finding(target: target, before: before, after: after))
            met = met && abs(after - target.probability) <= Self.tolerance
        }
        (self.changes, self.findings, isMet) = (changes, findings, met)
        size = changes.reduce(0) { $0 + $1.logits * $1.logits }.squareRoot()
    }
}

extension BehaviourTarget {
    /// The probability that the target is about, as a game's users have it.
    ///
    /// - Throws: `GameError` if a user gives no distribution.
    public func value(in game: GameDefinition) throws(GameError) -> Double {
        let user = game.users[user]
        var sum = 0.0
        for (state, weight) in weights(in: game) {
            let row = try user.agent.reactionProbabilities(
                turn: turn, state: state, response: response, features: game.responses[response].features)
            sum += weight * row[reaction]
        }
        return sum
    }

    /// The states that the probability is an average over, with their weights.
    func weights(in game: GameDefinition) -> [(state: Int, weight: Double)] {
        if let state { return [(state, 1)] }
        return game.users[user].initialState.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }
    }
}
