internal import ExactEvaluation
package import GameModel

/// What answers are worth to a policy that goes on afterwards, by everything that a conversation is measured by.
package struct CreditMeasures: Sendable {
    /// One of the measures.
    package struct Measure: Sendable {
        /// `payoff`, `safe`, or the name of an outcome.
        package let name: String
        let values: ActionValues
    }

    package let game: Game
    package let policy: Policy
    /// Payoff first, counted from the turn on; then the probabilities of a safe end and of every outcome.
    package let measures: [Measure]
    /// [measures] before anything is said.
    package let start: [Double]

    /// Where in ``measures`` these two are.
    package static let (payoff, safe) = (0, 1)

    /// - Throws: `GameError` where discounting leaves nothing of late payoffs that a number can hold.
    /// - Complexity: a backward pass a measure.
    package init(_ policy: Policy, game: Game) throws {
        (self.game, self.policy) = (game, policy)
        try game.checkLatePayoffs()
        let flat = game.responses.map { _ in 1 / Double(game.responses.count) }
        func goal(_ name: String, _ goal: Objective.Goal) throws -> Measure {
            Measure(
                name: name,
                values: try ActionValues(
                    policy, game: game, objective: Objective(goal: goal, reference: flat), multipliers: []))
        }
        measures =
            try [goal("payoff", .payoff), goal("safe", .safeOutcomes)]
            + game.outcomes.indices.map { outcome in
                Measure(
                    name: game.outcomes[outcome].name,
                    values: ActionValues(probabilityOf: outcome, policy, game: game))
            }
        let whole = Evaluation(policy, game: game)
        start =
            [whole.payoff, whole.safe]
            + game.outcomes.indices.map { outcome in
                game.users.indices.reduce(0) { $0 + game.prior[$1] * whole.outcomes[$1][outcome] }
            }
    }

    /// V, and Q of every response, where a conversation may stand.
    ///
    /// - Parameter part: what of a place's belief counts: [H], on the simplex over all places.
    /// - Complexity: O(places · nodes · H · |A|).
    func worth(
        _ measure: Int, turn: Int, places: [Placement.Place], part: (Belief) -> [Double]
    ) -> (value: Double, responses: [Double]) {
        var list: [Double] = []
        standing(turn: turn, places).append(measures[measure].values, of: places.map { part($0.belief) }, to: &list)
        return (list[0], Array(list.dropFirst()))
    }

    /// What the policy says where a conversation may stand.
    func standing(turn: Int, _ places: [Placement.Place]) -> PolicyStanding {
        PolicyStanding(policy, game: game, turn: turn, places: places)
    }
}
