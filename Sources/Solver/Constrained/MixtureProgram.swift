internal import NumericalMethods

/// The best mixture of known policies under the constraints: the master problem of column generation.
///
/// maximise Σ_i w_i J_i subject to Σ_i w_i P_i(ω_c | θ_c) ≤ ε_c for every constraint c, Σ_i w_i = 1, w ≥ 0.
///
/// Where no mixture satisfies the constraints, the largest excess t is made as small as it can be: minimise t ≥ 0 subject to
/// Σ_i w_i P_i ≤ ε_c + t. A basis has one column per constraint and one more, so a mixture has at most as many policies as
/// there are binding constraints, plus one.
package struct MixtureProgram: Sendable {
    /// What a policy counts for.
    package struct Column: Equatable, Sendable {
        /// J, in the goal's units.
        package let value: Double
        /// P(ω_c | θ_c) per constraint.
        package let probabilities: [Double]

        package init(value: Double, probabilities: [Double]) {
            self.value = value
            self.probabilities = probabilities
        }
    }

    package let columns: [Column]
    /// ε per constraint.
    package let limits: [Double]

    package init(columns: [Column], limits: [Double]) {
        self.columns = columns
        self.limits = limits
    }

    /// A best mixture with its prices.
    package struct Optimum: Equatable, Sendable {
        /// The policies that are used, by falling weight, with their weights: above 0, and they sum to 1.
        package let parts: [(column: Int, weight: Double)]
        /// μ ≥ 0 per constraint: of the goal where the constraints hold, of the excess where they do not (then Σ μ ≤ 1).
        package let multipliers: [Double]
        /// v: a policy improves on the mixture where J − μ · P > v, or −μ · P > v for the excess.
        package let threshold: Double
        /// The largest excess over a limit; 0 where the constraints hold.
        package let excess: Double

        package static func == (a: Optimum, b: Optimum) -> Bool {
            a.multipliers == b.multipliers && a.threshold == b.threshold && a.excess == b.excess
                && a.parts.elementsEqual(b.parts) { $0.column == $1.column && $0.weight == $1.weight }
        }
    }

    /// An excess that is nothing but rounding.
    static let rounding = 1e-11
    /// A weight that is nothing but rounding: what it would add stays below ``rounding``.
    private static let leastWeight = 1e-13

    /// - Returns: nil only if arithmetic fails, which no finite column can cause.
    /// - Complexity: O(simplex iterations · (m³ + n m)), m constraints and n policies.
    package func solve() -> Optimum? {
        guard let (phaseOne, program) = leastExcess() else { return nil }
        let excess = phaseOne.value(of: excessColumn)
        guard excess <= Self.rounding else {
            return optimum(phaseOne, excess: excess)
        }
        guard let start = withoutExcess(phaseOne, program) else { return nil }
        var second = program
        second.columns.removeLast()
        second.costs = columns.map(\.value) + limits.map { _ in 0 }
        guard let phaseTwo = second.maximise(from: start) else { return nil }
        return optimum(phaseTwo, excess: 0)
    }

    /// Columns of the program: the policies, one slack per constraint, the excess.
    private var excessColumn: Int { columns.count + limits.count }

    /// Minimises the excess, from the policy that exceeds least.
    private func leastExcess() -> (LinearProgram.Optimum, LinearProgram)? {
        var program = LinearProgram(
            columns: columns.map { [1] + $0.probabilities }, costs: columns.map { _ in 0 }, right: [1] + limits)
        for constraint in limits.indices {
            program.columns.append([0] + limits.indices.map { $0 == constraint ? 1 : 0 })
            program.costs.append(0)
        }
        program.columns.append([0] + limits.map { _ in -1 })
        program.costs.append(-1)
        let excesses = columns.map { column in zip(column.probabilities, limits).map { $0 - $1 } }
        guard let first = excesses.indices.min(by: { worst(excesses[$0]) < worst(excesses[$1]) }) else { return nil }
        var basis = [first] + limits.indices.map { columns.count + $0 }
        if worst(excesses[first]) > 0,
            let tightest = limits.indices.max(by: { excesses[first][$0] < excesses[first][$1] })
        {
            basis[tightest + 1] = excessColumn
        }
        return program.maximise(from: basis).map { ($0, program) }
    }

    private func worst(_ excesses: [Double]) -> Double { excesses.max() ?? 0 }

    /// The basis with the excess, if it is in it at 0, replaced by the column that replaces it best.
    private func withoutExcess(_ optimum: LinearProgram.Optimum, _ program: LinearProgram) -> [Int]? {
        var basis = optimum.basis
        guard let row = basis.firstIndex(of: excessColumn) else { return basis }
        let rows = program.right.indices.map { row in basis.map { program.columns[$0][row] } }
        var best: (column: Int, size: Double)?
        for column in 0..<excessColumn where !basis.contains(column) {
            guard let direction = LinearEquations.solve(rows, program.columns[column]) else { return nil }
            if abs(direction[row]) > best?.size ?? 1e-10 { best = (column, abs(direction[row])) }
        }
        guard let best else { return nil }
        basis[row] = best.column
        return basis
    }

    private func optimum(_ result: LinearProgram.Optimum, excess: Double) -> Optimum {
        var parts = columns.indices.compactMap { column -> (column: Int, weight: Double)? in
            let weight = result.value(of: column)
            return weight > Self.leastWeight ? (column, weight) : nil
        }
        parts.sort { $0.weight > $1.weight || $0.weight == $1.weight && $0.column < $1.column }
        // The weights left out and those kept sum to 1 up to rounding; the largest takes up the difference.
        let others = parts.dropFirst().reduce(0) { $0 + $1.weight }
        if !parts.isEmpty { parts[0].weight = 1 - others }
        return Optimum(
            parts: parts, multipliers: result.duals.dropFirst().map { max(0, $0) }, threshold: result.duals[0],
            excess: excess)
    }
}
