internal import ExactEvaluation
public import GameModel
internal import NumericalMethods

/// Finds the policy, of all that remember everything, whose value under the worst prior of a set is best, and proves it.
///
/// ```swift
/// let worst = try WorstCase(games: [game], objective: objective, robustness: .allPriors)
/// let found = try WorstPriorPlanner().search(worst)
/// ```
///
/// max over mixtures of policies of min_{λ ∈ Λ} Σ_θ λ_θ v_θ(π) is, by the minimax theorem, the least value over λ ∈ Λ and prices μ ≥ 0 of
/// L(λ, μ) = max_π [Σ_θ λ_θ v_θ(π) − μ · P(π)] + μ · ε, a convex function. ``BeliefPlanner`` at the prior λ bounds L from above and its
/// policy is a column of the linear program whose duals are the next λ and μ; mixtures that turn out worse under another
/// extreme prior of the set get a row for it. Every L bounds every policy, so the λ at which it was least is a least
/// favourable prior to within the gap.
///
/// Exact: value and bound hold up to rounding at every moment.
///
/// Source: cutting planes, Kelley 1960 (doi:10.1137/0108053); rows and columns in turn as in McMahan, Gordon & Blum 2003 (ICML), the
/// double oracle; minimax, Sion 1958 (doi:10.2140/pjm.1958.8.171).
public struct WorstPriorPlanner: PolicySolver {
    public let settings: ConstrainedPlannerSettings
    /// What a policy is to be robust against, where a problem does not say.
    public let robustness: Robustness

    public init(
        _ settings: ConstrainedPlannerSettings = ConstrainedPlannerSettings(), robustness: Robustness = .allPriors
    ) {
        self.settings = settings
        self.robustness = robustness
    }

    /// The best mixture against the worst prior, with the proof.
    public func solve(_ problem: Problem, _ control: RunControl) throws -> Solution {
        var settings = settings
        settings.planner = settings.planner.controlled(by: control)
        let worst = try WorstCase(games: [problem.game], objective: problem.objective, robustness: robustness)
        return try WorstPriorPlanner(settings, robustness: robustness).search(worst, control: control).solution
    }

    /// - Parameters:
    ///   - policies: policies of the game to begin with, beside the constant ones.
    ///   - control: asked to stop at every belief; told of the bounds before every prior.
    /// - Throws: ``SolverError`` if robustness is not against priors or there is a KL term; `GameError` if the mixture has more nodes
    ///   than a controller may have.
    /// - Complexity: one search by ``BeliefPlanner`` per prior; usually some ten times the number of types and limits.
    public func search(
        _ problem: WorstCase, policies: [Policy] = [], control: RunControl = RunControl()
    ) throws -> WorstPriorResult {
        try settings.check()
        try SolverError.requireMyopic(problem.games[0], for: "the belief method")
        try BeliefPlanner.refuseDivergence(problem.objective)
        guard !problem.robustness.usesParameters else {
            throw SolverError(
                "belief planning against uncertain parameters has no bound; use --method gradient, or --robust all-priors"
            )
        }
        var search = WorstPriorSearch(problem, settings: settings, control: control)
        for response in problem.games[0].responses.indices { search.add(try .always(response, game: problem.games[0])) }
        for policy in policies { search.add(policy) }
        let (status, optimum) = try search.run()
        let policy = try Policy.mixture(
            optimum.parts.map { (search.policies[$0.column], $0.weight) }, game: problem.games[0])
        let evaluation = RobustEvaluation(policy, problem: problem)
        let violation = evaluation.largestViolation
        return WorstPriorResult(
            solution: Solution(
                status: status, policy: policy, evaluation: evaluation.nominal, value: evaluation.value,
                bound: search.bound, multipliers: search.centre.multipliers, violation: violation),
            robustness: problem.robustness, worstCase: evaluation, leastFavourable: search.centre.prior,
            weights: optimum.parts.map(\.weight), iterations: search.iterations, policies: search.policies.count,
            steps: search.steps, settings: settings)
    }
}

