/// Where a polynomial is zero in its interval: every root, none missed.
///
/// An interval with centre m and half-width h holds no root if |g(m)| > |g'(m)| h + G h²/2, where G bounds |g''|, and at most
/// one if |g'(m)| > G h. Intervals that neither settles are halved.
package struct SeriesRoots {
    /// The roots, in ascending order.
    package private(set) var roots: [Double] = []
    /// Where the polynomial is too close to zero to say whether and where it crosses: in an interval, or everywhere.
    package private(set) var undecided: [ClosedRange<Double>] = []

    private let series: ChebyshevSeries
    private let slope: ChebyshevSeries
    private let curvature: Double
    /// Values below this are rounding.
    private let noise: Double

    /// - Parameter noise: what the values are known to, in their unit.
    package init(of series: ChebyshevSeries, noise: Double) {
        self.series = series
        self.noise = noise
        slope = series.derivative
        curvature = slope.derivative.bound
        search(from: -1, to: 1)
    }

    private mutating func search(from a: Double, to b: Double) {
        let (centre, half) = (0.5 * (a + b), 0.5 * (b - a))
        let value = series.value(at: centre)
        let change = slope.value(at: centre)
        let reach = abs(change) * half + 0.5 * curvature * half * half
        if abs(value) > reach + noise { return }
        if abs(value) + reach <= noise || half < 1e-12 { return addUndecided(a, b) }
        if abs(change) > curvature * half {
            let (low, high) = (series.value(at: a), series.value(at: b))
            if (low < 0) != (high < 0) { addRoot(bisected(a, b, low: low)) }
            return
        }
        search(from: a, to: centre)
        search(from: centre, to: b)
    }

    private mutating func addRoot(_ place: Double) {
        let root = series.argument(place)
        if let last = roots.last, root <= last { return }
        roots.append(root)
    }

    private mutating func addUndecided(_ a: Double, _ b: Double) {
        let (low, high) = (series.argument(a), series.argument(b))
        if let last = undecided.last, low <= last.upperBound {
            undecided[undecided.count - 1] = last.lowerBound...max(high, last.upperBound)
        } else {
            undecided.append(low...high)
        }
    }

    /// The only root between two places, to the last bits.
    private func bisected(_ first: Double, _ last: Double, low: Double) -> Double {
        var (a, b) = (first, last)
        while true {
            let middle = 0.5 * (a + b)
            guard middle > a, middle < b else { return middle }
            if (series.value(at: middle) < 0) == (low < 0) { a = middle } else { b = middle }
        }
    }
}
