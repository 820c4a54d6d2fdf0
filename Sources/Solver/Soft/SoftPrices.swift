internal import ExactEvaluation
internal import GameModel
internal import NumericalMethods

/// Finds the prices of constraints on a fixed graph: the minimum of the dual function by one coordinate after the other.
///
/// g(μ) = max_π [goal − τ KL − Σ_i μ_i P(ω_i | θ_i)] + Σ_i μ_i ε_i is convex; since the soft optimum is unique, g is smooth with
/// ∂g/∂μ_i = ε_i − P(ω_i | θ_i). Along a coordinate the minimum is at 0, or where the excess P − ε crosses 0: a root, found by
/// Brent's method. Convex, smooth and bounded below on the orthant, g is minimised by going round the coordinates.
///
/// Source: Bertsekas 2016, Nonlinear Programming, 3rd ed., §3.7 for the coordinates and §6.1 for the dual's gradient.
final class SoftPrices {
    private let constraints: [OutcomeConstraint]
    private let tolerance: Double
    /// What staying below a limit may cost, in the goal's units.
    private let spare: Double
    /// A price beyond which a limit counts as out of reach.
    private let ceiling: Double
    private let scale: Double
    private var sweep: SoftSweep
    private let shouldStop: () -> Bool
    private let isNear: Bool
    /// The margin that is aimed at where prices are low.
    private var mostMargin: Double
    private(set) var multipliers: [Double]
    private(set) var evaluation: Evaluation
    /// Whether some price reached the ceiling with its limit still exceeded.
    private(set) var isOutOfReach = false

    init(
        _ controller: Policy, game: Game, objective: Objective, range: Double, tolerance: Double, gap: Double,
        from multipliers: [Double], isNear: Bool = false, shouldStop: @escaping () -> Bool
    ) {
        self.isNear = isNear
        constraints = objective.constraints
        self.tolerance = tolerance
        spare = Self.spareShare * gap
        mostMargin = tolerance / 2
        scale = range
        ceiling = 1e6 * range
        sweep = SoftSweep(
            controller, game: game, objective: objective, tolerance: 1e-13 * range, shouldStop: shouldStop)
        self.multipliers = multipliers
        self.shouldStop = shouldStop
        evaluation = sweep.settle(multipliers: multipliers)
    }

    /// [nodes, |A|] the strategies at the prices.
    var strategies: [Double] { sweep.strategies }

    /// The largest excess, at least 0.
    var violation: Double { constraints.reduce(0) { max($0, evaluation.excess($1)) } }

    /// - Complexity: about twelve settled sweeps per constraint and round.
    func run() throws {
        for _ in 0..<40 {
            isOutOfReach = false
            for index in constraints.indices {
                guard !shouldStop() else { return }
                try minimise(index)
            }
            if isOutOfReach || isComplementary { return }
        }
    }

    /// No limit exceeded, and none with a price that is not met, within the tolerance.
    private var isComplementary: Bool {
        zip(constraints, multipliers).allSatisfy { constraint, multiplier in
            let excess = evaluation.excess(constraint)
            return excess <= tolerance && (multiplier == 0 || excess >= -2 * tolerance)
        }
    }

    private func minimise(_ index: Int) throws {
        if isNear, multipliers[index] > 0, let (low, high) = bracket(index) {
            return try settle(index, from: low, to: high)
        }
        guard excess(index, at: 0) > 0 else { return }
        var (low, high) = (0.0, max(multipliers[index], 0.01 * scale))
        while excess(index, at: high) + margin(high) > 0 {
            low = high
            high *= 4
            if high > ceiling { return try settleBelowCeiling(index, at: low) }
        }
        try settle(index, from: low, to: high)
    }

    /// Where no price brings the probability as far below the limit as is aimed at: the limit is out of reach, or within a hair of the
    /// least that can be reached, and then half the way to it has to do.
    private func settleBelowCeiling(_ index: Int, at highest: Double) throws {
        let excess = evaluation.excess(constraints[index])
        isOutOfReach = excess > PriceSearch.excessRounding
        guard excess < 0 else { return }
        let before = mostMargin
        mostMargin = -excess / 2
        defer { mostMargin = before }
        try settle(index, from: 0, to: highest)
    }

    /// How far below a limit a price is aimed at: half the tolerance, and where the price is so high that this would cost more than may be
    /// left open, as far as that pays for.
    private func margin(_ price: Double) -> Double {
        min(mostMargin, max(Self.leastMargin, spare / max(price, .leastNormalMagnitude)))
    }

    /// What staying below limits may have cost a policy at its prices: the tolerance, and no more than the margins are made for.
    static func cost(of multipliers: [Double], _ settings: SoftPlannerSettings) -> Double {
        let sum = multipliers.reduce(0, +)
        return min(settings.feasibilityTolerance * sum, max(leastMargin * sum, 2 * spareShare * settings.gap))
    }

    /// The share of the gap that staying below limits may take; the searches take a quarter, prices and graph the rest.
    private static let spareShare = 0.25
    /// The least margin, a probability: below it roots cannot be told from what sweeps leave unsettled.
    private static let leastMargin = 1e-9

    /// The first step away from a price that is thought to be close, as a share of it, and by how much steps grow.
    private static let (firstStep, stepGrowth) = (0.01, 4.0)

    /// Prices around the present one with the excess of both signs; nil where the lower end comes to 0, or the upper one too far.
    private func bracket(_ index: Int) -> (low: Double, high: Double)? {
        let start = multipliers[index]
        let isLow = excess(index, at: start) + margin(start) > 0
        var (last, step) = (start, Self.firstStep)
        while step < 1, !shouldStop() {
            let next = isLow ? start * (1 + step) : start * (1 - step)
            if (excess(index, at: next) + margin(next) > 0) != isLow {
                return isLow ? (last, next) : (next, last)
            }
            (last, step) = (next, step * Self.stepGrowth)
        }
        return nil
    }

    /// The price in an interval at which the excess crosses 0.
    private func settle(_ index: Int, from low: Double, to high: Double) throws {
        do {
            let root = try bracketedRoot(in: low...high, tolerance: 1e-14 * high, maximumIterations: 80) {
                [self] price in
                let margin = margin(price)
                let value = excess(index, at: price) + margin
                return abs(value) <= margin / 2 ? 0 : value
            }
            _ = excess(index, at: root.root)
            // Where the excess jumps, the end of the bracket on the feasible side is the price.
            if evaluation.excess(constraints[index]) > 0 { _ = excess(index, at: root.upper) }
        } catch is GSLError {
            halve(index, from: low, to: high)
        }
    }

    /// Where the excess jumps, a sweep may settle on either side of the jump, depending on where it comes from, and an end that is
    /// looked at again need not have the sign it had: halving trusts the signs that were seen, and ends on the feasible side.
    private func halve(_ index: Int, from low: Double, to high: Double) {
        var (low, high) = (low, high)
        for _ in 0..<Self.halvings where !shouldStop() {
            let middle = low + (high - low) / 2
            let margin = margin(middle)
            let value = excess(index, at: middle) + margin
            if abs(value) <= margin / 2 { return }
            if value > 0 { low = middle } else { high = middle }
        }
        _ = excess(index, at: high)
    }

    /// Halvings that bring an interval to the rounding of its ends.
    private static let halvings = 60

    /// P(ω | θ) − ε at a price of one constraint, the others' prices as they are.
    private func excess(_ index: Int, at price: Double) -> Double {
        multipliers[index] = price
        evaluation = sweep.settle(multipliers: multipliers)
        return evaluation.excess(constraints[index])
    }
}
