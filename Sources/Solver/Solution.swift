public import ExactEvaluation
public import GameModel

/// A policy that a solver found, with what is known about how good it is.
public struct Solution: Sendable, Equatable {
    /// How the search ended.
    public enum Status: Sendable, Equatable {
        /// The bounds met, up to rounding: no policy is better.
        case optimal
        /// The bounds are as close as was asked for.
        case gapReached
        /// Stationary and feasible within the tolerances asked for: a local optimum, unless ``Solution/gap`` says more.
        case converged
        /// The steps ran out, or the prices that may be tried.
        case stepLimit
        /// The iterations ran out, or no further progress was possible, before the tolerance was reached.
        case limitReached
        /// The memory ran out, or the policy has as many nodes as one may have.
        case memoryLimit
        /// The caller asked to stop: a time limit, or an interruption.
        case stopped
        /// No policy that satisfies the constraints was found; the policy exceeds one of their limits by `violation`.
        case infeasible(violation: Double, proof: Infeasibility = .unproven)
        /// The search ended before it found a policy that satisfies the constraints, and without a proof that there is none.
        case undecided(violation: Double)

        /// The word for scripts and files.
        public var name: String {
            switch self {
            case .optimal: "optimal"
            case .gapReached: "gap_reached"
            case .converged: "converged"
            case .stepLimit: "step_limit"
            case .limitReached: "limit_reached"
            case .memoryLimit: "memory_limit"
            case .stopped: "stopped"
            case .infeasible: "infeasible"
            case .undecided: "undecided"
            }
        }

        /// Whether the policy breaks a limit, by more than rounding or the tolerance that was asked for.
        public var breaksLimits: Bool {
            switch self {
            case .infeasible, .undecided: true
            default: false
            }
        }

        /// Whether what was asked for was reached: only then may the policy be called an optimum, and a converged one a local one.
        public var isConverged: Bool { self == .optimal || self == .gapReached || self == .converged }

        /// What becomes of an ending without proofs where the policy found exceeds a limit by more than `tolerance`: a search that was
        /// stopped leaves open whether another policy satisfies the limits, any other did not find one.
        func exceeding(limitsBy violation: Double, tolerance: Double) -> Status {
            guard violation > tolerance else { return self }
            return self == .stopped ? .undecided(violation: violation) : .infeasible(violation: violation)
        }
    }

    /// What is known of constraints that no policy was found to satisfy.
    public enum Infeasibility: Sendable, Equatable {
        /// A policy that satisfies them may exist.
        case unproven
        /// Every policy whatsoever exceeds some limit by at least this, which is above 0.
        case excess(atLeast: Double)
        /// A dual bound lies below what every policy is worth, so no policy satisfies them.
        case dualBound
    }

    public let status: Status
    public let policy: Policy
    /// The policy evaluated by a forward pass, which knows nothing of the search.
    public let evaluation: Evaluation
    /// The goal's value with its KL term, in the goal's units. Exact.
    public let value: Double
    /// No policy whatsoever that satisfies the constraints can do better; infinite where no bound was made. Exact.
    public let bound: Double
    /// μ ≥ 0 per constraint: what the goal would gain per unit of probability if the limit were loosened.
    public let multipliers: [Double]
    /// The largest excess over a constraint's limit, at least 0.
    public let violation: Double
    /// How the starts of a multi-start search went; empty for other searches.
    public let starts: [StartReport]

    public init(
        status: Status, policy: Policy, evaluation: Evaluation, value: Double, bound: Double,
        multipliers: [Double] = [],
        violation: Double = 0, starts: [StartReport] = []
    ) {
        self.status = status
        self.policy = policy
        self.evaluation = evaluation
        self.value = value
        self.bound = bound
        self.multipliers = multipliers
        self.violation = violation
        self.starts = starts
    }

    /// Bound − value; below 0 only by rounding. With constraints it includes the duality gap.
    public var gap: Double { bound - value }

    /// Whether what was asked for was reached; see ``Status/isConverged``.
    public var isConverged: Bool { status.isConverged }

    /// Whether this policy is to be preferred: one that keeps the limits to one that does not, then the better value, or the smaller
    /// excess where neither keeps them.
    public func isBetter(than other: Solution?) -> Bool {
        guard let other else { return true }
        if violation > 0 || other.violation > 0 { return violation < other.violation }
        return value > other.value
    }

    /// How many starts ended at the returned value, within the tolerance or 10^−6 of the value range.
    public var successes: Int { starts.count(where: \.reachedBest) }
}

extension Solution {
    /// What a search that makes no bound of its own found: the policy is evaluated exactly, and bounded by what no policy can exceed.
    ///
    /// - Parameter status: how the search ended; where the policy exceeds a limit by more than `tolerance`, replaced by `undecided` if the
    ///   search was stopped, and by `infeasible` if not.
    /// - Complexity: one forward pass and one bound.
    public init(
        of problem: Problem, policy: Policy, status: Status, tolerance: Double = 1e-7,
        control: RunControl = RunControl()
    ) {
        let (game, objective) = (problem.game, problem.objective)
        let evaluation = Evaluation(policy, game: game, reference: objective.reference)
        let violation = objective.violation(of: evaluation)
        self.init(
            status: status.exceeding(limitsBy: violation, tolerance: tolerance), policy: policy, evaluation: evaluation,
            value: objective.value(of: evaluation, game: game),
            bound: PromiseBound.value(game: game, goal: objective.goal, shouldStop: control.shouldStop),
            multipliers: objective.constraints.map { _ in 0 }, violation: violation)
    }
}

/// How one start of a multi-start search went.
public struct StartReport: Sendable, Equatable {
    public let value: Double
    public let violation: Double
    public let residual: Double
    public let iterations: Int
    public let isConverged: Bool
    /// Whether it ended (feasible) at the best value of all starts.
    public let reachedBest: Bool
}
