public import GameModel
internal import NumericalMethods

/// Estimates from conversations drawn with replacement: uncertainty without a formula.
///
/// Source: Efron & Tibshirani 1993, "An Introduction to the Bootstrap", §6.2, with conversations as the units.
public struct Bootstrap: Sendable, Equatable {
    /// One vector of estimates per sample that could be fitted.
    public let estimates: [[Double]]
    /// Samples that could not be fitted (separated or not identified), which the errors do not cover.
    public let failures: Int
    public let seed: UInt64
    /// Samples that were drawn; fewer than asked for where the work was stopped.
    public var samples: Int { estimates.count + failures }

    /// What the units of a bootstrap are called.
    static let unit = "samples"

    /// The spread of each estimate; nil with fewer than two samples that could be fitted.
    public var standardErrors: [Double]? {
        guard estimates.count > 1 else { return nil }
        let count = Double(estimates.count)
        return (estimates.first ?? []).indices.map { index in
            let mean = estimates.reduce(0) { $0 + $1[index] } / count
            return (estimates.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) } / (count - 1)).squareRoot()
        }
    }

    /// The interval between two quantiles of each estimate (type 7 of Hyndman & Fan 1996).
    public func interval(level: Double = 0.95) -> [ClosedRange<Double>] {
        (estimates.first ?? []).indices.map { index in
            let sorted = estimates.map { $0[index] }.sorted()
            let (low, high) = (Self.quantile(sorted, (1 - level) / 2), Self.quantile(sorted, (1 + level) / 2))
            return low...max(low, high)
        }
    }

    private static func quantile(_ sorted: [Double], _ p: Double) -> Double {
        let position = p * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
}

extension Bootstrap {
    /// How often each of the used conversations is drawn in a sample, one entry per conversation that there is.
    static func multiplicity(of used: [Int], count: Int, sample: Int, seed: UInt64) -> [Double] {
        var multiplicity = [Double](repeating: 0, count: count)
        for draw in used.indices {
            let words = CalibrationRandom.words(seed: seed, purpose: 2, index: UInt64(draw), block: UInt64(sample))
            multiplicity[used[Int(words.0.multipliedFullWidth(by: UInt64(used.count)).high)]] += 1
        }
        return multiplicity
    }
}

extension ChoiceData {
    /// Fits to `samples` draws of conversations.
    ///
    /// - Parameters:
    ///   - start: estimates from the data themselves, where each search begins.
    ///   - control: asked to stop between samples: the bootstrap is then of those done.
    /// - Throws: what is wrong with pieces of the work, if it comes in pieces.
    /// - Complexity: `samples` fits.
    public func bootstrapped(
        samples: Int, seed: UInt64, _ settings: ChoiceFitSettings = ChoiceFitSettings(), intercepts: Set<Int> = [],
        from start: [Double], threads: Int = 1, control: RunControl = RunControl()
    ) throws -> Bootstrap {
        let used = Set(observations.map(\.cluster)).sorted()
        let results = try control.mapUnits(
            of: Bootstrap.unit, count: samples, threads: threads, shown: "bootstrap", endsPart: false
        ) { sample -> [Double]? in
            let multiplicity = Bootstrap.multiplicity(of: used, count: clusterCount, sample: sample, seed: seed)
            return try? fit(settings, intercepts: intercepts, from: start, multiplicity: multiplicity).coefficients
        }
        let estimates = results.compactMap(\.self)
        return Bootstrap(estimates: estimates, failures: results.count - estimates.count, seed: seed)
    }
}
