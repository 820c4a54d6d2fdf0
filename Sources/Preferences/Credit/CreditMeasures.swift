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

    /// - Throws: `GameError` never for a policy of the game.
    /// - Complexity: a backward pass a measure.
    package init(_ policy: Policy, game: Game) throws {
        (self.game, self.policy) = (game, policy)
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
        let values = measures[measure].values
        var (value, sums) = (0.0, [Double](repeating: 0, count: game.responses.count))
        for place in places {
            let weights = part(place.belief)
            let rows = place.nodes.entries.map { values.expected(measure: weights, turn: turn, node: $0.node) }
            for (entry, row) in zip(place.nodes.entries, rows) {
                let mass = place.share * entry.probability
                for (response, share) in policy.strategy(at: entry.node).enumerated() where share > 0 {
                    value += mass * share * row[response]
                }
            }
            guard rows.count > 1 else {
                for response in sums.indices { sums[response] += place.share * rows[0][response] }
                continue
            }
            for response in sums.indices {
                // That a mixture gave a response says which of its policies it follows.
                for entry in place.nodes.after(response, of: policy).entries {
                    guard let row = place.nodes.entries.firstIndex(where: { $0.node == entry.node }) else { continue }
                    sums[response] += place.share * entry.probability * rows[row][response]
                }
            }
        }
        return (value, sums)
    }
}
