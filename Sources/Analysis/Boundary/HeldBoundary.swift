public import GameModel
internal import NumericalMethods
internal import Solver

extension HeldQuery {
    /// Where the best response switches at each decision, as one number varies over an interval.
    ///
    /// Action values of a policy that is held are analytic in every number. They are represented to 10^−12 by polynomials on
    /// pieces of the interval; every root of every difference is found; each switch is then found again by Brent's method on
    /// the exact action values.
    ///
    /// - Parameter control: asked to stop between evaluations.
    /// - Throws: ``AnalysisError`` if a value of the interval makes no game in which the decisions can happen, or if the control asks to
    ///   stop.
    /// - Complexity: about 35 evaluations of the game per piece, whatever the number of decisions.
    public func lines(
        along variation: Variation, threads: Int = 1, control: RunControl = RunControl()
    ) throws -> [DecisionLine] {
        let series = try PiecewiseSeries(from: variation.lower, to: variation.upper) { points in
            try values([variation], at: points.map { [$0] }, threads: threads, control: control)
        }
        let labels = decisions.flatMap { _ in 0..<responseCount }
        return try decisions.indices.map { index in
            try line(decision: index, variation, series, labels: labels)
        }
    }

    private func line(
        decision: Int, _ variation: Variation, _ series: PiecewiseSeries, labels: [Int]
    ) throws -> DecisionLine {
        let functions = decision * responseCount..<(decision + 1) * responseCount
        let largest = LargestFunction(of: series, functions: functions, labels: labels)
        let switches = try largest.changes.map { change in
            try PolishedSwitch(change, labels: labels, from: variation.lower, to: variation.upper) {
                try values([variation], at: [$0])
            }.value
        }
        let ends = [variation.lower] + switches.map(\.value) + [variation.upper]
        let responses = [labels[largest.first]] + switches.map(\.above)
        return DecisionLine(
            decision: decisions[decision],
            segments: zip(zip(ends, ends.dropFirst()), responses).map {
                DecisionLine.Segment(lower: $0.0, upper: $0.1, response: $1)
            },
            switches: switches, undecided: largest.undecided,
            completeness: .resolved, effect: series.effect(of: functions))
    }
}

extension PiecewiseSeries {
    /// The largest change of any of some functions over the interval; 0 where it is rounding.
    func effect(of functions: Range<Int>) -> Double {
        let largest =
            functions.map { index -> Double in
                let constants = pieces.map { $0.series[index].coefficients.first ?? 0 }
                let spread = (constants.max() ?? 0) - (constants.min() ?? 0)
                let inner = pieces.map { $0.series[index].bound - abs($0.series[index].coefficients.first ?? 0) }
                return max(spread, inner.max() ?? 0)
            }.max() ?? 0
        return largest <= 10 * Self.tolerance * scale ? 0 : largest
    }
}
