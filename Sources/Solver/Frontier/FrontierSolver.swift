public import ExactEvaluation
public import GameModel
internal import NumericalMethods

/// A policy on a trade-off curve.
public struct FrontierPoint: Sendable, Equatable {
    public let controller: Policy
    /// Exact.
    public let evaluation: Evaluation
    /// The two measures of the policy, exact.
    public let x: Double
    public let y: Double
    /// Whether the search for it converged; the point is exact and attainable even if not.
    public let isConverged: Bool
    /// How much more of y could be had to first order, in its units.
    public let residual: Double
}

/// The efficient policies found: no one of them is beaten in one measure without loss in the other by another of them.
public struct Frontier: Sendable, Equatable {
    /// From the best in y to the best in x.
    public let points: [FrontierPoint]
    /// Policies found that others dominate or equal.
    public let dominated: Int
    /// Limits on x that no policy was found to keep.
    public let infeasible: Int
    /// The constraints that every point keeps.
    public let constraints: [OutcomeConstraint]
    /// Where no policy was found that keeps the constraints, and so no point, the least excess over a limit that was found.
    public let leastViolation: Double?
    public let x: PolicyMeasure
    public let y: PolicyMeasure
    public let settings: GradientSolverSettings
    /// Whether the caller stopped the search.
    public let wasStopped: Bool

    /// Whether there are points, and every one is stationary.
    public var isConverged: Bool {
        !wasStopped && infeasible == 0 && leastViolation == nil && points.allSatisfy(\.isConverged)
    }
}

/// Traces the trade-off between two measures of a policy: the most of y for every amount of x.
///
/// The ends are the best policies for one measure alone, ties broken by the other. Between them x is held to evenly spaced
/// limits and y is maximised (the ε-constraint method), which also finds points that no weighting of the two measures
/// has as its optimum. Every point is then tried again from its neighbours' policies, and what is dominated is left out.
/// Every point is the exact value of a policy of the controller class; that no better one exists is as certain as the search.
/// Every point keeps the constraints it is given, within the tolerance of the settings, whatever limit x is held to. A KL term does not
/// count here.
///
/// Source: Haimes, Lasdon & Wismer 1971 (doi:10.1109/TSMC.1971.4308298), the ε-constraint method; Miettinen 1999, §3.2.
public struct FrontierSolver: Sendable {
    public let settings: GradientSolverSettings
    /// How many limits, the ends included.
    public let pointCount: Int

    public init(
        _ settings: GradientSolverSettings = GradientSolverSettings(starts: 3, perturbations: 3), points: Int = 21
    ) {
        self.settings = settings
        pointCount = points
    }

    /// How much of the other measure weighs at an end, so that ties are broken by it.
    private static let tieWeight = 1e-6

    /// - Parameter constraints: limits on outcomes that every policy of the curve must keep.
    /// - Throws: ``SolverError`` for settings that cannot be solved; `GameError` if the memory does not fit.
    /// - Complexity: about twice `pointCount` searches, each as ``RobustSolver`` with one game; with constraints also one by
    ///   ``GradientSolver``.
    public func solve(
        game: Game, x: PolicyMeasure, y: PolicyMeasure, memory kind: MemoryKind,
        constraints: [OutcomeConstraint] = [],
        control: RunControl = RunControl()
    ) throws -> Frontier {
        let shouldStop = control.shouldStop
        try settings.check()
        guard pointCount >= 2 else { throw SolverError("the number of points is \(pointCount); it must be at least 2") }
        guard settings.method != .simplex else {
            throw SolverError("the simplex method cannot trace a curve; use bfgs2, which follows the exact gradient")
        }
        let memory = try ControllerMemory(kind, game: game)
        let trace = FrontierTrace(
            game: game, memory: memory, x: x, y: y, constraints: constraints, settings: settings, shouldStop: shouldStop
        )
        var points = try StartPoints(settings, dimension: memory.nodeCount * game.responses.count)
        let random = try points.next(settings.starts).map { trace.strategies($0) }
        let (kept, leastViolation) = try trace.constrainedStart(kind)
        if let leastViolation {
            try control.noUnits(of: FrontierTrace.unit)
            return Frontier(
                points: [], dominated: 0, infeasible: 0, constraints: constraints, leastViolation: leastViolation, x: x,
                y: y, settings: settings, wasStopped: shouldStop())
        }
        let starts = kept + random
        let bestY = try trace.best(weightX: Self.tieWeight, weightY: 1, starts: starts)
        let bestX = try trace.best(weightX: 1, weightY: Self.tieWeight, starts: starts)
        control.progress(RunProgress(steps: 2, of: pointCount))
        let (low, high) = (try trace.gained(bestY), try trace.gained(bestX))
        let limits = (1..<max(2, pointCount - 1)).map { low + (high - low) * Double($0) / Double(pointCount - 1) }
        var inner: [MaximinPoint?] = limits.map { _ in nil }
        if pointCount > 2, high - low > 1e-9 * x.range(game) {
            let ends = [bestY.strategies, bestX.strategies, trace.mixed(bestY.strategies, bestX.strategies)]
            inner = try trace.traced(limits, control) { _ in ends + starts.prefix(1) }
            try refine(&inner, limits, trace, control)
        }
        try control.noUnits(of: FrontierTrace.unit)
        control.progress(RunProgress(steps: pointCount, of: pointCount))
        let found = [bestY] + inner.compactMap(\.self) + [bestX]
        let feasible = found.filter { $0.violation <= settings.feasibilityTolerance }
        let attained = try feasible.map { try trace.frontierPoint($0) }.filter(trace.keepsConstraints)
        let efficient = trace.efficient(attained)
        return Frontier(
            points: efficient, dominated: attained.count - efficient.count, infeasible: found.count - attained.count,
            constraints: constraints, leastViolation: nil, x: x, y: y, settings: settings, wasStopped: shouldStop())
    }

