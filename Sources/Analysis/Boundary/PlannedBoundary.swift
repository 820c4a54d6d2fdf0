public import GameModel
internal import NumericalMethods
public import Solver

/// The best responses at some decisions when everything after them is optimal too, by belief planning.
///
/// The optimal value is the largest of the values of all plans. A planner is asked at a few places; each plan that it finds is
/// then valued exactly along the whole interval. Where the largest known plan changes the planner is asked again, until it
/// finds nothing better. For numbers in which every plan's value is affine the optimal value is convex, so that agreement at all
/// corners proves agreement everywhere (Cheng's linear support, here along a line).
///
/// Source: Cheng 1988, Algorithms for partially observable Markov decision processes (thesis), ch. 4.
public struct PlannedQuery {
    let inputs: GameInputs
    let decisions: [History]
    let settings: BeliefPlannerSettings
    let samples: Int
    let shouldStop: @Sendable () -> Bool
    let onAnswer: @Sendable (_ gap: Double?) -> Void
    private let objective: Objective

    /// Plans that may be kept; more are not looked for.
    static let planLimit = 400

    /// - Parameters:
    ///   - decisions: openings, or a single later history.
    ///   - samples: at how many inner values the planner is asked where corners prove nothing.
    ///   - shouldStop: polled by the planner.
    ///   - onAnswer: called whenever the planner has answered.
    /// - Throws: ``AnalysisError`` if the objective has what belief planning does not take.
    public init(
        inputs: GameInputs, decisions: [History], settings: BeliefPlannerSettings = PlannedQuery.standardSettings,
        samples: Int = 32, shouldStop: @escaping @Sendable () -> Bool = { false },
        onAnswer: @escaping @Sendable (_ gap: Double?) -> Void = { _ in }
    ) throws(AnalysisError) {
        guard inputs.objective.constraints.isEmpty, inputs.objective.klWeight == 0 else {
            throw AnalysisError(
                "boundaries of the optimal policy take no constraints and no KL term; hold a policy instead, whose "
                    + "constraints count at their prices")
        }
        guard decisions.allSatisfy({ $0.steps.isEmpty }) || decisions.count == 1 else {
            throw AnalysisError("boundaries take openings together, or one later history at a time")
        }
        self.inputs = inputs
        self.decisions = decisions
        self.settings = settings
        self.samples = samples
        self.shouldStop = shouldStop
        self.onAnswer = onAnswer
        objective = inputs.objective
    }

    /// A proof is asked for.
    public static var standardSettings: BeliefPlannerSettings { BeliefPlannerSettings(gap: 0) }

    /// The size of what values are sums of, which roundings are fractions of.
    func scale(of game: Game) -> Double { objective.goal == .payoff ? game.amountScale : 1 }

    func rooted(_ inputs: GameInputs) throws -> RootedGame {
        guard let first = decisions.first, !first.steps.isEmpty else {
            return try RootedGame(openings: decisions, of: inputs.game())
        }
        return try RootedGame(after: first, inputs: inputs)
    }

    /// Where the best response switches at each decision, as one number varies over an interval.
    ///
    /// - Throws: ``AnalysisError`` if a value of the interval makes no game in which the decisions can happen; `SolverError` if
    ///   the planner's memory is too small.
    /// - Complexity: a call of the planner per corner, and per sample where corners prove nothing.
    public func lines(along variation: Variation) throws -> [DecisionLine] {
        var search = LineSearch(policy: self, variation: variation)
        try search.run()
        return try decisions.indices.map { try search.line($0) }
    }
}

/// The search for plans along one interval.
private struct LineSearch {
    let policy: PlannedQuery
    let variation: Variation
    var pool: PlanPool
    /// Per root, plans with their responses there.
    var responses: [[Int]]
    /// By the bits of the number: per plan, the values at the roots.
    var rows: [UInt64: [[Double]]] = [:]
    var checked: Set<UInt64> = []
    var gap = 0.0
    /// The largest size of values, or of what they are sums of, where the planner was asked.
    var unit = 0.0
    var isComplete = true
    /// Whether the planner was asked to stop before it was done.
    var wasStopped = false
    /// Where the planner was to be asked, had there been time.
    var skipped: [Double] = []
    /// By the bits of the number, where the planner was asked: per root, what the optimal value does not exceed there and what may be left
    /// open there.
    var bounds: [UInt64: [(upper: Double, allowed: Double)]] = [:]
    var series: (plans: Int, series: PiecewiseSeries)?