/// How a search for the best policy against the worst prior went.
public struct WorstPriorResult: SearchResult {
    /// The policy is a graph that draws its first node: a mixture. Value and bound are those of the worst prior; multipliers are the
    /// prices at which the bound was least.
    public let solution: Solution
    public let robustness: Robustness
    public let worstCase: RobustEvaluation
    /// [|Θ|] the prior at which no policy can be worth more than the bound.
    public let leastFavourable: [Double]
    /// The probabilities of the policies that are mixed, the largest first.
    public let weights: [Double]
    /// How many priors were tried, and how many policies are known.
    public let iterations: Int
    public let policies: Int
    /// Beliefs looked into over all of them.
    public let steps: Int
    public let settings: ConstrainedPlannerSettings
}

/// The loop of one search.
struct WorstPriorSearch {
    private let problem: WorstCase
    private let settings: ConstrainedPlannerSettings
    private let control: RunControl
    private let range: Double
    private let measures: [Measure]
    private var program: WorstPriorProgram
    private(set) var policies: [Policy] = []
    private(set) var upperBound = Double.infinity
    /// Where the bound is least so far.
    private(set) var centre: (prior: [Double], multipliers: [Double])
    private(set) var iterations = 0
    private(set) var steps = 0
    private var warmStart: WarmStart?

    /// How much of what is missing the search at a prior may leave open, at first and where the same prior is asked for again.
    private static let (firstCare, lastCare) = (0.1, 0.01)
    /// The share of the gap asked for that a search at a prior may leave open at the end.
    private static let share = 0.25
    /// An excess that is nothing but rounding.
    private static let rounding = 1e-9
    /// Bounds that differ by no more than this, in ranges, have met.
    private static let settled = 1e-11

    init(_ problem: WorstCase, settings: ConstrainedPlannerSettings, control: RunControl) {
        self.problem = problem
        self.settings = settings
        self.control = control
        range = problem.range
        measures = problem.measures
        let limits = problem.objective.constraints
        program = WorstPriorProgram(
            weighting: problem.set.centre, limits: limits.map(\.atMost), range: problem.range)
        centre = (problem.set.centre, limits.map { _ in 0 })
    }

    /// Takes a policy into the program, with a row for the prior that is worst for it.
    mutating func add(_ policy: Policy) {
        let evaluation = Evaluation(policy, game: problem.games[0])
        let column = WorstPriorProgram.Column(
            values: measures.map { $0.objective.value(of: evaluation) },
            probabilities: problem.objective.constraints.map { evaluation.outcomes[$0.user][$0.outcome] })
        if program.add(column) { policies.append(policy) }
    }

    /// What no policy exceeds under the worst prior; before the first prior is tried, what none exceeds under the game's own.
    var bound: Double {
        upperBound.isFinite
            ? upperBound
            : FastInformedBound.value(
                game: problem.games[0], goal: problem.objective.goal, shouldStop: control.shouldStop)
    }

    /// Takes in policies that keep the limits, where none is known.
    ///
    /// A limit is on P(ω | θ), which no prior changes: limits that cannot be kept under one prior cannot under any, and the penalty of the
    /// program alone would never say so.
    ///
    /// - Returns: a proven infeasibility; nil where the limits can be kept, or that stays open.
    private mutating func keepLimits() throws -> (Solution.Status, WorstPriorProgram.Optimum)? {
        guard !problem.objective.constraints.isEmpty, try settleRows().0.excess > Self.rounding else { return nil }
        let finding = try LeastExcess(
            Problem(game: problem.games[0], objective: problem.objective), planner: settings.planner
        ).search(shouldStop: control.shouldStop)
        switch finding {
        case .open: return nil
        case .kept(let found):
            for part in found { add(part.controller) }
            return nil
        case .infeasible(let least, let found):
            for part in found { add(part.controller) }
            let optimum = try settleRows().0
            return (.infeasible(violation: optimum.excess, proof: .excess(atLeast: least)), optimum)
        }
    }

