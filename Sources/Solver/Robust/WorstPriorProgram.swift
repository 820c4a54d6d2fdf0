internal import NumericalMethods

/// The best mixture of known policies against the worst weighting of types, under limits: the master problem of cutting planes.
///
/// maximise t − K s subject to t ≤ Σ_i w_i (λ_k · v_i) for every known extreme weighting λ_k, Σ_i w_i P_i(ω_c | θ_c) ≤ ε_c + s for every
/// limit c, Σ_i w_i = 1, w ≥ 0, s ≥ 0. The duals of the first rows sum to 1 and mix the extreme weightings to the least
/// favourable one; those of the second are the limits' prices, at most K.
struct WorstPriorProgram {
    /// What a policy counts for.
    struct Column: Equatable {
        /// [|Θ|] v_θ: the goal given each type.
        let values: [Double]
        /// P(ω_c | θ_c) per limit.
        let probabilities: [Double]
    }

    struct Optimum {
        /// The policies that are used with their weights, by falling weight.
        let parts: [(column: Int, weight: Double)]
        /// t: the worst value over the known weightings.
        let value: Double
        /// [|Θ|] Σ_k y_k λ_k
        let prior: [Double]
        let multipliers: [Double]
        /// s
        let excess: Double
    }

    private(set) var columns: [Column] = []
    private(set) var weightings: [[Double]]
    private let limits: [Double]
    /// What worths are counted in while the program is solved, so that its tolerances do not depend on the goal's units: the power of
    /// two next to the range of the goal, which changes no digit.
    private let scale: Double
    /// K in `scale`: what exceeding a limit costs, far above what any price comes to where the limits can be kept.
    private let penalty: Double

    /// K, in ranges of the goal: no limit that can be kept by a hair's breadth of 10⁻⁴ costs more.
    private static let penaltyInRanges = 1e4

    /// - Parameter range: what the values of two policies differ by at most, above 0.
    init(weighting: [Double], limits: [Double], range: Double) {
        weightings = [weighting]
        self.limits = limits
        scale = range.binade
        penalty = Self.penaltyInRanges * (range / scale)
    }

    /// Whether the policy counts for something new.
    mutating func add(_ column: Column) -> Bool {
        guard !columns.contains(column) else { return false }
        columns.append(column)
        return true
    }

    /// Whether the weighting is a new one.
    mutating func add(weighting: [Double]) -> Bool {
        guard !weightings.contains(weighting) else { return false }
        weightings.append(weighting)
        return true
    }

    /// A weight that is nothing but rounding.
    private static let leastWeight = 1e-13

    /// - Returns: nil only if arithmetic fails.
    /// - Complexity: O(simplex iterations · (m³ + n m)), m weightings and limits, n policies.
    func solve() -> Optimum? {
        let (k, m) = (weightings.count, limits.count)
        let worths = columns.map { column in weightings.map { AmbiguitySet.product($0, column.values) } }
        // t counts from the least worth, so that it is never negative.
        let floor = worths.joined().min() ?? 0
        func unit(_ row: Int, _ value: Double = 1) -> [Double] { (0..<1 + k + m).map { $0 == row ? value : 0 } }
        let rows = zip(columns, worths).map { column, worth -> [Double] in
            let scaled = worth.map { (floor - $0) / scale }
            return [1] + scaled + column.probabilities
        }
        var program = LinearProgram(
            columns: rows,
            costs: columns.map { _ in 0 }, right: [1] + [Double](repeating: 0, count: k) + limits)
        let (t, slack, s) = (columns.count, columns.count + 1, columns.count + 1 + k + m)
        program.columns.append([0] + [Double](repeating: 1, count: k) + [Double](repeating: 0, count: m))
        program.costs.append(1)
        for row in 0..<k + m {
            program.columns.append(unit(1 + row))
            program.costs.append(0)
        }
        if m > 0 {
            // Not without limits: reduced costs count as fractions of the largest cost, which K is.
            program.columns.append([Double](repeating: 0, count: 1 + k) + [Double](repeating: -1, count: m))
            program.costs.append(-penalty)
        }
        guard let first = columns.indices.min(by: { excess($0) < excess($1) }),
            let lowest = worths[first].indices.min(by: { worths[first][$0] < worths[first][$1] })
        else { return nil }
        var basis = [first] + (0..<k + m).map { slack + $0 }
        basis[1 + lowest] = t
        if excess(first) > 0,
            let tightest = limits.indices.max(by: {
                columns[first].probabilities[$0] - limits[$0] < columns[first].probabilities[$1] - limits[$1]
            })
        {
            basis[1 + k + tightest] = s
        }
        guard let found = program.maximise(from: basis) else { return nil }
        var prior = [Double](repeating: 0, count: weightings[0].count)
        let duals = found.duals.map { max(0, $0) }
        let sum = duals[1...k].reduce(0, +)
        for (row, weighting) in weightings.enumerated() {
            for user in prior.indices { prior[user] += duals[1 + row] / sum * weighting[user] }
        }
        let weights = columns.indices.map { (column: $0, weight: found.value(of: $0)) }.filter {
            $0.weight > Self.leastWeight
        }
        let total = weights.reduce(0) { $0 + $1.weight }
        return Optimum(
            parts: weights.map { ($0.column, $0.weight / total) }.sorted { $0.1 > $1.1 },
            value: floor + scale * found.value(of: t), prior: prior, multipliers: duals[(1 + k)...].map { scale * $0 },
            excess: found.value(of: s))
    }

    /// The largest excess of a policy over a limit, at least 0.
    private func excess(_ column: Int) -> Double {
        zip(columns[column].probabilities, limits).reduce(0) { max($0, $1.0 - $1.1) }
    }
}
