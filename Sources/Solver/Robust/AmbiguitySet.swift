/// The weightings that a worst case is taken over: closed convex sets of distributions over components.
///
/// A robust value is min_{w ∈ W} Σ_k w_k v_k: over priors the components are user types, over uncertain parameters they are
/// sampled games. Every coherent measure of risk has this form.
///
/// Source: Artzner, Delbaen, Eber & Heath 1999 (doi:10.1111/1467-9965.00068), Prop. 4.1.
public enum AmbiguitySet: Sendable, Equatable {
    /// One weighting only.
    case fixed([Double])
    /// {w ≥ 0, Σ w = 1, ½ Σ_k |w_k − centre_k| ≤ radius}: a total-variation ball.
    case ball(centre: [Double], radius: Double)
    /// {0 ≤ w_k ≤ cap, Σ w = 1} over `count` components. A cap of 1 allows every weighting; 1 / ((1 − q) N) gives the mean of
    /// the worst share 1 − q, CVaR_q.
    ///
    /// Source: Rockafellar & Uryasev 2000 (doi:10.21314/JOR.2000.038), and its dual in Rockafellar & Uryasev 2002, §4.
    case capped(count: Int, cap: Double)

    /// How many components there are.
    public var count: Int {
        switch self {
        case .fixed(let weights): weights.count
        case .ball(let centre, _): centre.count
        case .capped(let count, _): count
        }
    }

    /// A weighting of the set to begin with: the centre.
    public var centre: [Double] {
        switch self {
        case .fixed(let weights): weights
        case .ball(let centre, _): centre
        case .capped(let count, _): [Double](repeating: 1 / Double(count), count: count)
        }
    }

    /// argmin_{w ∈ W} Σ_k w_k v_k, exactly: mass goes from the best components to the worst.
    ///
    /// Among equals the first has precedence, so that the answer does not depend on chance.
    ///
    /// - Parameter values: v, one number per component.
    /// - Complexity: O(n log n).
    public func worst(_ values: [Double]) -> [Double] {
        switch self {
        case .fixed(let weights): return weights
        case .ball(var weights, let radius):
            let order = Self.ascending(values)
            guard let worst = order.first else { return weights }
            var left = min(radius, 1 - weights[worst])
            var moved = 0.0
            for index in order.reversed() where index != worst && left > 0 {
                let share = min(left, weights[index])
                weights[index] -= share
                left -= share
                moved += share
            }
            weights[worst] += moved
            return weights
        case .capped(let count, let cap):
            var weights = [Double](repeating: 0, count: count)
            var left = 1.0
            for index in Self.ascending(values) where left > 0 {
                weights[index] = min(cap, left)
                left -= weights[index]
            }
            return weights
        }
    }

    /// min_{w ∈ W} Σ_k w_k v_k.
    public func worstValue(_ values: [Double]) -> Double { Self.product(worst(values), values) }

    /// Σ_k w_k v_k; components of weight 0 do not count, whatever their value.
    public static func product(_ weights: [Double], _ values: [Double]) -> Double {
        zip(weights, values).reduce(0) { $1.0 == 0 ? $0 : $0 + $1.0 * $1.1 }
    }

    private static func ascending(_ values: [Double]) -> [Int] {
        values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    }

    /// The weighting of the set that is nearest to a point, in Euclidean distance.
    ///
    /// - Complexity: O(n) per step of a bisection, of which there are at most 100; for balls a bisection in a bisection.
    func projection(_ point: [Double]) -> [Double] {
        switch self {
        case .fixed(let weights): return weights
        case .capped(_, let cap):
            return Self.shifted(point, reach: cap) { min(cap, max(0, $0)) }
        case .ball(let centre, let radius):
            let free = Self.shifted(point, reach: 1) { max(0, $0) }
            guard Self.distance(free, centre) > radius else { return free }
            // The price of distance: soft-thresholding around the centre, the sum held at 1.
            func near(_ price: Double) -> [Double] {
                let moves = zip(point, centre).map { $0 - $1 }
                return Self.shifted(moves, offsets: centre, reach: 1 + price) { move, centre in
                    max(0, centre + (move > price ? move - price : move < -price ? move + price : 0))
                }
            }
            var (low, high) = (0.0, 1 + (zip(point, centre).map { abs($0 - $1) }.max() ?? 0))
            for _ in 0..<60 {
                let middle = (low + high) / 2
                if Self.distance(near(middle), centre) > radius { low = middle } else { high = middle }
            }
            return near(high)
        }
    }

    /// ½ Σ |a − b|.
    static func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }

    private static func shifted(_ point: [Double], reach: Double, _ clip: (Double) -> Double) -> [Double] {
        shifted(point, offsets: point, reach: reach) { move, _ in clip(move) }
    }

    /// clip(point − ν) with the ν at which it sums to 1.
    private static func shifted(
        _ point: [Double], offsets: [Double], reach: Double, _ clip: (Double, Double) -> Double
    ) -> [Double] {
        func at(_ shift: Double) -> [Double] { zip(point, offsets).map { clip($0 - shift, $1) } }
        var low = (point.min() ?? 0) - reach - 1
        var high = (point.max() ?? 0) + reach + 1
        for _ in 0..<100 {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { break }
            if at(middle).reduce(0, +) > 1 { low = middle } else { high = middle }
        }
        let weights = at((low + high) / 2)
        let sum = weights.reduce(0, +)
        // What is left of the bisection is rounding; the weights are made to sum to 1.
        return sum > 0 ? weights.map { $0 / sum } : weights
    }
}