    /// Tries every point again from its neighbours' policies; a point without neighbours, the only one between the ends, stays.
    private func refine(
        _ inner: inout [MaximinPoint?], _ limits: [Double], _ trace: FrontierTrace, _ control: RunControl
    ) throws {
        let first = inner
        func neighbours(_ index: Int) -> [[Double]] {
            [index - 1, index + 1].compactMap { first.indices.contains($0) ? first[$0]?.strategies : nil }
        }
        guard first.indices.contains(where: { !neighbours($0).isEmpty }) else { return }
        let starts = first.indices.map(neighbours)
        let second = try trace.points(limits, control, phase: "refining") { starts[$0] }
        for (index, point) in second.enumerated() {  // Fewer where the work was to end.
            guard let point, let before = inner[index] else { continue }
            if trace.isBetter(point, than: before) { inner[index] = point }
        }
    }
}

/// The searches along one trade-off curve.
struct FrontierTrace: Sendable {
    let game: Game
    let memory: ControllerMemory
    let x: PolicyMeasure
    let y: PolicyMeasure
    let constraints: [OutcomeConstraint]
    let settings: GradientSolverSettings
    let shouldStop: @Sendable () -> Bool

    /// Strategies that keep the constraints, to start from; none where there are no constraints.
    ///
    /// - Returns: or the least excess found, where no policy keeps them.
    func constrainedStart(_ kind: MemoryKind) throws -> (starts: [[Double]], leastViolation: Double?) {
        guard !constraints.isEmpty else { return ([], nil) }
        var objective = neutral
        objective.constraints = constraints
        let found = try GradientSolver(settings).search(
            Problem(game: game, objective: objective), memory: kind, control: RunControl(stop: shouldStop))
        guard found.violation <= settings.feasibilityTolerance else { return ([], found.violation) }
        return ([found.policy.strategies], nil)
    }

    /// Whether a point keeps every constraint, by its evaluation.
    func keepsConstraints(_ point: FrontierPoint) -> Bool {
        constraints.allSatisfy { point.evaluation.excess($0) <= settings.feasibilityTolerance }
    }

    private var neutral: Objective {
        let share = 1 / Double(game.responses.count)
        return Objective(goal: .payoff, reference: [Double](repeating: share, count: game.responses.count))
    }

    /// Strategies from logits.
    func strategies(_ logits: [Double]) -> [Double] {
        var strategies = [Double](repeating: 0, count: memory.nodeCount * game.responses.count)
        SoftmaxStrategies(memory: memory, objective: neutral).strategies(logits.span, into: &strategies)
        return strategies
    }

    func mixed(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { ($0 + $1) / 2 } }

