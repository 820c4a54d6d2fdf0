public import GameModel
internal import NumericalMethods

/// Whether two sources of conversations follow one choice model or two.
public struct SourceComparison: Sendable {
    /// Fits to the first source, to the second, and to both.
    public let first: ChoiceFit
    public let second: ChoiceFit
    public let pooled: ChoiceFit
    /// 2 (L₁ + L₂ − L), nats, at least 0 without a prior.
    public let likelihoodRatio: Double
    /// The number of coefficients, each of which two models have twice.
    public let degreesOfFreedom: Int
    /// P(χ² ≥ the statistic): right where turns of a conversation do not depend on each other given the model; nil with a prior.
    public let chiSquareTail: Double?
    public let permutations: Permutations?

    /// What the permutations are called where the work is divided.
    static let unit = "permutations"

    /// The likelihood ratio where conversations are dealt to the sources at random.
    public struct Permutations: Sendable, Equatable {
        /// Those that could be fitted.
        public let count: Int
        /// Of them, those with a statistic at least as large as that of the sources.
        public let asLarge: Int
        /// Those that could not be fitted to one of the parts; they are not counted.
        public let failures: Int

        public init(count: Int, asLarge: Int, failures: Int) {
            (self.count, self.asLarge, self.failures) = (count, asLarge, failures)
        }

        /// (1 + as large) / (1 + count): exact where conversations of the two sources are exchangeable, however their turns depend on each
        /// other. Source: Phipson & Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9 (doi:10.2202/1544-6115.1585), equation 1.
        public var tail: Double { Double(1 + asLarge) / Double(1 + count) }
    }

    /// A coefficient in both sources.
    public struct Coefficient: Sendable, Equatable {
        public let name: String
        public let first: Double
        public let second: Double
        /// √(V₁ + V₂), clustered by conversation.
        public let error: Double
        /// second − first.
        public var difference: Double { second - first }
        public var z: Double { difference / error }
    }

    public var coefficients: [Coefficient] {
        first.parameters.indices.map { index in
            let (one, other) = (first.clusterErrors[index], second.clusterErrors[index])
            return Coefficient(
                name: first.parameters[index], first: first.coefficients[index], second: second.coefficients[index],
                error: (one * one + other * other).squareRoot())
        }
    }
}

extension ChoiceData {
    /// Compares conversations of two sources under this model.
    ///
    /// - Parameters:
    ///   - isSecond: of each conversation, whether it is of the second source.
    ///   - names: what the sources are called in errors.
    ///   - permutations: how often conversations are dealt at random; 0 for never.
    /// - Throws: ``CalibrationError`` naming the source to which the model cannot be fitted; what is wrong with pieces of the work, if it
    ///   comes in pieces.
    /// - Complexity: 3 fits, and two for each permutation.
    public func compared(
        _ isSecond: [Bool], names: [String] = ["the first source", "the second source"],
        _ settings: ChoiceFitSettings = ChoiceFitSettings(), intercepts: Set<Int> = [], permutations: Int = 0,
        seed: UInt64 = 1, threads: Int = 1, control: RunControl = RunControl()
    ) throws -> SourceComparison {
        let pooled = try fit(settings, intercepts: intercepts)
        func part(_ second: Bool, _ name: String) throws(CalibrationError) -> ChoiceFit {
            do throws(CalibrationError) {
                return try restricted { isSecond[$0] == second }.fit(
                    settings, intercepts: intercepts, from: pooled.coefficients)
            } catch { throw CalibrationError("\(name): \(error.place)", error.problem) }
        }
        let (first, second) = (try part(false, names[0]), try part(true, names[1]))
        let ratio = 2 * (first.logLikelihood + second.logLikelihood - pooled.logLikelihood)
        let order = model.parameters.count
        let tail =
            settings.precision == 0
            ? try? Distributions.chiSquaredUpperTail(max(0, ratio), degreesOfFreedom: Double(order)) : nil
        return SourceComparison(
            first: first, second: second, pooled: pooled, likelihoodRatio: ratio, degreesOfFreedom: order,
            chiSquareTail: tail,
            permutations: permutations == 0
                ? nil
                : try permuted(
                    isSecond, pooled, ratio, settings, intercepts, (permutations, seed, threads), control))
    }

    /// Statistics that differ by less than this share of themselves are equal: a fit ends within it of its maximum.
    private static let equalRatios = 1e-9

    private func permuted(
        _ isSecond: [Bool], _ pooled: ChoiceFit, _ ratio: Double, _ settings: ChoiceFitSettings, _ intercepts: Set<Int>,
        _ asked: (count: Int, seed: UInt64, threads: Int), _ control: RunControl
    ) throws -> SourceComparison.Permutations? {
        let used = Set(observations.map(\.cluster)).sorted()
        let size = used.count { isSecond[$0] }
        let ratios = try control.mapUnits(
            of: SourceComparison.unit, count: asked.count, threads: asked.threads, shown: SourceComparison.unit,
            endsPart: false
        ) { sample -> Double? in
            let keys = used.map {
                CalibrationRandom.words(seed: asked.seed, purpose: 10, index: UInt64($0), block: UInt64(sample)).0
            }
            let order = used.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
            let dealt = Set(order.prefix(size).map { used[$0] })
            func value(_ second: Bool) -> Double? {
                try? restricted { dealt.contains($0) == second }.fit(
                    settings, intercepts: intercepts, from: pooled.coefficients
                ).logLikelihood
            }
            guard let first = value(false), let second = value(true) else { return nil }
            return 2 * (first + second - pooled.logLikelihood)
        }
        guard ratios.count == asked.count else { return nil }
        let fitted = ratios.compactMap(\.self)
        let least = ratio - Self.equalRatios * abs(ratio)
        return SourceComparison.Permutations(
            count: fitted.count, asLarge: fitted.count { $0 >= least }, failures: ratios.count - fitted.count)
    }
}
