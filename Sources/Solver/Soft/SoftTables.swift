internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods

/// The game as soft planning reads it: ``BeliefTables`` with prices on outcomes, and the soft maximum over the responses that
/// the reference gives at all.
///
/// Beliefs are unnormalised as there, so every value is positively homogeneous: V_t(b) = τ_t |b| log Σ_a π_ref(a)
/// exp(Q_t(b, a) / (τ_t |b|)), with |b| = Σ_h b(h) and τ_t = τ γ^{t−1}, since rewards carry their discounts.
///
/// Where beliefs weigh a limited type that hardly ever comes by more than its prior (``LagrangianGoal``), its divergence counts as
/// seldom as it comes: |b| is Σ_h s(h) b(h) with s the share of the goal per unit of belief. At a belief in such types alone, |b| = 0,
/// nothing speaks for the reference, and the soft maximum is the maximum.
final class SoftTables {
    let base: BeliefTables
    let game: Game
    /// The responses that the reference gives, and π_ref of each.
    let responses: [Int]
    let shares: [Double]
    /// τ γ^{t−1} per turn (index turn − 1).
    let weights: [Double]
    /// How many responses there are in ``responses``.
    let width: Int
    /// [T, H, width] R_t(h, a), prices included.
    private let rewards: DoubleBuffer
    /// [H] s(h); empty where it is 1 everywhere.
    private let goalShares: [Double]

    /// - Parameters:
    ///   - prices: [H, |Ω|] what is subtracted when a conversation ends in an outcome, in the goal's units.
    ///   - goalShares: [H] s(h), or empty where it is 1 everywhere.
    init(_ base: BeliefTables, objective: Objective, prices: [Double], goalShares: [Double]) {
        self.base = base
        self.goalShares = goalShares
        game = base.game
        responses = objective.reference.support
        shares = responses.map { objective.reference.otherwise[$0] }
        weights = (0..<base.horizon).map { objective.klWeight * base.game.discounts[$0] }
        width = responses.count
        rewards = DoubleBuffer(count: base.horizon * base.hidden * width)
        fill(prices)
    }

    private func fill(_ prices: [Double]) {
        let (outcomes, shown) = (game.outcomes.count, 3 * game.shownReactions.count)
        for turn in 1...base.horizon {
            for h in 0..<base.hidden {
                for (index, response) in responses.enumerated() {
                    var value = unsafe base.rewards(turn: turn)[
                        (response / 4 * base.hidden + h) * 4 + response % 4]
                    let row = game.row(turn: turn, hidden: h, response: response)
                    for outcome in 0..<outcomes {
                        value -= prices[h * outcomes + outcome] * game.ending[row * outcomes + outcome]
                    }
                    if turn == base.horizon {
                        let goesOn = game.advance[row * shown..<(row + 1) * shown].reduce(0, +)
                        value -= prices[h * outcomes + game.timeout] * goesOn
                    }
                    unsafe rewards.base[((turn - 1) * base.hidden + h) * width + index] = value
                }
            }
        }
    }

    /// [H, width] the rewards of a turn.
    func rewards(turn: Int) -> UnsafePointer<Double> {
        unsafe UnsafePointer(rewards.base + (turn &- 1) &* base.hidden &* width)
    }

    /// values[a] = Σ_h b(h) vectors(h, a), for vectors laid out as [H, width]; returns |b|.
    @inline(__always)
    @discardableResult
    func products(
        _ belief: UnsafePointer<Double>, _ vectors: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>
    ) -> Double {
        var mass = 0.0
        for index in 0..<width { unsafe values[index] = 0 }
        for h in 0..<base.hidden {
            let share = unsafe belief[h &+ 1]
            guard share > 0 else { continue }
            mass += goalShares.isEmpty ? share : goalShares[h] * share
            let row = unsafe vectors + h &* width
            for index in 0..<width { unsafe values[index] += share * row[index] }
        }
        return mass
    }

    /// s(h).
    func goalShare(_ hidden: Int) -> Double { goalShares.isEmpty ? 1 : goalShares[hidden] }

    /// |b| of a belief whose numbers sum to 1.
    func goalMass(_ belief: UnsafePointer<Double>) -> Double {
        guard !goalShares.isEmpty else { return 1 }
        var sum = 0.0
        for h in 0..<base.hidden { unsafe sum += goalShares[h] * belief[h + 1] }
        return sum
    }

    /// Σ_h b(h).
    @inline(__always)
    func mass(_ belief: UnsafePointer<Double>) -> Double {
        var sum = 0.0
        for h in 0..<base.hidden { unsafe sum += belief[h &+ 1] }
        return sum
    }

    /// w log Σ_a π_ref(a) exp(values[a] / w), for w = τ_t |b|; the limits are the maximum (w → 0) and the mean (w → ∞).
    ///
    /// - Complexity: O(width) exponentials.
    @inline(__always)
    func softMaximum(_ values: UnsafePointer<Double>, weight: Double) -> Double {
        let best = unsafe largest(values)
        guard weight > 0 else { return best }
        var sum = 0.0
        // Counted from the best, with expm1 and log1p: neither a small nor a large weight loses digits.
        for index in 0..<width { unsafe sum += shares[index] * Libm.expm1((values[index] - best) / weight) }
        return best + weight * Libm.log1p(sum)
    }

    /// π(a) = π_ref(a) exp(values[a] / w) / Σ, one number per response of ``responses``; for w → 0 the first of the best, or the
    /// reference where all are worth the same.
    func strategy(_ values: UnsafePointer<Double>, weight: Double) -> [Double] {
        let best = unsafe largest(values)
        guard weight > 0 else {
            guard let choice = (0..<width).first(where: { unsafe values[$0] == best }),
                (0..<width).contains(where: { unsafe values[$0] < best })
            else { return shares }
            return (0..<width).map { $0 == choice ? 1 : 0 }
        }
        let odds = (0..<width).map { unsafe shares[$0] * Libm.exp((values[$0] - best) / weight) }
        let total = odds.reduce(0, +)
        return odds.map { $0 / total }
    }

    /// τ_t KL(π ‖ π_ref).
    func divergence(_ strategy: [Double], turn: Int) -> Double {
        weights[turn - 1] * Divergence.kullbackLeibler(strategy[...], shares)
    }

    @inline(__always)
    private func largest(_ values: UnsafePointer<Double>) -> Double {
        var best = unsafe values[0]
        for index in 1..<max(1, width) { best = unsafe max(best, values[index]) }
        return best
    }
}
