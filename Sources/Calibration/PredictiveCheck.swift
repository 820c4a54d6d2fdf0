internal import GameModel
internal import NumericalMethods

/// Whether whole conversations that a fitted model generates look like those that were observed.
///
/// Each sample draws coefficients from the normal distribution of the estimates, keeps every conversation's responses and first
/// state, and plays the states, or the reactions of a hidden model. Lengths are kept too, or played with a model of the end. A
/// model can predict single steps well and still fail here.
///
/// Source: Gelman, Meng & Stern 1996, "Posterior predictive assessment of model fitness", Statistica Sinica 6.
public struct PredictiveCheck: Sendable, Equatable {
    public struct Statistic: Sendable, Equatable {
        public let name: String
        public let observed: Double
        /// Mean and the central 95 % of the samples.
        public let mean: Double
        public let low: Double
        public let high: Double
        /// The smaller tail beyond the observed value, ties counted half.
        public let tail: Double

        public var isCovered: Bool { low <= observed && observed <= high }
    }

    public let statistics: [Statistic]
    public let samples: Int
    public let seed: UInt64
}

extension PredictiveCheck {
    /// A fitted model of the end of conversations, to play their lengths with.
    public struct Lengths: Sendable {
        public let model: DesignedModel
        public let fit: ChoiceFit

        public init(model: DesignedModel, fit: ChoiceFit) {
            self.model = model
            self.fit = fit
        }
    }

    /// Sums up what was observed and what was played, sample by sample.
    static func compare(
        _ summary: ConversationSummary, observed: [[Int]], samples: Int, seed: UInt64, threads: Int,
        control: RunControl,
        _ play: @Sendable (Int) -> [[Int]]
    ) throws(CalibrationError) -> PredictiveCheck {
        let draws = control.map(count: samples, threads: threads, phase: "check") { summary.values(play($0)) }
        guard draws.count == samples else { throw .stopped("the samples of the check") }
        let actual = summary.values(observed)
        let statistics = summary.names.indices.map { index -> PredictiveCheck.Statistic in
            let values = draws.map { $0[index] }.sorted()
            let below = values.reduce(0.0) { $0 + ($1 < actual[index] ? 1 : $1 == actual[index] ? 0.5 : 0) }
            let share = below / Double(values.count)
            return PredictiveCheck.Statistic(
                name: summary.names[index], observed: actual[index],
                mean: values.reduce(0, +) / Double(values.count),
                low: values[Int(0.025 * Double(values.count - 1))], high: values[Int(0.975 * Double(values.count - 1))],
                tail: min(share, 1 - share))
        }
        return PredictiveCheck(statistics: statistics, samples: samples, seed: seed)
    }

    /// Standard normal numbers of a sample, one per coefficient.
    static func normals(_ count: Int, sample: Int, seed: UInt64, purpose: UInt64 = 4) -> [Double] {
        (0..<count).map { index in
            let word = CalibrationRandom.words(
                seed: seed, purpose: purpose, index: UInt64(index), block: UInt64(sample)
            ).0
            return (try? Distributions.standardNormalQuantile((Double(word >> 11) + 0.5) * 0x1p-53)) ?? 0
        }
    }

    static func factor(_ covariance: [Double], order: Int) throws(CalibrationError) -> CholeskyFactor {
        do { return try CholeskyFactor(covariance, order: order) } catch {
            throw CalibrationError("the covariance", "is not positive definite: \(error)")
        }
    }
}

/// The figures that whole conversations are compared by.
struct ConversationSummary: Sendable {
    let categories: [String]
    /// The state before each conversation's first turn, where there is one.
    let firsts: [Int?]
    /// Whether lengths were played.
    let hasLengths: Bool

    var names: [String] {
        categories.map { "ends \($0)" } + categories.map { "first third \($0)" }
            + categories.map { "last third \($0)" }
            + (hasFirsts ? ["ends better than it began", "ends worse than it began"] : [])
            + ["turns in a row in one state", "changes per turn"]
            + categories.map { "spread between conversations of \($0)" }
            + (hasLengths
                ? ["mean length", "spread of length", "1 in 10 is no longer than", "9 in 10 are no longer than"] : [])
    }

    private var hasFirsts: Bool { firsts.contains { $0 != nil } }

    func values(_ conversations: [[Int]]) -> [Double] {
        var ends = [Double](repeating: 0, count: categories.count)
        var thirds = [[Double]](repeating: ends, count: 3)
        var shares = [[Double]](repeating: [], count: categories.count)
        var (better, worse, longest, changes, turns) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (number, conversation) in conversations.enumerated() {
            guard let last = conversation.last else { continue }
            let first = firsts[number] ?? conversation[0]
            ends[last] += 1
            if last < first { better += 1 }
            if last > first { worse += 1 }
            var (run, best, state) = (0, 0, first)
            var counts = [Double](repeating: 0, count: categories.count)
            for (position, category) in conversation.enumerated() {
                thirds[3 * position / conversation.count][category] += 1
                counts[category] += 1
                run = category == state ? run + 1 : 1
                changes += category == state ? 0 : 1
                state = category
                best = max(best, run)
            }
            longest += Double(best)
            turns += Double(conversation.count)
            for category in counts.indices { shares[category].append(counts[category] / Double(conversation.count)) }
        }
        let count = Double(conversations.count)
        let share = { (row: [Double]) in row.map { $0 / max(row.reduce(0, +), 1) } }
        return ends.map { $0 / count } + share(thirds[0]) + share(thirds[2])
            + (hasFirsts ? [better / count, worse / count] : []) + [longest / count, changes / max(turns, 1)]
            + shares.map(Self.spread) + (hasLengths ? Self.lengths(conversations) : [])
    }

    private static func lengths(_ conversations: [[Int]]) -> [Double] {
        let lengths = conversations.map { Double($0.count) }.sorted()
        return [
            lengths.reduce(0, +) / Double(lengths.count), spread(lengths), lengths[(lengths.count - 1) / 10],
            lengths[9 * (lengths.count - 1) / 10],
        ]
    }

    private static func spread(_ values: [Double]) -> Double {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)).squareRoot()
    }
}
