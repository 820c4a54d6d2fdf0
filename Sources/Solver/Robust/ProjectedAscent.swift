internal import GameModel

/// Maximises a differentiable function of strategies by projected gradients with spectral steps.
///
/// Each row of [nodes, |A|] stays on its simplex by an exact projection, so a response that an optimum does not use reaches
/// probability 0 after finitely many steps, which a softmax never does. Steps are non-monotone, after the largest drop that
/// the last ten values allow.
///
/// Source: Birgin, Martínez & Raydan 2000 (doi:10.1137/S1052623497330963), algorithm SPG2; projection after Michelot 1986.
struct ProjectedAscent {
    let width: Int
    /// The Frank–Wolfe gap at which the ascent has arrived, in the units of the function.
    let tolerance: Double
    let maximumIterations: Int

    private static let memory = 10
    /// Bounds on a spectral step, in first steps, and how much longer the next one is where the function is not concave.
    private static let (shortestStep, longestStep, lengthening) = (1e-10, 1e10, 1e3)

    /// - Parameters:
    ///   - value: the function.
    ///   - gradient: its gradient at the point last valued.
    /// - Returns: the last point, its gap, and the iterations done.
    func run(
        from start: [Double], value: ([Double]) -> Double, gradient: () -> [Double], shouldStop: () -> Bool
    ) -> (point: [Double], gap: Double, iterations: Int) {
        var point = start
        var current = value(point)
        var slope = gradient()
        var history = [current]
        var best = (point: point, value: current)
        // Steps are counted in the first one, which depends on the units of the function.
        let first = 1 / max(slope.map(abs).max() ?? 1, .leastNormalMagnitude)
        var step = first
        var iterations = 0
        var gap = Self.gap(point, slope, width: width)
        while gap > tolerance, iterations < maximumIterations, !shouldStop() {
            iterations += 1
            let target = projected(point, along: slope, step: step)
            let move = zip(target, point).map { $0 - $1 }
            let rise = zip(slope, move).reduce(0) { $0 + $1.0 * $1.1 }
            guard rise > 0 else { break }
            let floor = history.min() ?? current
            var length = 1.0
            var next = target
            var reached = value(next)
            while reached < floor + 1e-4 * length * rise, length > 1e-12 {
                let curved = -0.5 * length * length * rise / (reached - current - length * rise)
                length = curved > 0.1 * length && curved < 0.9 * length ? curved : length / 2
                next = zip(point, move).map { $0 + length * $1 }
                reached = value(next)
            }
            guard length > 1e-12 else { break }
            let nextSlope = gradient()
            var (square, curvature) = (0.0, 0.0)
            for index in point.indices {
                let change = next[index] - point[index]
                square += change * change
                curvature -= change * (nextSlope[index] - slope[index])
            }
            step = curvature > 0 ? max(Self.shortestStep * first, square / curvature) : Self.lengthening * step
            step = min(step, Self.longestStep * first)
            (point, current, slope) = (next, reached, nextSlope)
            if current > best.value { best = (point, current) }
            history.append(current)
            if history.count > Self.memory { history.removeFirst() }
            gap = Self.gap(point, slope, width: width)
        }
        if gap > tolerance, best.value > current {
            point = best.point
            _ = value(point)
            gap = Self.gap(point, gradient(), width: width)
        }
        return (point, gap, iterations)
    }

    /// Σ_n (max_a g_{n,a} − Σ_a π(a|n) g_{n,a}), the Frank–Wolfe gap.
    static func gap(_ point: [Double], _ slope: [Double], width: Int) -> Double {
        stride(from: 0, to: point.count, by: width).reduce(0) { sum, row in
            var (best, mean) = (-Double.infinity, 0.0)
            for index in row..<row + width {
                best = max(best, slope[index])
                mean += point[index] * slope[index]
            }
            return sum + best - mean
        }
    }

    /// Every row moved along a slope, then to the nearest distribution.
    ///
    /// Only differences within a row count, and none beyond 1: they are taken from the row's largest entry before they are large,
    /// since a long step would leave nothing of probabilities that are added to it.
    func projected(_ point: [Double], along slope: [Double], step: Double) -> [Double] {
        var result = point
        var moved = [Double](repeating: 0, count: width)
        for row in stride(from: 0, to: point.count, by: width) {
            let top = (0..<width).reduce(0) { top, index in
                let lead = step * (slope[row + index] - slope[row + top])
                return lead + (point[row + index] - point[row + top]) > 0 ? index : top
            }
            for index in 0..<width {
                moved[index] = step * (slope[row + index] - slope[row + top]) + (point[row + index] - point[row + top])
            }
            var isActive = [Bool](repeating: true, count: width)
            while true {
                var (sum, count) = (0.0, 0)
                for index in 0..<width where isActive[index] {
                    sum += moved[index]
                    count += 1
                }
                let shift = (sum - 1) / Double(max(count, 1))
                var changed = false
                for index in 0..<width where isActive[index] && moved[index] - shift <= 0 {
                    // The last one stays, whatever rounding says.
                    guard count > 1 else { break }
                    isActive[index] = false
                    count -= 1
                    changed = true
                }
                guard !changed else { continue }
                for index in 0..<width { result[row + index] = isActive[index] ? moved[index] - shift : 0 }
                break
            }
        }
        return result
    }
}
