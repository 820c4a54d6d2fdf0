internal import GameModel
internal import Synchronization

/// The loop of column generation: prices from the best mixture, a policy for the prices, a better mixture.
struct PriceSearch {
    let game: Game
    let objective: Objective
    let settings: ConstrainedPlannerSettings
    private(set) var pool: PolicyPool
    /// The least L(μ) so far, in the goal's units.
    private(set) var upperBound: Double
    /// No policy exceeds the limits by less than this.
    private(set) var leastExcess = 0.0
    private(set) var iterations = 0
    private(set) var steps = 0
    /// The plans of the last search.
    private var warmStart: WarmStart?
    /// Differences of values up to this are rounding, at the prices tried last.
    private var rounding: Double
    /// How close the bounds at one price are brought, as a fraction of what is still to be gained.
    private var care = PriceSearch.firstCare
    private static let firstCare = 0.25
    /// The gap of the last searches, as a share of the gap asked for.
    private static let share = 0.6
    private static let repeatedShare = 0.9
    /// Searches that may leave this many times the last gap make do with coarse bounds.
    private static let coarse = 30.0

    /// The prices with the least L(μ) so far.
    private var centre: [Double]?
    private var isSmooth = true
    /// The prices of the mixture last time.
    private var wanted: [Double] = []
    /// The prices tried last.
    private var last: [Double] = []

    /// An excess up to this is not called infeasible.
    static let excessRounding = 1e-9

    /// Whether the search is for policies that keep the limits, and over once there are such.
    private let endsAtFeasible: Bool

    init(
        game: Game, objective: Objective, settings: ConstrainedPlannerSettings, pool: PolicyPool,
        endsAtFeasible: Bool = false, shouldStop: () -> Bool
    ) {
        self.endsAtFeasible = endsAtFeasible
        self.game = game
        self.objective = objective
        self.settings = settings
        self.pool = pool
        upperBound = FastInformedBound.value(game: game, goal: objective.goal, shouldStop: shouldStop)
        rounding = 1e-11 * GoalRewards(game: game, goal: objective.goal).range
    }

    mutating func run(
        shouldStop: @escaping @Sendable () -> Bool, progress: (RunProgress) -> Void
    ) throws -> Solution.Status {
        while true {
            let mixture = try pool.best()
            let isFeasible = mixture.excess <= 0
            let value = pool.value(of: mixture)
            progress(
                RunProgress(
                    steps: steps, lower: isFeasible ? value : nil, upper: upperBound, prices: iterations))
            if endsAtFeasible, isFeasible { return .converged }
            if let ending = settled(mixture, value: value) { return ending }
            if shouldStop() { return unfinished(.stopped, mixture) }
            if iterations >= settings.maximumIterations { return unfinished(.stepLimit, mixture) }
            guard pool.shrink(keeping: mixture) else { return unfinished(.memoryLimit, mixture) }
            let missing = isFeasible ? upperBound - value : mixture.excess - leastExcess
            let known = pool.count
            // Where the mixture asks for the same prices again there is nothing to be smoothed.
            if mixture.multipliers == wanted { isSmooth = false }
            wanted = mixture.multipliers
            let prices = prices(of: mixture)
            // What the mixture's policies are worth at these prices at most: a policy that is worth more changes the mixture.
            let threshold = pool.worth(at: prices, ignoringGoal: !isFeasible)
            let planned = try plan(
                mixture, prices: prices, threshold: threshold, missing: missing, shouldStop: shouldStop)
            if pool.count > known, planned.value > threshold + rounding {
                care = Self.firstCare
                isSmooth = true
            } else if prices != mixture.multipliers {
                isSmooth = false
            } else if let ending = stuck(planned, mixture, value: value) {
                return ending
            } else {
                care /= 10
            }
        }
    }

    /// The next prices: halfway from the best so far to those of the mixture, which jump about.
    ///
    /// Source: Wentges 1997, Weighted Dantzig–Wolfe decomposition (doi:10.1016/S0969-6016(97)00001-4).
    private func prices(of mixture: MixtureProgram.Optimum) -> [Double] {
        guard isSmooth, mixture.excess <= 0, let centre, centre != mixture.multipliers else {
            return mixture.multipliers
        }
        return zip(centre, mixture.multipliers).map { $0 == $1 ? $0 : 0.5 * ($0 + $1) }
    }