    /// weightX · x̃ / range + weightY · ỹ / range, to be maximised, subject to x̃ ≥ limit and to the constraints.
    private func program(weightX: Double, weightY: Double, atLeast limit: Double?) -> MaximinProgram {
        var goal = y.gain(game).cleared
        goal.add(x.gain(game), times: weightX / x.range(game))
        goal.add(y.gain(game), times: weightY / y.range(game))
        var limits: [(measure: Measure, atMost: Double)] = constraints.map {
            (
                Measure(game: 0, objective: .probability(of: $0.outcome, user: $0.user, game: game)), $0.atMost
            )
        }
        if let limit {
            var negative = x.gain(game).cleared
            negative.add(x.gain(game), times: -1 / x.range(game))
            limits.append((Measure(game: 0, objective: negative), -limit / x.range(game)))
        }
        return MaximinProgram(
            games: [game], memory: memory, values: [Measure(game: 0, objective: goal)], limits: limits,
            set: .fixed([1]), objective: neutral, range: 1)
    }

    /// The best end of several starts.
    private func search(_ program: MaximinProgram, starts: [[Double]]) throws -> MaximinPoint {
        var search = MaximinSearch(program: program, settings: settings, shouldStop: shouldStop)
        var best: MaximinPoint?
        for (number, start) in starts.enumerated() where best == nil || !shouldStop() {
            let point = try search.run(from: start, number: number)
            if best.map({ search.isBetter(point, than: $0) }) ?? true { best = point }
        }
        guard let best else { throw SolverError("there is no start; there must be at least one") }
        return best
    }

    func best(weightX: Double, weightY: Double, starts: [[Double]]) throws -> MaximinPoint {
        try search(program(weightX: weightX, weightY: weightY, atLeast: nil), starts: starts)
    }

    /// What the units of a traced curve are called.
    static let unit = "limits"

    /// One point per limit, in parallel, each independent of all others: the units of the work.
    func traced(
        _ limits: [Double], _ control: RunControl, starts: @Sendable @escaping (Int) -> [[Double]]
    ) throws -> [MaximinPoint?] {
        let found = try control.mapUnits(
            of: Self.unit, count: limits.count, threads: settings.threads, shown: "tracing"
        ) { index in try point(limits[index], starts(index)) }
        return found + Array(repeating: nil, count: limits.count - found.count)
    }

    /// One point per limit, in parallel; nil where there is no start, and where the work was to end.
    func points(
        _ limits: [Double], _ control: RunControl, phase: String, starts: @Sendable @escaping (Int) -> [[Double]]
    ) throws -> [MaximinPoint?] {
        let found = try control.map(count: limits.count, threads: settings.threads, phase: phase) { index in
            Result<MaximinPoint?, any Error> {
                let starts = starts(index)
                return try starts.isEmpty ? nil : point(limits[index], starts)
            }
        }.map { try $0.get() }
        return found + Array(repeating: nil, count: limits.count - found.count)
    }

    private func point(_ limit: Double, _ starts: [[Double]]) throws -> MaximinPoint {
        try search(program(weightX: FrontierTrace.tieWeight, weightY: 1, atLeast: limit), starts: starts)
    }

    private static let tieWeight = 1e-9

    func isBetter(_ a: MaximinPoint, than b: MaximinPoint) -> Bool {
        MaximinSearch(
            program: program(weightX: 0, weightY: 1, atLeast: nil), settings: settings, shouldStop: shouldStop
        )
        .isBetter(a, than: b)
    }

    private func controller(_ point: MaximinPoint) throws -> Policy {
        try Policy(memory: memory, strategies: point.strategies, game: game)
    }

    /// x̃ of a point.
    func gained(_ point: MaximinPoint) throws -> Double {
        x.gained(Evaluation(try controller(point), game: game), game: game)
    }

    func frontierPoint(_ point: MaximinPoint) throws -> FrontierPoint {
        let controller = try controller(point)
        let evaluation = Evaluation(controller, game: game)
        return FrontierPoint(
            controller: controller, evaluation: evaluation, x: x.value(evaluation), y: y.value(evaluation),
            isConverged: point.residual <= settings.tolerance, residual: point.residual * y.range(game))
    }

    /// What no other point equals or beats in both measures, sorted by what is gained in x.
    func efficient(_ points: [FrontierPoint]) -> [FrontierPoint] {
        let keyed = points.map { point in
            (point: point, x: x.isMaximised ? point.x : -point.x, y: y.isMaximised ? point.y : -point.y)
        }
        // From the most x on, a point must bring more y than all before it.
        let order = keyed.indices.sorted { (-keyed[$0].x, -keyed[$0].y, $0) < (-keyed[$1].x, -keyed[$1].y, $1) }
        var (kept, most): ([FrontierPoint], Double) = ([], -.infinity)
        for index in order where keyed[index].y > most + 1e-9 * y.range(game) {
            kept.append(keyed[index].point)
            most = keyed[index].y
        }
        return kept.reversed()
    }
}
