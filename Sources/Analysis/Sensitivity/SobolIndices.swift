internal import GSLMath
internal import GameModel
internal import ParallelWork

/// How much of a function's variance each of its inputs explains, alone and with all others.
///
/// S_i = Var(E[f | x_i]) / Var(f) is the share that would vanish if x_i were known, and T_i = E[Var(f | all but x_i)] / Var(f)
/// the share that would be left if all but x_i were known. Two matrices A and B of quasi-random points, and A with column i of B:
/// S_i ≈ mean f(B) (f(AB_i) − f(A)) / V, T_i ≈ mean (f(A) − f(AB_i))² / 2V.
///
/// Intervals come from several copies of the sequence, each shifted by its own random vector modulo 1, and are means ± Student's t
/// times the standard error over the copies.
///
/// Source: Saltelli et al. 2010 (Computer Physics Communications 181:259), table 2 (b) and (f); Cranley & Patterson 1976 for
/// the shifts.
public struct SobolIndices: Sendable, Equatable {
    /// An estimate with its 95 % interval.
    public struct Estimate: Sendable, Equatable {
        public let value: Double
        public let lower: Double
        public let upper: Double
    }

    public let first: [Estimate]
    public let total: [Estimate]
    public let mean: Double
    public let variance: Double
}

/// How indices are estimated. A value: it is stored with the result.
public struct SobolSettings: Sendable, Equatable {
    /// Points a copy; a power of two serves best.
    public var points: Int
    /// Shifted copies, which intervals come from.
    public var copies: Int
    public var seed: UInt64

    public init(points: Int = 128, copies: Int = 8, seed: UInt64 = 1) {
        self.points = points
        self.copies = copies
        self.seed = seed
    }
}

extension SobolIndices {
    /// The indices of several functions of points in the unit cube.
    ///
    /// - Parameters:
    ///   - dimension: d ≤ 614. Up to 20 inputs Sobol's own sequence is used, above that the reversed Halton sequence, whose first
    ///     points are left out.
    ///   - functions: the values of all functions at a point of [0, 1)^d; must not depend on which thread calls it.
    /// - Returns: per function its indices, with NaN-free zeros where a function does not vary.
    /// - Throws: ``AnalysisError`` for settings out of range; whatever the functions throw.
    /// - Complexity: copies · points · (d + 2) evaluations.
    public static func estimate(
        dimension: Int, settings: SobolSettings, threads: Int = 1,
        _ functions: @escaping @Sendable ([Double]) throws -> [Double]
    ) throws -> [SobolIndices] {
        guard dimension >= 1, settings.points >= 8, settings.copies >= 2 else {
            throw AnalysisError(
                "Sobol indices need at least 1 input, 8 points and 2 copies; there are \(dimension), "
                    + "\(settings.points) and \(settings.copies)")
        }
        let points = try sequence(dimension: dimension, count: settings.points)
        let copies = try concurrentMap(count: settings.copies * settings.points, threads: threads) { index in
            Result { () throws -> [[Double]] in
                let (copy, row) = (index / settings.points, index % settings.points)
                let point = shifted(points[row], copy: copy, seed: settings.seed)
                let (a, b) = (Array(point.prefix(dimension)), Array(point.suffix(dimension)))
                var values = [try functions(a), try functions(b)]
                for input in 0..<dimension {
                    var mixed = a
                    mixed[input] = b[input]
                    values.append(try functions(mixed))
                }
                return values
            }
        }.map { try $0.get() }
        let outputs = copies.first?.first?.count ?? 0
        return try (0..<outputs).map { output in
            try indices(
                copies.map { $0.map { $0[output] } }, dimension: dimension, settings: settings)
        }
    }

    /// [points][2 d] the points that all copies share before they are shifted.
    private static func sequence(dimension: Int, count: Int) throws -> [[Double]] {
        let usesSobol = 2 * dimension <= QuasiRandomSequence.Kind.sobol.maximumDimension
        var sequence = try QuasiRandomSequence(usesSobol ? .sobol : .reverseHalton, dimension: 2 * dimension)
        if !usesSobol { try sequence.skip(1000) }
        var points: [[Double]] = []
        for _ in 0..<count { points.append(try sequence.next()) }
        return points
    }

    private static func shifted(_ point: [Double], copy: Int, seed: UInt64) -> [Double] {
        // "sobol" keeps these words apart from those of other uses of the seed.
        point.enumerated().map { index, value in
            let word = Philox4x64.block(
                counter: (UInt64(copy), UInt64(index), 0, 0), key: (seed, 0x73_6F62_6F6C)
            ).0
            let sum = value + Double(word >> 11) * 0x1p-53
            return sum >= 1 ? sum - 1 : sum
        }
    }

    /// - Parameter rows: [copies · points][2 + d] the values at A, B and AB_i.
    private static func indices(_ rows: [[Double]], dimension: Int, settings: SobolSettings) throws -> SobolIndices {
        let both = rows.flatMap { $0.prefix(2) }
        let mean = both.reduce(0, +) / Double(both.count)
        let variance = both.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(both.count)
        let scale = both.reduce(0) { max($0, abs($1)) }
        guard variance > 1e-24 * scale * scale else {
            let none = [Estimate](repeating: Estimate(value: 0, lower: 0, upper: 0), count: dimension)
            return SobolIndices(first: none, total: none, mean: mean, variance: 0)
        }
        let t = try Distributions.studentTQuantile(0.975, degreesOfFreedom: Double(settings.copies - 1))
        func estimate(_ term: ([Double]) -> Double) -> Estimate {
            let means = (0..<settings.copies).map { copy in
                rows[copy * settings.points..<(copy + 1) * settings.points].reduce(0) { $0 + term($1) }
                    / Double(settings.points) / variance
            }
            let middle = means.reduce(0, +) / Double(means.count)
            let spread = means.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(means.count - 1)
            let half = t * (spread / Double(means.count)).squareRoot()
            return Estimate(value: middle, lower: middle - half, upper: middle + half)
        }
        return SobolIndices(
            first: (0..<dimension).map { input in
                estimate { ($0[1] - mean) * ($0[2 + input] - $0[0]) }
            },
            total: (0..<dimension).map { input in
                estimate { 0.5 * ($0[0] - $0[2 + input]) * ($0[0] - $0[2 + input]) }
            }, mean: mean, variance: variance)
    }
}
