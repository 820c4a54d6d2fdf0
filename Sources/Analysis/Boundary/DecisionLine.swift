internal import NumericalMethods

/// Where the best response switches as one number varies, at one decision.
public struct DecisionLine: Sendable {
    /// A stretch in which one response is the best.
    public struct Segment: Sendable, Equatable {
        public let lower: Double
        public let upper: Double
        /// The best response; where the policy randomises, the likeliest.
        public let response: Int
        /// The responses that are given there, in the scenario's order.
        public let responses: [Int]

        init(lower: Double, upper: Double, response: Int, responses: [Int]? = nil) {
            self.lower = lower
            self.upper = upper
            self.response = response
            self.responses = responses ?? [response]
        }
    }

    /// A value at which the best response changes, or which responses are given.
    public struct Switch: Sendable, Equatable {
        public let value: Double
        /// The best response below and above the value.
        public let below: Int
        public let above: Int
        /// How far the value may be from the true one; finite, at most as far as the interval's ends are.
        public let uncertainty: Double
        /// Where the true one lies as far as is known, as ends of an interval around the value.
        public let lower: Double
        public let upper: Double

        init(value: Double, below: Int, above: Int, uncertainty: Double, lower: Double? = nil, upper: Double? = nil) {
            self.value = value
            self.below = below
            self.above = above
            self.uncertainty = uncertainty
            self.lower = lower ?? value - uncertainty
            self.upper = upper ?? value + uncertainty
        }

        /// The same where nothing more is known than that it lies in the open stretch around it.
        func widened(to open: [ClosedRange<Double>]) -> Switch {
            guard let stretch = open.first(where: { $0.contains(value) }) else { return self }
            return Switch(
                value: value, below: below, above: above,
                uncertainty: max(value - stretch.lowerBound, stretch.upperBound - value), lower: stretch.lowerBound,
                upper: stretch.upperBound)
        }
    }

    /// How sure it is that no switch was missed.
    public enum Completeness: Sendable, Equatable {
        /// The optimal value is convex in the number and was checked at every corner: all switches are there.
        case proved
        /// As `proved`, but for differences of value up to a gap.
        case provedUpTo(gap: Double)
        /// Action values are known to rounding by polynomials, of which every root was found.
        case resolved
        /// The optimal value was checked at this many values; what switches twice between two of them is not seen.
        case sampled(points: Int, gap: Double)
        /// The optimum was re-solved at this many values and, where two answers differ, in between; by a local search, or with a gap.
        case searched(points: Int, gap: Double, isLocal: Bool, isConverged: Bool)
        /// The search for plans was stopped, or found too many, before all corners were checked.
        case unfinished
    }

    public let decision: History
    public let segments: [Segment]
    public let switches: [Switch]
    /// Stretches in which two responses are worth the same up to rounding, or that polynomials could not represent.
    public let undecided: [ClosedRange<Double>]
    /// Stretches in which another response than the one that is told may still be best, in order and apart from each other: where the
    /// optimal value may exceed the best plan's by more than was to be left open, or by more than that plan leads by; where a
    /// solver's answer is missing or not converged; and what is ``undecided``. Empty where everything is proved, or as sure as
    /// ``completeness`` says.
    public let open: [ClosedRange<Double>]
    public let completeness: Completeness
    /// Stretches in which the policy does not give the responses of the history.
    public let unreached: [ClosedRange<Double>]
    /// The largest change of any response's value over the interval.
    public let effect: Double

    init(
        decision: History, segments: [Segment], switches: [Switch], undecided: [ClosedRange<Double>],
        open: [ClosedRange<Double>] = [], completeness: Completeness, unreached: [ClosedRange<Double>] = [],
        effect: Double
    ) {
        self.decision = decision
        self.segments = segments
        let stretches = Self.merged(open + undecided)
        self.switches = switches.map { $0.widened(to: stretches) }
        self.undecided = undecided
        self.open = stretches
        self.completeness = completeness
        self.unreached = unreached
        self.effect = effect
    }

    /// Whether the number changes no response's value here at all.
    public var hasNoEffect: Bool { effect == 0 }

    /// Whether no other response may be best anywhere inside a stretch.
    public func isSettled(_ segment: Segment) -> Bool {
        !open.contains { $0.lowerBound < segment.upper && segment.lower < $0.upperBound }
    }

    /// Stretches in order; those that touch or overlap as one.
    static func merged(_ stretches: [ClosedRange<Double>]) -> [ClosedRange<Double>] {
        var merged: [ClosedRange<Double>] = []
        for stretch in stretches.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = merged.last, stretch.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, stretch.upperBound)
            } else {
                merged.append(stretch)
            }
        }
        return merged
    }

    /// The best response at a value.
    public func response(at value: Double) -> Int? {
        segments.first { value >= $0.lower && value <= $0.upper }?.response
    }
}

/// The partition of an interval by the largest of several functions that are known by polynomials.
struct LargestFunction {
    /// Where the label of the largest function changes; the functions on either side.
    private(set) var changes: [(value: Double, below: Int, above: Int)] = []
    private(set) var undecided: [ClosedRange<Double>] = []
    /// The largest function at the lower end.
    private(set) var first = 0

    /// - Parameters:
    ///   - functions: which of the series take part.
    ///   - labels: per function, what it stands for: a change between functions of one label is none.
    init(of series: PiecewiseSeries, functions: Range<Int>, labels: [Int]) {
        let noise = 10 * PiecewiseSeries.tolerance * series.scale
        var current: Int?
        for piece in series.pieces {
            if !piece.isResolved { undecided.append(piece.lower...piece.upper) }
            var roots: [Double] = []
            for a in functions {
                for b in functions where b > a && labels[a] != labels[b] {
                    let found = SeriesRoots(of: piece.series[a] - piece.series[b], noise: noise)
                    roots += found.roots
                    for range in found.undecided where Self.isOnTop(a, range, piece, functions, noise) {
                        undecided.append(range)
                    }
                }
            }
            roots.sort()
            let ends = [piece.lower] + roots + [piece.upper]
            for (low, high) in zip(ends, ends.dropFirst()) where high > low {
                let best = Self.best(at: 0.5 * (low + high), piece, functions)
                if let before = current {
                    if labels[before] != labels[best] { changes.append((low, before, best)) }
                } else {
                    first = best
                }
                current = best
            }
        }
    }

    private static func best(at x: Double, _ piece: PiecewiseSeries.Piece, _ functions: Range<Int>) -> Int {
        var best = (index: functions.lowerBound, value: -Double.infinity)
        for index in functions {
            let value = piece.series[index](x)
            if value > best.value { best = (index, value) }
        }
        return best.index
    }

    private static func isOnTop(
        _ index: Int, _ range: ClosedRange<Double>, _ piece: PiecewiseSeries.Piece, _ functions: Range<Int>,
        _ noise: Double
    ) -> Bool {
        let middle = 0.5 * (range.lowerBound + range.upperBound)
        let value = piece.series[index](middle)
        return functions.allSatisfy { piece.series[$0](middle) <= value + 2 * noise }
    }
}