    /// What to say where a price led to nothing better: nil if looking closer may help.
    private func stuck(
        _ planned: BeliefResult, _ mixture: MixtureProgram.Optimum, value: Double
    ) -> Solution.Status? {
        if let ending = settled(mixture, value: value) { return ending }
        return switch planned.status {
        case .memoryLimit: unfinished(.memoryLimit, mixture)
        case .gapReached, .stopped: nil
        default: unfinished(.stepLimit, mixture)
        }
    }

    /// Whether the bounds are close enough, or there is no policy to be found.
    private func settled(_ mixture: MixtureProgram.Optimum, value: Double) -> Solution.Status? {
        guard mixture.excess <= 0 else {
            let isNarrow = mixture.excess - leastExcess <= max(settings.planner.gap, Self.excessRounding)
            return leastExcess > Self.excessRounding && isNarrow
                ? .infeasible(violation: mixture.excess, proof: .excess(atLeast: leastExcess)) : nil
        }
        if upperBound - value <= rounding { return .optimal }
        return upperBound - value <= settings.planner.gap ? .gapReached : nil
    }

    /// A search that ended early, said of what it has.
    private func unfinished(
        _ status: Solution.Status, _ mixture: MixtureProgram.Optimum
    ) -> Solution.Status {
        guard mixture.excess > 0 else { return status }
        return leastExcess > Self.excessRounding
            ? .infeasible(violation: mixture.excess, proof: .excess(atLeast: leastExcess))
            : .undecided(violation: mixture.excess)
    }

    /// Searches at prices, adds the policy found and takes the bound.
    private mutating func plan(
        _ mixture: MixtureProgram.Optimum, prices: [Double], threshold: Double, missing: Double,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws -> BeliefResult {
        var planner = settings.planner
        planner.memoryMebibytes = max(1, planner.memoryMebibytes - planner.memoryMebibytes / 4)
        // The same prices again: what is missing is not in the prices, and all of the gap is the search's.
        let isRepeated = prices == last
        last = prices
        // A proof that the limits cannot be met has to be as close as it takes.
        let least =
            mixture.excess > 0 && leastExcess <= Self.excessRounding
            ? 0 : (isRepeated ? Self.repeatedShare : Self.share) * planner.gap
        planner.gap = isRepeated ? min(care, Self.firstCare / 10) * missing : care * missing
        if planner.gap > Self.coarse * max(least, 1e-3 * settings.planner.gap) {
            planner.typePoints = min(planner.typePoints, 250)
            planner.delay = 0
        }
        planner.delay = min(planner.delay, 1)
        planner.gap = max(least, planner.gap)
        let goal = LagrangianGoal(objective, multipliers: prices, ignoresGoal: mixture.excess > 0, game: game)
        rounding = 1e-11 * GoalRewards(game: game, goal: goal).range
        let watch = PricingWatch(
            threshold: care == Self.firstCare && !isRepeated ? threshold : .infinity, leastGain: planner.gap)
        let solution = try BeliefPlanner(planner).search(
            game: game, goal: goal, warmStart: &warmStart, skipsPreparations: shouldStop,
            shouldStop: { watch.hasEnough || shouldStop() }, progress: { watch.see($0) })
        iterations += 1
        steps += solution.steps + solution.exactSteps
        pool.add(solution.policy, evaluation: solution.evaluation)
        let charge = zip(prices, objective.constraints).reduce(0) { $0 + $1.0 * $1.1.atMost }
        if mixture.excess > 0 {
            leastExcess = max(leastExcess, -solution.bound - charge)
        } else if solution.bound + charge < upperBound {
            (upperBound, centre) = (solution.bound + charge, prices)
        }
        return solution
    }
}

/// Whether a search at a price has found enough: a policy that gains at least half of what any could.
private final class PricingWatch: Sendable {
    private let threshold: Double
    private let leastGain: Double
    // Read by the threads of a search.
    private let enough = Atomic(false)
    var hasEnough: Bool { enough.load(ordering: .relaxed) }

    /// - Parameters:
    ///   - threshold: the value above which a policy improves on the mixture; infinite to find the best.
    ///   - leastGain: a smaller improvement is not enough.
    init(threshold: Double, leastGain: Double) {
        self.threshold = threshold
        self.leastGain = leastGain
    }

    func see(_ progress: RunProgress) {
        guard let lower = progress.lower, let upper = progress.upper else { return }
        let gain = lower - threshold
        if gain >= leastGain, gain >= 0.5 * (upper - threshold) {
            enough.store(true, ordering: .relaxed)
        }
    }
}
