public import GameModel

/// How much work goes into ``PromiseBound``. More of anything can only lower it.
public struct PromiseEffort: Sendable, Equatable {
    /// Walks from the opening to the last turn.
    public var trials: Int
    /// Boxes of expectations that an update makes at most.
    public var boxes: Int
    /// Multiplications, roughly: no update begins beyond them.
    public var work: Int
    /// What the width of a box may cost, as a fraction of the value range, before the box is divided.
    public var tolerance: Double

    public init(trials: Int = 60, boxes: Int = 40, work: Int = 40_000_000, tolerance: Double = 1e-4) {
        self.trials = trials
        self.boxes = boxes
        self.work = work
        self.tolerance = tolerance
    }
}

/// An upper bound on the value of every policy, whatever it remembers, where some users have foresight.
///
/// It is at most ``FastInformedBound``, which tells the model who a user with foresight is and lets every user expect what suits the
/// model, turn by turn. This one does neither: see ``PromiseSearch``.
public enum PromiseBound {
    /// - Parameters:
    ///   - target: where the search may stop: a bound that is low enough.
    ///   - shouldStop: polled between updates.
    ///   - progress: told after every trial how many are done, and the bound.
    /// - Returns: the bound, in the goal's units, up to rounding; ``FastInformedBound`` where nobody looks ahead, or one who does has λ = ∞.
    /// - Complexity: trials · 2T updates, each of at most `boxes` boxes, each of O(n · |S| · |C| · (points · (H + F²) + H · |A|)) per
    ///   price that is tried, with n expectations, H hidden states and F of them of users who look ahead.
    public static func value(
        game: Game, goal: Objective.Goal, effort: PromiseEffort = PromiseEffort(), target: Double = -.infinity,
        shouldStop: () -> Bool = { false }, progress: (_ trials: Int, _ bound: Double) -> Void = { _, _ in }
    ) -> Double {
        value(
            Problem(game: game, objective: Objective(goal: goal, reference: [])), multipliers: [], effort: effort,
            target: target, shouldStop: shouldStop, progress: progress)
    }

    /// The bound on what any policy that keeps the limits of a problem is worth, its KL term included.
    ///
    /// A KL term counts where the reference is the same in all situations; otherwise it is left out, which is as valid and looser.
    ///
    /// - Parameter multipliers: μ ≥ 0 per constraint, such as a search ended with: what exceeds a limit by p costs μ p, and what stays below it
    ///   gains as much, so that no policy within the limits is worth less than without prices. Any μ gives a bound; the lower of it and
    ///   the informed one is returned.
    public static func value(
        _ problem: Problem, multipliers: [Double], effort: PromiseEffort = PromiseEffort(),
        target: Double = -.infinity, shouldStop: () -> Bool = { false },
        progress: (_ trials: Int, _ bound: Double) -> Void = { _, _ in }
    ) -> Double {
        let (game, objective) = (problem.game, problem.objective)
        let informed = FastInformedBound.value(game: game, goal: objective.goal, shouldStop: shouldStop)
        guard let foresight = game.foresight,
            zip(foresight.weight, foresight.rationality).allSatisfy({ $0 == 0 || $1 < .infinity })
        else { return informed }
        let allowed = zip(objective.constraints, multipliers).reduce(0) { $0 + $1.0.atMost * $1.1 }
        var search = PromiseSearch(
            game: game, foresight: foresight,
            goal: LagrangianGoal(objective, multipliers: multipliers, game: game),
            objective: objective.klWeight > 0 && objective.reference.isConstant ? objective : nil, effort: effort)
        search.run(target: target - allowed, shouldStop: shouldStop, progress: progress)
        return min(informed, search.bound + allowed)
    }
}
