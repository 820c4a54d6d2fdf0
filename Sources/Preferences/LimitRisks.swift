internal import ExactEvaluation
package import GameModel

/// What the objective's limits say of an answer at a prompt: P(ω | θ, prompt) if it is given with certainty and the policy is followed
/// afterwards.
///
/// A limit is on a conditional probability, so it counts given its type θ: the posterior over θ's states at the prompt, whatever the
/// prior of θ is. A type that cannot have written the prompt limits nothing there.
package struct LimitRisks: Sendable {
    /// Where a prompt may stand: a history, or an opening cue that may have been shown.
    package struct Situation: Sendable {
        /// How probable it is among those of the prompt; need not sum to 1.
        package var share: Double
        package var belief: Belief
        /// t, from 1.
        package var turn: Int
        package var nodes: NodeDistribution

        package init(share: Double, belief: Belief, turn: Int, nodes: NodeDistribution) {
            (self.share, self.belief, self.turn, self.nodes) = (share, belief, turn, nodes)
        }
    }

    /// What a limit says at a situation.
    package struct Chance: Equatable, Sendable {
        /// P(θ | situation), or P(situation | θ) / P(situation) for a rare type: what situations are averaged by.
        package var mass: Double
        /// [|A|] P(ω | θ, situation, a); all 0 where the mass is.
        package var byResponse: [Double]
    }

    package let limits: [OutcomeConstraint]
    private let game: Game
    /// [|Ω|] P(ω | h, n, a) of the outcomes that are limited.
    private let chances: [ActionValues?]

    /// - Parameters:
    ///   - limits: the constraints of an objective.
    ///   - game: the game, or one that answers were added to as responses.
    ///   - controller: the policy that is followed afterwards, in that game.
    /// - Returns: nil without limits.
    /// - Complexity: one backward pass per outcome that is limited.
    package init?(_ limits: [OutcomeConstraint], game: Game, controller: Policy) {
        guard !limits.isEmpty else { return nil }
        (self.limits, self.game) = (limits, game)
        chances = game.outcomes.indices.map { outcome in
            limits.contains { $0.outcome == outcome }
                ? ActionValues(probabilityOf: outcome, controller, game: game) : nil
        }
    }

    /// One entry per limit.
    ///
    /// The response is a departure from the policy, so that it tells nothing of which policy of a mixture is followed.
    ///
    /// - Complexity: O(limits · nodes · H · |A|).
    package func at(_ situation: Situation) -> [Chance] {
        limits.map { limit in
            let measure = measure(of: limit.user, situation.belief)
            let mass = measure.reduce(0, +)
            var values = [Double](repeating: 0, count: game.responses.count)
            guard mass > 0, let table = chances[limit.outcome] else { return Chance(mass: 0, byResponse: values) }
            let posterior = measure.map { $0 / mass }
            for entry in situation.nodes.entries {
                let given = table.expected(measure: posterior, turn: situation.turn, node: entry.node)
                for response in values.indices { values[response] += entry.probability * given[response] }
            }
            return Chance(mass: mass, byResponse: values)
        }
    }

    /// P(ω | θ, prompt, a) over the situations in which a prompt may stand: [|A|] per limit, nil for a type that cannot have written it.
    ///
    /// - Complexity: O(situations · limits · nodes · H · |A|).
    func risks(at situations: [Situation]) -> [[Double]?] {
        let met = situations.map { (share: $0.share, chances: at($0)) }
        return limits.indices.map { limit in
            let mass = met.reduce(0) { $0 + $1.share * $1.chances[limit].mass }
            guard mass > 0 else { return nil }
            return game.responses.indices.map { response in
                met.reduce(0) { $0 + $1.share * $1.chances[limit].mass / mass * $1.chances[limit].byResponse[response] }
            }
        }
    }

    /// How probable the type of each limit is over the situations in which a prompt may stand.
    func masses(at situations: [Situation]) -> [Double] {
        limits.map { limit in
            situations.reduce(0) { $0 + $1.share * measure(of: limit.user, $1.belief).reduce(0, +) }
        }
    }

    /// Whether an answer makes some limit's probability exceed it.
    ///
    /// - Parameters:
    ///   - answer: what the answer may be: responses of this game with their probabilities, which sum to 1. An answer with features of
    ///     its own is a response of a game that it was added to.
    ///   - situations: where the prompt may stand.
    /// - Complexity: O(situations · limits · nodes · H · |A|).
    package func exceeds(_ answer: [(response: Int, probability: Double)], at situations: [Situation]) -> Bool {
        let met = situations.map { (share: $0.share, chances: at($0)) }
        let found = limits.indices.map { limit -> Double? in
            let mass = met.reduce(0) { $0 + $1.share * $1.chances[limit].mass }
            guard mass > 0 else { return nil }
            return met.reduce(0) { sum, situation in
                let chance = situation.chances[limit]
                let risk = answer.reduce(0) { $0 + $1.probability * chance.byResponse[$1.response] }
                return sum + situation.share * chance.mass / mass * risk
            }
        }
        return Self.exceeds(found, limits)
    }

    /// Whether a probability lies above its limit by more than rounding.
    static func exceeds(_ risks: [Double?], _ limits: [OutcomeConstraint]) -> Bool {
        zip(risks, limits).contains { risk, limit in
            guard let risk else { return false }
            return risk > limit.atMost && !ValueTies.areEqual(risk, limit.atMost, scale: 1)
        }
    }

    /// [H] the belief in the states of one type, not normalised.
    private func measure(of user: Int, _ belief: Belief) -> [Double] {
        let source = game.isRare(user) && !belief.rare.isEmpty ? belief.rare : belief.probabilities
        return source.enumerated().map { game.user(of: $0) == user ? $1 : 0 }
    }
}
