/// A small sequential generator for random games and test data. Everything else in the library draws from counter-based streams only.
///
/// Source: Steele, Lea & Flood 2014 (doi:10.1145/2660193.2660195).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform in [low, high).
    public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// A random point on the simplex, every entry positive.
    public mutating func distribution(_ count: Int) -> [Double] {
        let weights = (0..<count).map { _ in 0.05 + unit() }
        let total = weights.reduce(0, +)
        var row = weights.map { $0 / total }
        row[count - 1] = 1 - row.dropLast().reduce(0, +)
        return row
    }
}
