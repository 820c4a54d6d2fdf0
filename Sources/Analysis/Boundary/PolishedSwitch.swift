internal import NumericalMethods

/// A switch found again on exact values, by Brent's method, near where polynomials have it.
struct PolishedSwitch {
    let value: DecisionLine.Switch

    /// - Parameters:
    ///   - change: where polynomials cross, and which functions.
    ///   - labels: per function, its response.
    ///   - values: the exact values of all functions.
    init(
        _ change: (value: Double, below: Int, above: Int), labels: [Int], from lower: Double, to upper: Double,
        _ values: @escaping (Double) throws -> [Double]
    ) throws {
        func difference(_ x: Double) throws -> Double {
            let row = try values(x)
            return row[change.below] - row[change.above]
        }
        let width = upper - lower
        for reach in [1e-9, 1e-7, 1e-5] {
            let low = max(lower, change.value - reach * width)
            let high = min(upper, change.value + reach * width)
            let (first, last) = (try difference(low), try difference(high))
            guard (first < 0) != (last < 0) else { continue }
            let root = try bracketedRoot(in: low...high, tolerance: 1e-13 * max(1, abs(low), abs(high)), difference)
            value = DecisionLine.Switch(
                value: root.root, below: labels[change.below], above: labels[change.above],
                uncertainty: max(root.residual, 1e-15))
            return
        }
        value = Self.rough(
            change.value, below: labels[change.below], above: labels[change.above], width: width)
    }

    /// A switch as polynomials over an interval of some width have it.
    static func rough(_ value: Double, below: Int, above: Int, width: Double) -> DecisionLine.Switch {
        DecisionLine.Switch(value: value, below: below, above: above, uncertainty: 1e-5 * width)
    }
}
