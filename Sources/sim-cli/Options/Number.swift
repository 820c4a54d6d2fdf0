internal import ArgumentParser
internal import Nacre

/// Numbers on the command line: every option that takes one says which it takes, and a refusal names the range.
///
/// An option is declared with `transform: Number.whole(1...1000)`, so that no command can be handed a number that it was not
/// written for: not a whole number that overflows a product, not an infinity, not what is no number at all.
enum Number {
    /// What is large enough for anybody and small enough that its square, and sums of many squares, are finite: the largest
    /// payoff, price, temperature or margin of an option.
    static let largest = 1e100
    /// Episodes, steps and iterations: what a machine cannot finish in a year, and products of which are far from overflowing.
    static let manySteps = 1_000_000_000_000_000
    /// Mebibytes of memory: 1 TiB.
    static let mebibytes = 1...1 << 20
    /// A century, in seconds.
    static let seconds = 3e9

    /// A whole number of a range.
    ///
    /// - Parameter orZero: whether 0 is taken too, where it stands for "none".
    static func whole(_ range: ClosedRange<Int>, orZero: Bool = false) -> @Sendable (String) throws -> Int {
        { text in
            guard let value = Int(text), range.contains(value) || orZero && value == 0 else {
                throw ValidationError(
                    "it must be \(orZero ? "0, or " : "")at least \(range.lowerBound) and at most \(range.upperBound), "
                        + "a whole number.")
            }
            return value
        }
    }

    /// A number of a range.
    ///
    /// - Parameters:
    ///   - isAbove: whether the range begins just above its lower bound.
    ///   - isBelow: whether it ends just below its upper bound.
    static func real(
        _ range: ClosedRange<Double>, isAbove: Bool = false, isBelow: Bool = false
    ) -> @Sendable (String) throws -> Double {
        { text in
            guard let value = Double(text), range.contains(value), !(isAbove && value == range.lowerBound),
                !(isBelow && value == range.upperBound)
            else {
                throw ValidationError(
                    "it must be \(isAbove ? "above" : "at least") \(range.lowerBound) and "
                        + "\(isBelow ? "below" : "at most") \(range.upperBound).")
            }
            return value
        }
    }

    /// The number of a run in a store, from 1.
    static let run: @Sendable (String) throws -> Int64 = { text in
        guard let value = Int64(text), value >= 1 else {
            throw ValidationError("it must be at least 1 and at most \(Int64.max), a whole number: that of a run.")
        }
        return value
    }

    static let seed: @Sendable (String) throws -> UInt64 = { text in
        guard let value = UInt64(text) else {
            throw ValidationError("it must be at least 0 and at most \(UInt64.max), a whole number.")
        }
        return value
    }
}
