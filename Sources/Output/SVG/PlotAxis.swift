internal import NumericalMethods

/// One axis of a plot: what it measures, and from where to where.
public struct PlotAxis: Sendable, Equatable {
    /// What is measured, with its unit.
    public var label: String
    public let lower: Double
    public let upper: Double
    /// Whether numbers stand along it; not where places on it are nothing but places.
    public var isNumbered = true

    /// An axis with given ends.
    ///
    /// - Parameters:
    ///   - lower: the left or lower end; finite.
    ///   - upper: the other end; finite. Ends that are equal or out of order are moved apart to ± ½ around the first.
    public init(_ label: String, from lower: Double, to upper: Double) {
        self.label = label
        let isUsable = lower.isFinite && upper.isFinite && lower < upper
        self.lower = isUsable ? lower : (lower.isFinite ? lower : 0) - 0.5
        self.upper = isUsable ? upper : (lower.isFinite ? lower : 0) + 0.5
    }

    /// Values that differ by less than this share of their size are one value: what is left is rounding, and would fill the axis.
    private static let rounding = 1e-9

    /// An axis on which all finite values have room, with a margin of a twentieth on either side.
    public init(_ label: String, fitting values: [Double]) {
        let finite = values.filter(\.isFinite)
        let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
        let isSpread = high - low > Self.rounding * max(abs(low), abs(high))
        let margin = isSpread ? 0.05 * (high - low) : max(0.5 * abs(low), 0.05)
        self.init(label, from: low - margin, to: high + margin)
    }

    /// The same without numbers.
    public var withoutNumbers: PlotAxis {
        var axis = self
        axis.isNumbered = false
        return axis
    }

    /// Where a value stands between the ends: 0 at the lower, 1 at the upper.
    func share(_ value: Double) -> Double { (value - lower) / (upper - lower) }

    /// Round numbers inside the axis, about `count` of them, with as many decimals as their steps need.
    ///
    /// Steps are 1, 2 or 5 times a power of ten.
    public func ticks(about count: Int = 6) -> [(value: Double, text: String)] {
        guard isNumbered else { return [] }
        let rough = (upper - lower) / Double(max(1, count))
        let power = Libm.pow(10, (Libm.log10(rough)).rounded(.down))
        let step = [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999_999 } ?? power * 10
        let decimals = max(0, min(9, Int(-(Libm.log10(step) + 1e-9).rounded(.down))))
        let (first, last) = ((lower / step).rounded(.up), (upper / step).rounded(.down))
        guard first <= last, last - first < 1000 else { return [] }
        return stride(from: first, through: last, by: 1).map { index in
            let value = index == 0 ? 0 : index * step
            return (value, Format.fixed(value, decimals))
        }
    }
}
