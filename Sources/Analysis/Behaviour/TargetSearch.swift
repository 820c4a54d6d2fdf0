internal import NumericalMethods

/// Sequential quadratic programming for min ½‖z‖² subject to logit P_i(z) = logit p_i.
///
/// Equations are in logits, in which a softmax with one alternative is linear. The quadratic model has the exact curvature of the
/// Lagrangian where that gives a direction of descent, and that of ½‖z‖² elsewhere.
struct TargetSearch {
    private let problem: SoftmaxTargets
    private let wanted: [Double]

    init(_ problem: SoftmaxTargets) {
        self.problem = problem
        wanted = problem.equations.map { Libm.log($0.target.probability) - Libm.log(1 - $0.target.probability) }
    }

    private static let iterations = 300
    /// No step moves a logit further: models of a softmax say little beyond.
    private static let longestStep = 4.0
    /// A gap in logits that is none.
    private static let closeness = 1e-10
    /// What is left of the gradient of the Lagrangian where a change is the least.
    private static let stationarity = 1e-8
    /// What keeps equations apart that say the same.
    private static let ridge = 1e-9

    private struct State {
        let shifts: [Double]
        /// logit P − logit p.
        let gaps: [Double]
        let slopes: [[Double]]
        let curvatures: [[[Double]]]
    }

    /// - Returns: the moves that meet the targets, stationary in size; nil where none was found from this start.
    func run(from start: [Double]) -> [Double]? {
        guard var state = state(at: start) else { return nil }
        var prices = [Double](repeating: 0, count: wanted.count)
        var best: [Double]?
        for _ in 0..<Self.iterations {
            guard let step = step(state, prices) else { break }
            if isMet(state) { best = state.shifts }
            if isMet(state), Self.isStationary(state, step.prices) { return state.shifts }
            guard let next = search(from: state, step) else { break }
            (state, prices) = (next, step.prices)
        }
        return isMet(state) ? state.shifts : best
    }

    private func isMet(_ state: State) -> Bool { state.gaps.allSatisfy { abs($0) <= Self.closeness } }

    /// ∇ (½‖z‖² + Σ μ_i h_i) = z + Jᵀ μ.
    private static func isStationary(_ state: State, _ prices: [Double]) -> Bool {
        state.shifts.indices.allSatisfy { index in
            let slope = zip(prices, state.slopes).reduce(state.shifts[index]) { $0 + $1.0 * $1.1[index] }
            return abs(slope) <= stationarity
        }
    }

    /// The equations at a place; nil where they are no numbers.
    private func state(at shifts: [Double]) -> State? {
        var (gaps, slopes, curvatures): ([Double], [[Double]], [[[Double]]]) = ([], [], [])
        for (equation, wanted) in zip(problem.equations, wanted) {
            let value = problem.value(equation, shifts, curved: true)
            let rest = value.complement
            gaps.append(value.logarithm - Libm.log(rest) - wanted)
            slopes.append(value.slopes.map { $0 / rest })
            // ∇² logit P = ∇² log P / (1 − P) + P / (1 − P)² ∇ log P ∇ log Pᵀ.
            let pull = value.probability / (rest * rest)
            curvatures.append(
                zip(value.curvature, value.slopes).map { row, slope in
                    zip(row, value.slopes).map { $0 / rest + pull * slope * $1 }
                })
        }
        guard gaps.allSatisfy(\.isFinite), curvatures.allSatisfy({ $0.allSatisfy { $0.allSatisfy(\.isFinite) } })
        else { return nil }
        return State(shifts: shifts, gaps: gaps, slopes: slopes, curvatures: curvatures)
    }

    private struct Step {
        let direction: [Double]
        let prices: [Double]
        /// ρ of the merit ½‖z‖² + ρ Σ |h_i|, and how fast it falls.
        let weight: Double
        let descent: Double
    }

    private func step(_ state: State, _ prices: [Double]) -> Step? {
        for curved in [true, false] {
            guard let step = step(state, prices, curved: curved) else { continue }
            if step.descent < 0 || !curved { return step }
        }
        return nil
    }

