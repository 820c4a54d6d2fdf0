package import GameModel
internal import NumericalMethods

/// Kullback–Leibler divergence between strategies.
package enum Divergence {
    /// KL(p ‖ q) = Σ p log(p / q), in nats; 0 log 0 = 0, and infinite where p is positive and q is 0.
    ///
    /// - Complexity: O(number of responses).
    package static func kullbackLeibler(_ p: ArraySlice<Double>, _ q: [Double]) -> Double {
        zip(p, q).reduce(0) { sum, pair in pair.0 > 0 ? sum + pair.0 * Libm.log(pair.0 / pair.1) : sum }
    }
}

/// How large the KL term of an objective can get.
package enum KLScale {
    /// τ · Σ_t γ^{t−1} · max_a log(1/π_ref(a)) over the responses in play, in the goal's units; 0 without a KL term.
    package static func largest(_ objective: Objective, game: Game) -> Double {
        let least = objective.reference.least
        guard objective.klWeight > 0, objective.reference.otherwise.contains(where: { $0 > 0 }) else { return 0 }
        let turns = (0..<game.horizon).reduce((sum: 0.0, factor: 1.0)) { total, _ in
            (total.sum + total.factor, total.factor * game.discount)
        }
        return objective.klWeight * turns.sum * Libm.log(1 / least)
    }
}
