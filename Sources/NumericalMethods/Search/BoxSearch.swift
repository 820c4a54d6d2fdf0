/// A smooth problem over the unit cube: maximise f(x) subject to g_i(x) ≤ 0, x ∈ [0, 1]^K.
package struct BoxProblem {
    /// The value and the constraints at a point, each with its gradient.
    package struct Point {
        package var value: Double
        /// [K]
        package var gradient: [Double]
        package var constraints: [Double]
        /// [constraints][K]
        package var slopes: [[Double]]

        package init(value: Double, gradient: [Double], constraints: [Double], slopes: [[Double]]) {
            self.value = value
            self.gradient = gradient
            self.constraints = constraints
            self.slopes = slopes
        }
    }

    package let dimension: Int
    package let constraintCount: Int
    package let evaluate: (_ point: [Double]) throws -> Point

    package init(dimension: Int, constraintCount: Int, evaluate: @escaping (_ point: [Double]) throws -> Point) {
        self.dimension = dimension
        self.constraintCount = constraintCount
        self.evaluate = evaluate
    }
}

/// How a search over features is made, and when it counts as converged.
public struct BoxSearchSettings: Sendable, Equatable {
    /// Starting points: the corners' middle, given ones, and then points of a quasi-random sequence.
    public var starts: Int
    /// The largest component of the projected gradient of the Lagrangian that counts as stationary, in units of the value
    /// per unit of a feature.
    public var tolerance: Double
    /// The largest violation of a constraint that counts as none.
    public var feasibilityTolerance: Double
    /// Rounds of the augmented Lagrangian.
    public var rounds: Int

    public init(
        starts: Int = 12, tolerance: Double = 1e-6, feasibilityTolerance: Double = 1e-7, rounds: Int = 40
    ) {
        self.starts = starts
        self.tolerance = tolerance
        self.feasibilityTolerance = feasibilityTolerance
        self.rounds = rounds
    }
}

/// The best point found, and what is known of it.
package struct BoxMaximum {
    package let point: [Double]
    package let at: BoxProblem.Point
    /// μ_i ≥ 0.
    package let multipliers: [Double]
    /// The largest component of the projected gradient of the Lagrangian, and of μ_i g_i.
    package let residual: Double
    package let violation: Double
    package let isConverged: Bool
    /// Starts that ended (feasible) within 10^−6 of the best value.
    package let successes: Int
    /// Starts that were made: fewer than asked for where the search was stopped.
    package let starts: Int

    package init(
        point: [Double], at: BoxProblem.Point, multipliers: [Double], residual: Double, violation: Double,
        isConverged: Bool, successes: Int, starts: Int = 1
    ) {
        self.point = point
        self.at = at
        self.multipliers = multipliers
        self.residual = residual
        self.violation = violation
        self.isConverged = isConverged
        self.successes = successes
        self.starts = starts
    }
}

