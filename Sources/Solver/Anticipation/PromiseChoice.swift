internal import GameModel
internal import NumericalMethods

/// How the model chooses among responses that are worth something: the best one, or softly where leaving a reference costs.
///
/// A KL term is linear in the belief for a given strategy, so W stays convex and homogeneous, and
/// sup_π Σ_a π(a) Q_a − k KL(π ‖ π_ref) = k log Σ_a π_ref(a) exp(Q_a / k), with k = τ γ^{t−1} times the mass of the belief.
struct PromiseChoice {
    private let game: Game
    /// τ; 0 for none.
    private let weight: Double
    /// [|A|] π_ref; responses that it never gives cannot be given where τ > 0.
    private let reference: [Double]
    /// [H] how much of the KL term counts per unit of belief.
    private let shares: [Double]

    init(game: Game, goal: LagrangianGoal, objective: Objective?) {
        self.game = game
        weight = objective?.klWeight ?? 0
        reference = objective?.reference.otherwise ?? []
        shares = (0..<game.hiddenCount).map { goal.goalWeight * goal.share(ofUser: game.user(of: $0), game: game) }
    }

    /// k.
    private func temperature(turn: Int, _ belief: [Double]) -> Double {
        guard weight > 0 else { return 0 }
        return weight * game.discounts[turn - 1] * zip(belief, shares).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// The value of the choice.
    func value(turn: Int, belief: [Double], of values: [Double]) -> Double {
        let temperature = temperature(turn: turn, belief)
        guard temperature > 0 else { return values.max() ?? 0 }
        let best = values.indices.reduce(-Double.infinity) { reference[$1] > 0 ? max($0, values[$1]) : $0 }
        let total = values.indices.reduce(0) {
            reference[$1] > 0 ? $0 + reference[$1] * Libm.exp((values[$1] - best) / temperature) : $0
        }
        return best + temperature * Libm.log(total)
    }

    /// [|A|] how probable each response is.
    func strategy(turn: Int, belief: [Double], of values: [Double]) -> [Double] {
        let value = value(turn: turn, belief: belief, of: values)
        let temperature = temperature(turn: turn, belief)
        guard temperature > 0 else { return values.map { $0 == value ? 1 : 0 } }
        return values.indices.map { reference[$0] * Libm.exp((values[$0] - value) / temperature) }
    }
}