    /// Solves [B Jᵀ; J −ε] [d; μ] = [−z; −h − ε μ₀].
    private func step(_ state: State, _ prices: [Double], curved: Bool) -> Step? {
        let (width, count) = (state.shifts.count, wanted.count)
        var rows = [[Double]](repeating: [Double](repeating: 0, count: width + count), count: width + count)
        for j in 0..<width {
            rows[j][j] = 1
            guard curved else { continue }
            for k in 0..<width {
                rows[j][k] += zip(prices, state.curvatures).reduce(0) { $0 + $1.0 * $1.1[j][k] }
            }
        }
        for (index, slopes) in state.slopes.enumerated() {
            for j in 0..<width { (rows[j][width + index], rows[width + index][j]) = (slopes[j], slopes[j]) }
            rows[width + index][width + index] = -Self.ridge
        }
        let right = state.shifts.map { -$0 } + zip(state.gaps, prices).map { -$0 - Self.ridge * $1 }
        guard let solved = LinearEquations.solve(rows, right), solved.allSatisfy(\.isFinite) else { return nil }
        let direction = Array(solved[..<width])
        let found = Array(solved[width...])
        let weight = 1.5 * (found.map(abs).max() ?? 0) + 1
        let descent =
            zip(state.shifts, direction).reduce(0) { $0 + $1.0 * $1.1 }
            - weight * state.gaps.reduce(0) { $0 + abs($1) }
        return Step(direction: direction, prices: found, weight: weight, descent: descent)
    }

    /// The furthest place along a step at which the merit has fallen enough, or at which the equations hold better than before.
    private func search(from state: State, _ step: Step) -> State? {
        let longest = step.direction.map(abs).max() ?? 0
        var length = longest > Self.longestStep ? Self.longestStep / longest : 1
        let merit = Self.merit(state, step.weight)
        let isNear = state.gaps.allSatisfy { abs($0) <= 1e-3 } && longest <= 1e-2
        while length > 1e-10 {
            let place = zip(state.shifts, step.direction).map { $0 + length * $1 }
            if let next = self.state(at: place),
                // Near the end merits differ by less than they are rounded by, and full steps are Newton's.
                isNear || Self.merit(next, step.weight) <= merit + 1e-4 * length * step.descent
            {
                return next
            }
            length /= 2
        }
        return nil
    }

    private static func merit(_ state: State, _ weight: Double) -> Double {
        0.5 * SoftmaxTargets.size(state.shifts) + weight * state.gaps.reduce(0) { $0 + abs($1) }
    }
}

/// Levenberg and Marquardt's method for min ½ Σ (P_i(z) − p_i)², where the targets cannot all be met.
struct NearestSearch {
    private let problem: SoftmaxTargets

    init(_ problem: SoftmaxTargets) { self.problem = problem }

    private static let iterations = 400
    /// What a change costs beside the differences, so that one that brings nothing is not made: a logit is worth 10⁻⁵ of probability.
    private static let ridge = 1e-10

    private struct State {
        let shifts: [Double]
        let gaps: [Double]
        let slopes: [[Double]]

        /// Σ (P − p)².
        var distance: Double { gaps.reduce(0) { $0 + $1 * $1 } }
        var cost: Double { distance + NearestSearch.ridge * SoftmaxTargets.size(shifts) }
    }

    func run(from start: [Double]) -> (shifts: [Double], distance: Double) {
        var state = state(at: start)
        var damping = 1e-3
        for _ in 0..<Self.iterations {
            guard let next = step(state, damping) else { break }
            guard next.cost < state.cost else {
                damping *= 4
                if damping > 1e12 { break }
                continue
            }
            let gain = state.cost - next.cost
            (state, damping) = (next, max(1e-12, damping / 3))
            if gain <= 1e-16 * (1e-6 + state.cost) { break }
        }
        return (state.shifts, state.cost)
    }

    private func state(at shifts: [Double]) -> State {
        let values = problem.equations.map { problem.value($0, shifts, curved: false) }
        return State(
            shifts: shifts, gaps: zip(values, problem.equations).map { $0.probability - $1.target.probability },
            slopes: values.map { value in value.slopes.map { value.probability * $0 } })
    }

    private func step(_ state: State, _ damping: Double) -> State? {
        let width = state.shifts.count
        var rows = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
        var right = state.shifts.map { -Self.ridge * $0 }
        for (slopes, gap) in zip(state.slopes, state.gaps) {
            for j in 0..<width {
                right[j] -= slopes[j] * gap
                for k in 0..<width { rows[j][k] += slopes[j] * slopes[k] }
            }
        }
        for j in 0..<width { rows[j][j] += Self.ridge + damping * 1e-3 }
        guard let direction = LinearEquations.solve(rows, right), direction.allSatisfy(\.isFinite) else { return nil }
        let longest = direction.map(abs).max() ?? 0
        let length = longest > 4 ? 4 / longest : 1
        return self.state(at: zip(state.shifts, direction).map { $0 + length * $1 })
    }
}