    /// Searches until the bounds are as close as asked, or there is no more time.
    mutating func run() throws -> (Solution.Status, WorstPriorProgram.Optimum) {
        if let infeasible = try keepLimits() { return infeasible }
        var (isSmooth, care) = (true, Self.firstCare)
        while true {
            let (optimum, value) = try settleRows()
            control.progress(
                RunProgress(steps: steps, lower: optimum.excess <= Self.rounding ? value : nil, upper: upperBound))
            let isFeasible = optimum.excess <= Self.rounding
            let missing = upperBound - value
            if isFeasible, abs(missing) <= Self.settled * range { return (.optimal, optimum) }
            if isFeasible, abs(missing) <= settings.planner.gap { return (.gapReached, optimum) }
            // A hair's breadth above a limit, at a price that makes it dear: worth more than any policy that keeps it.
            if isFeasible, missing < 0 { return (.undecided(violation: optimum.excess), optimum) }
            if control.shouldStop() { return (isFeasible ? .stopped : .undecided(violation: optimum.excess), optimum) }
            if iterations >= settings.maximumIterations {
                return (isFeasible ? .stepLimit : .undecided(violation: optimum.excess), optimum)
            }
            // Halfway from the best so far to what the program asks for, which jumps about.
            let isMiddle =
                isSmooth && upperBound.isFinite
                && (centre.prior, centre.multipliers) != (optimum.prior, optimum.multipliers)
            let prior = isMiddle ? Self.middle(centre.prior, optimum.prior) : optimum.prior
            let multipliers = isMiddle ? Self.middle(centre.multipliers, optimum.multipliers) : optimum.multipliers
            let before = (policies.count, upperBound)
            try plan(prior: prior, multipliers: multipliers, missing: isFeasible ? missing : range, care: care)
            let hasMoved = policies.count > before.0 || upperBound < before.1 - 0.01 * min(missing, range)
            if hasMoved {
                (isSmooth, care) = (true, Self.firstCare)
            } else if isMiddle {
                isSmooth = false
            } else if care > Self.lastCare {
                care = Self.lastCare
            } else {
                return (isFeasible ? .stepLimit : .undecided(violation: optimum.excess), optimum)
            }
        }
    }

    private static func middle(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { 0.5 * ($0 + $1) } }

    /// The optimum of the program, with a row for every prior of the set that is worse for it than those there are.
    private mutating func settleRows() throws -> (WorstPriorProgram.Optimum, Double) {
        while true {
            guard let optimum = program.solve() else {
                throw SolverError(
                    "the linear program over \(policies.count) policies could not be solved; please report this")
            }
            let values = problem.games[0].users.indices.map { user in
                optimum.parts.reduce(0.0) { $0 + $1.weight * program.columns[$1.column].values[user] }
            }
            let worst = problem.set.worst(values)
            let value = AmbiguitySet.product(worst, values)
            if value >= optimum.value - 1e-12 * range { return (optimum, value) }
            guard program.add(weighting: worst) else { return (optimum, value) }
        }
    }

    /// Searches at a prior and prices, takes the policy into the program and the bound.
    private mutating func plan(prior: [Double], multipliers: [Double], missing: Double, care: Double) throws {
        var planner = settings.planner
        let least = Self.share * planner.gap
        planner.gap = max(least, care * min(missing, range))
        // Tables that are made anew at every prior are coarse while the bounds are far apart.
        if planner.gap > 4 * least { (planner.typePoints, planner.delay) = (min(planner.typePoints, 250), 0) }
        planner.delay = min(planner.delay, 1)
        let game = try Game(problem.games[0], prior: Self.normalised(prior))
        let goal = LagrangianGoal(problem.objective, multipliers: multipliers, game: game)
        let found = try BeliefPlanner(planner).search(
            game: game, goal: goal, warmStart: &warmStart, skipsPreparations: control.shouldStop,
            shouldStop: control.shouldStop, progress: { _ in })
        iterations += 1
        steps += found.steps + found.exactSteps
        add(found.policy)
        let charge = zip(multipliers, problem.objective.constraints).reduce(0) { $0 + $1.0 * $1.1.atMost }
        if found.bound + charge < upperBound {
            (upperBound, centre) = (found.bound + charge, (game.prior, multipliers))
        }
    }

    /// A distribution up to rounding, made one.
    private static func normalised(_ prior: [Double]) -> [Double] {
        let sum = prior.reduce(0, +)
        return prior.map { $0 / sum }
    }
}