    init(policy: PlannedQuery, variation: Variation) {
        self.policy = policy
        self.variation = variation
        pool = PlanPool(policy.settings, objective: policy.inputs.objective, shouldStop: policy.shouldStop)
        responses = policy.decisions.map { _ in [] }
    }

    private func rooted(at x: Double) throws -> RootedGame {
        do {
            return try policy.rooted(Variation.set([variation], to: [x], in: policy.inputs))
        } catch {
            throw AnalysisError.outside([variation], [x], error)
        }
    }

    /// [plans][roots] the values at a point.
    private mutating func values(at x: Double) throws -> [[Double]] {
        var known = rows[x.bitPattern] ?? []
        guard known.count < pool.plans.count else { return known }
        let rooted = try rooted(at: x)
        for plan in pool.plans[known.count...] { known.append(try pool.values(of: plan, in: rooted)) }
        rows[x.bitPattern] = known
        return known
    }

    mutating func run() throws {
        var points = [variation.lower, variation.upper]
        if !variation.isAffine {
            points += (1...max(1, policy.samples)).map {
                variation.lower + (variation.upper - variation.lower) * Double($0) / Double(max(1, policy.samples) + 1)
            }
        }
        while true {
            var grew = false
            for point in points where checked.insert(point.bitPattern).inserted {
                // The ends are asked about in any case: what no plan exceeds there is known in no time, and says something of what lies
                // between.
                if point != variation.lower, point != variation.upper, policy.shouldStop() {
                    skipped.append(point)
                    isComplete = false
                } else if try check(point) {
                    grew = true
                }
            }
            if wasStopped, !isProof { isComplete = false }
            guard grew else { return }
            guard pool.plans.count < PlannedQuery.planLimit, pool.hasRoom, !policy.shouldStop() else {
                isComplete = false
                return
            }
            points = try corners()
        }
    }

    /// Asks the planner at a point; whether it found a better plan.
    private mutating func check(_ x: Double) throws -> Bool {
        let rooted = try rooted(at: x)
        let answer = try pool.ask(rooted)
        policy.onAnswer(answer.gaps.max())
        let known = try values(at: x)
        let found = try answer.plan.map { known[$0] } ?? pool.values(of: answer.controller, in: rooted)
        let scale = found.reduce(policy.scale(of: rooted.game)) { max($0, abs($1)) }
        unit = max(unit, scale)
        var isBetter = false
        if policy.shouldStop() { wasStopped = true }
        bounds[x.bitPattern] = rooted.roots.indices.map { root in
            let item = rooted.roots[root]
            return (found[root] + answer.gaps[root], max(policy.settings.gap / item.share * item.mass, 1e-10 * scale))
        }
        for root in rooted.roots.indices {
            let best = known.reduce(-Double.infinity) { max($0, $1[root]) }
            if found[root] > best + 1e-11 * scale { isBetter = true }
            gap = max(gap, answer.gaps[root] - max(0, best - found[root]))
        }
        guard isBetter else { return false }
        pool.add(answer.controller)
        rows[x.bitPattern] = known + [found]
        // What was made of fewer plans does not know of this one.
        series = nil
        for (index, root) in rooted.roots.enumerated() {
            responses[index].append(pool.response(of: answer.controller, at: root))
        }
        return true
    }

    /// Represents all plans along the interval.
    private mutating func represent() throws -> PiecewiseSeries {
        if let series, series.plans == pool.plans.count { return series.series }
        let made = try PiecewiseSeries(
            from: variation.lower, to: variation.upper, isStraight: variation.isAffine, shouldStop: policy.shouldStop
        ) { points in
            try points.map { point in
                let table = try values(at: point)
                return policy.decisions.indices.flatMap { root in table.map { $0[root] } }
            }
        }
        series = (pool.plans.count, made)
        return made
    }

    private func functions(_ root: Int) -> Range<Int> {
        root * pool.plans.count..<(root + 1) * pool.plans.count
    }

    /// Where the largest plan changes at any root, whatever its response.
    private mutating func corners() throws -> [Double] {
        let series = try represent()
        let labels = policy.decisions.flatMap { _ in pool.plans.indices }
        return policy.decisions.indices.flatMap { root in
            LargestFunction(of: series, functions: functions(root), labels: labels).changes.map(\.value)
        }
    }