/// Maximises over the unit cube with an augmented Lagrangian, from many starts.
///
/// Coordinates are x = sin² y, so that the cube's faces are reached and GSL's unconstrained minimiser can be used; a start on
/// a face would have no slope there, and so none is made. Convergence is judged in x: a point is stationary if the gradient of the
/// Lagrangian, with the parts that point out of the cube removed, is small.
///
/// Source: augmented Lagrangian, Nocedal & Wright 2006, ch. 17.4.
package struct BoxSearch {
    package let problem: BoxProblem
    package let settings: BoxSearchSettings

    package init(problem: BoxProblem, settings: BoxSearchSettings) {
        self.problem = problem
        self.settings = settings
    }

    /// - Parameters:
    ///   - seeds: points to start from before the quasi-random ones.
    ///   - shouldStop: asked before every start but the first; once true, the best so far is returned.
    ///   - onStart: told after every start how many were made, and how many there are.
    /// - Throws: what the problem throws, or `GSLError`.
    package func run(
        seeds: [[Double]], shouldStop: () -> Bool = { false },
        onStart: (_ done: Int, _ count: Int) -> Void = { _, _ in }
    ) throws -> BoxMaximum? {
        var starts = [[Double](repeating: 0.5, count: problem.dimension)] + seeds
        var sequence = try QuasiRandomSequence(
            problem.dimension <= 40 ? .sobol : .reverseHalton, dimension: max(1, problem.dimension))
        while starts.count < max(settings.starts, seeds.count + 1) { starts.append(try sequence.next()) }
        var ends: [BoxMaximum] = []
        for start in starts where ends.isEmpty || !shouldStop() {
            ends.append(try climb(from: start.map { min(max($0, 0.02), 0.98) }))
            onStart(ends.count, starts.count)
        }
        let feasible = ends.filter { $0.violation <= settings.feasibilityTolerance }
        let pool = feasible.isEmpty ? ends : feasible
        guard
            let best = pool.max(by: {
                feasible.isEmpty ? $0.violation > $1.violation : $0.at.value < $1.at.value
            })
        else { return nil }
        return BoxMaximum(
            point: best.point, at: best.at, multipliers: best.multipliers, residual: best.residual,
            violation: best.violation, isConverged: best.isConverged,
            successes: feasible.count { $0.at.value >= best.at.value - 1e-6 * max(1, abs(best.at.value)) },
            starts: ends.count)
    }

    private func climb(from start: [Double]) throws -> BoxMaximum {
        var angles = start.map { Libm.asin($0.squareRoot()) }
        var multipliers = [Double](repeating: 0, count: problem.constraintCount)
        var penalty = 10.0
        var last = Double.infinity
        for _ in 0..<settings.rounds {
            angles = try minimise(from: angles, multipliers: multipliers, penalty: penalty)
            guard !multipliers.isEmpty else { break }
            let constraints = try problem.evaluate(angles.map(Self.coordinate)).constraints
            let unsettled = zip(constraints, multipliers).map { abs(max($0, -$1 / penalty)) }.max() ?? 0
            multipliers = zip(constraints, multipliers).map { max(0, $1 + penalty * $0) }
            if unsettled <= settings.feasibilityTolerance { break }
            if unsettled > 0.25 * last { penalty *= 4 }
            if penalty > 1e9 { break }
            last = unsettled
        }
        return try judged(angles.map { Self.snapped(Self.coordinate($0)) }, multipliers)
    }

    private static func coordinate(_ angle: Double) -> Double { Libm.sin(angle) * Libm.sin(angle) }

    /// Faces are approached, never quite reached, by a minimiser that stops at a small slope.
    private static func snapped(_ x: Double) -> Double { x < 1e-7 ? 0 : x > 1 - 1e-7 ? 1 : x }

    private func minimise(from angles: [Double], multipliers: [Double], penalty: Double) throws -> [Double] {
        let settings = GradientMinimizerSettings(
            initialStep: 0.1, gradientTolerance: 0.01 * self.settings.tolerance, maximumIterations: 300, restarts: 2)
        let problem = problem
        return try GradientMinimizer(settings).minimize(from: angles) { point, gradient in
            let list = (0..<point.count).map { point[$0] }
            let at = try problem.evaluate(list.map(Self.coordinate))
            var value = -at.value
            var slope = at.gradient.map { -$0 }
            for index in multipliers.indices {
                let pressure = max(0, multipliers[index] + penalty * at.constraints[index])
                value += (pressure * pressure - multipliers[index] * multipliers[index]) / (2 * penalty)
                for k in slope.indices { slope[k] += pressure * at.slopes[index][k] }
            }
            for k in list.indices { gradient[k] = slope[k] * Libm.sin(2 * list[k]) }
            return value
        }.point
    }

    private func judged(_ point: [Double], _ multipliers: [Double]) throws -> BoxMaximum {
        let at = try problem.evaluate(point)
        var residual = zip(multipliers, at.constraints).map { abs($0 * min($1, 0)) }.max() ?? 0
        for k in point.indices {
            var slope = at.gradient[k]
            for index in multipliers.indices { slope -= multipliers[index] * at.slopes[index][k] }
            if (point[k] == 0 && slope < 0) || (point[k] == 1 && slope > 0) { continue }
            residual = max(residual, abs(slope))
        }
        let violation = max(0, at.constraints.max() ?? 0)
        return BoxMaximum(
            point: point, at: at, multipliers: multipliers, residual: residual, violation: violation,
            isConverged: violation <= settings.feasibilityTolerance && residual <= settings.tolerance, successes: 1)
    }
}
