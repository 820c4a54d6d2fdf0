import CGSL

/// Looks for a minimum of a function of several variables by a random walk that is cooled down.
///
///     let minimum = try SimulatedAnnealing().minimize(from: [3, -2]) { x in
///         x[0] * x[0] + 10 * x[1] * x[1]
///     }
///
/// Meant for functions with many local minima, without a gradient, or that step. It needs thousands of evaluations and
/// promises nothing. A seed gives the same result in every process.
///
/// Source: S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, Science 220 (1983) 671–680, doi:10.1126/science.220.4598.671;
/// GSL 2.7 `gsl_siman_solve` with the generator MT19937.
public struct SimulatedAnnealing: Sendable, Hashable {
    /// Proposes a point: changes `point` by at most about `size` in each coordinate, by uniform numbers in [0, 1).
    public typealias Step = (_ point: inout [Double], _ size: Double, _ uniform: () -> Double) throws -> Void

    /// What is asked of the search.
    public let settings: SimulatedAnnealingSettings

    private static let operation = "SimulatedAnnealing"

    /// Makes a search; the settings are checked when it runs.
    public init(_ settings: SimulatedAnnealingSettings = SimulatedAnnealingSettings()) {
        self.settings = settings
    }

    /// Moves every coordinate by a number uniform in [−size, size).
    public static func uniformStep(_ point: inout [Double], size: Double, uniform: () -> Double) {
        for index in point.indices { point[index] += size * (2 * uniform() - 1) }
    }

    /// Searches from a starting point.
    ///
    /// - Parameters:
    ///   - start: the starting point, n ≥ 1 finite coordinates.
    ///   - step: how a neighbour is proposed.
    ///   - shouldStop: asked before each evaluation; once true, the search ends with ``SearchStatus/stopped``.
    ///   - objective: f(x); must be finite at every point proposed.
    /// - Returns: the best point met.
    /// - Throws: whatever the objective or the step throws, unchanged; ``GSLError`` if a setting or the start is outside its
    ///   domain, or if the objective is not finite.
    /// - Complexity: ``SimulatedAnnealingSettings/evaluations`` calls of the objective.
    public func minimize(
        from start: [Double], step: @escaping Step = uniformStep,
        shouldStop: @escaping () -> Bool = { false }, _ objective: @escaping DifferentiableObjective.Value
    ) throws -> AnnealedMinimum {
        try checkStart(start, Self.operation)
        try settings.check(Self.operation)
        GSLRuntime.switchErrorHandlerOff()
        guard let generator = unsafe gsl_rng_alloc(cgsl_rng_mt19937()) else { throw GSLError.noMemory(Self.operation) }
        defer { unsafe gsl_rng_free(generator) }
        // MT19937 takes 32 bits, and 0 stands for its default: both halves of the seed are mixed in.
        unsafe gsl_rng_set(generator, UInt((settings.seed ^ settings.seed >> 32 &* 0x9E37_79B9) & 0xFFFF_FFFF) &+ 1)
        let walk = AnnealingWalk(
            objective, step: step, shouldStop: shouldStop, start: start, operation: Self.operation)
        let state = AnnealingState(point: start, walk: walk)
        withExtendedLifetime(state) {
            unsafe gsl_siman_solve(
                generator, Unmanaged.passUnretained(state).toOpaque(), AnnealingState.energy, AnnealingState.step, nil,
                nil, AnnealingState.copy, AnnealingState.clone, AnnealingState.destroy, 0,
                gsl_siman_params_t(
                    n_tries: 0, iters_fixed_T: Int32(settings.stepsPerTemperature), step_size: settings.stepSize,
                    k: 1, t_initial: settings.initialTemperature, mu_t: settings.coolingFactor,
                    t_min: settings.finalTemperature))
        }
        if let failure = walk.failure { throw failure }
        let done = max(0, walk.evaluations - 1) / settings.stepsPerTemperature
        var temperature = settings.initialTemperature
        for _ in 0..<done { temperature *= 1 / settings.coolingFactor }
        return AnnealedMinimum(
            settings: settings, status: walk.isStopped ? .stopped : .converged, point: walk.best,
            value: walk.bestValue, residual: temperature, functionEvaluations: walk.evaluations)
    }
}

/// What all states of one walk share: the caller's functions, the best point, and the first error.
///
/// Swift errors cannot cross C frames. After the first one, and after a stop, the caller's functions are not called any more
/// and GSL runs its schedule to the end on NaN, which it never accepts.
final class AnnealingWalk {
    private let objective: DifferentiableObjective.Value
    private let propose: SimulatedAnnealing.Step
    private let shouldStop: () -> Bool
    private let operation: String
    private(set) var best: [Double]
    private(set) var bestValue = Double.infinity
    private(set) var evaluations = 0
    private(set) var failure: (any Error)?
    private(set) var isStopped = false

    init(
        _ objective: @escaping DifferentiableObjective.Value, step: @escaping SimulatedAnnealing.Step,
        shouldStop: @escaping () -> Bool, start: [Double], operation: String
    ) {
        self.objective = objective
        propose = step
        self.shouldStop = shouldStop
        best = start
        self.operation = operation
    }

    func value(at point: [Double]) -> Double {
        guard failure == nil, !isStopped else { return .nan }
        // The start is always valued, so that there is something to return.
        if evaluations > 0, shouldStop() {
            isStopped = true
            return .nan
        }
        evaluations += 1
        do {
            let value = try objective(point.span)
            guard value.isFinite else {
                throw GSLError.badFunction(
                    operation, "the objective is \(value) at \(shortText(point)); it must be finite")
            }
            if value < bestValue { (bestValue, best) = (value, point) }
            return value
        } catch {
            failure = error
            return .nan
        }
    }

    func step(_ point: inout [Double], size: Double, uniform: () -> Double) {
        guard failure == nil, !isStopped else { return }
        do { try propose(&point, size, uniform) } catch { failure = error }
    }
}

/// One of the configurations that GSL keeps: the present, the proposed and the best point.
final class AnnealingState {
    var point: [Double]
    let walk: AnnealingWalk

    init(point: [Double], walk: AnnealingWalk) {
        self.point = point
        self.walk = walk
    }

    private static func state(_ pointer: UnsafeMutableRawPointer) -> AnnealingState {
        unsafe Unmanaged<AnnealingState>.fromOpaque(pointer).takeUnretainedValue()
    }

    static let energy: gsl_siman_Efunc_t = { pointer in
        guard let pointer = unsafe pointer else { return .nan }
        let state = unsafe state(pointer)
        return state.walk.value(at: state.point)
    }

    static let step: gsl_siman_step_t = { generator, pointer, size in
        guard let pointer = unsafe pointer, let generator = unsafe generator else { return }
        let state = unsafe state(pointer)
        state.walk.step(&state.point, size: size) { unsafe gsl_rng_uniform(generator) }
    }

    static let copy: gsl_siman_copy_t = { source, target in
        guard let source = unsafe source, let target = unsafe target else { return }
        let (from, to) = (unsafe state(source), unsafe state(target))
        to.point = from.point
    }

    static let clone: gsl_siman_copy_construct_t = { pointer in
        guard let pointer = unsafe pointer else { return nil }
        let state = unsafe state(pointer)
        return unsafe Unmanaged.passRetained(AnnealingState(point: state.point, walk: state.walk)).toOpaque()
    }

    static let destroy: gsl_siman_destroy_t = { pointer in
        guard let pointer = unsafe pointer else { return }
        unsafe Unmanaged<AnnealingState>.fromOpaque(pointer).release()
    }
}