    mutating func line(_ root: Int) throws -> DecisionLine {
        let series = try represent()
        let labels = responses.flatMap(\.self)
        let largest = LargestFunction(of: series, functions: functions(root), labels: labels)
        let (search, pool) = (self, pool)
        let switches = try largest.changes.map { change -> DecisionLine.Switch in
            guard !policy.shouldStop() else {
                return PolishedSwitch.rough(
                    change.value, below: labels[change.below], above: labels[change.above],
                    width: variation.upper - variation.lower)
            }
            let plans = [change.below, change.above].map { pool.plans[$0 - functions(root).lowerBound] }
            let pair = (change.value, 0, 1)
            return try PolishedSwitch(
                pair, labels: [labels[change.below], labels[change.above]], from: variation.lower,
                to: variation.upper
            ) { x in
                let rooted = try search.rooted(at: x)
                return try plans.map { try pool.values(of: $0, in: rooted)[root] }
            }.value
        }
        let ends = [variation.lower] + switches.map(\.value) + [variation.upper]
        let order = [labels[largest.first]] + switches.map(\.above)
        return DecisionLine(
            decision: policy.decisions[root],
            segments: zip(zip(ends, ends.dropFirst()), order).map {
                DecisionLine.Segment(lower: $0.0, upper: $0.1, response: $1)
            },
            switches: switches, undecided: largest.undecided, open: open(root, series, largest, labels),
            completeness: completeness,
            effect: series.effect(of: functions(root)))
    }

    /// Whether what is left of the gap is rounding.
    private var isProof: Bool { gap <= 1e-10 * unit }

    private var completeness: DecisionLine.Completeness {
        guard isComplete else { return .unfinished }
        if !variation.isAffine { return .sampled(points: policy.samples + 2, gap: isProof ? 0 : gap) }
        return isProof ? .proved : .provedUpTo(gap: gap)
    }

    // MARK: What is left open

    /// Stretches in which another response may still be best.
    ///
    /// Where every plan's value is affine the optimal value is convex, and lies below the straight line between what it does not exceed at
    /// two neighbouring places where the planner was asked. Elsewhere nothing is said between two such places but that both are
    /// settled.
    private func open(
        _ root: Int, _ series: PiecewiseSeries, _ largest: LargestFunction, _ labels: [Int]
    ) -> [ClosedRange<Double>] {
        let asked = bounds.map { (x: Double(bitPattern: $0.key), bound: $0.value[root]) }.sorted { $0.x < $1.x }
        return zip(asked, asked.dropFirst()).flatMap { low, high -> [ClosedRange<Double>] in
            let inner = variation.isAffine ? largest.changes.map(\.value).filter { low.x < $0 && $0 < high.x } : []
            let cuts = [low.x] + inner + [high.x]
            let parts = variation.isAffine ? Self.parts : 1
            let grid =
                zip(cuts, cuts.dropFirst()).flatMap { from, to in
                    (0..<parts).map { from + (to - from) * Double($0) / Double(parts) }
                } + [high.x]
            let isSkipped = !variation.isAffine && skipped.contains { low.x < $0 && $0 < high.x }
            let settled = grid.map { x -> Bool in
                guard !isSkipped else { return false }
                let share = (x - low.x) / (high.x - low.x)
                let upper = low.bound.upper + share * (high.bound.upper - low.bound.upper)
                let allowed = low.bound.allowed + share * (high.bound.allowed - low.bound.allowed)
                return isSettled(at: x, upper: upper, allowed: allowed, functions(root), series, labels)
            }
            return grid.indices.dropLast().compactMap { index in
                settled[index] && settled[index + 1] ? nil : grid[index]...grid[index + 1]
            }
        }
    }

    /// In how many parts a straight stretch is looked at.
    private static var parts: Int { 16 }

    /// Whether the best known plan is best up to rounding, or up to what may be left open and leads by more than that.
    private func isSettled(
        at x: Double, upper: Double, allowed: Double, _ functions: Range<Int>, _ series: PiecewiseSeries,
        _ labels: [Int]
    ) -> Bool {
        guard let piece = series.pieces.first(where: { x <= $0.upper }) ?? series.pieces.last else { return false }
        let values = functions.map { piece.series[$0](x) }
        let best = values.indices.max { values[$0] < values[$1] } ?? 0
        let other = values.indices.reduce(-Double.infinity) {
            labels[functions.lowerBound + $1] == labels[functions.lowerBound + best] ? $0 : max($0, values[$1])
        }
        let left = upper - values[best]
        let rounding = 1e-10 * unit
        return left <= rounding || left <= allowed && left < values[best] - other
    }
}
