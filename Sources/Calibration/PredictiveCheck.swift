internal import GSLMath
internal import ParallelWork

/// Whether whole conversations that a fitted model generates look like those that were observed.
///
/// Each sample draws coefficients from the normal distribution of the estimates, keeps every conversation's length, responses
/// and first state, and plays the states. A model can predict single steps well and still fail here.
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

extension DesignedModel {
    /// Whether the model can generate everything that it depends on but the responses.
    public var canBePlayed: Bool {
        design.kind == .nextState
            && design.terms.allSatisfy { term in
                term.parts.allSatisfy { part in
                    switch part {
                    case .factor, .number: false
                    default: true
                    }
                }
            }
    }

    /// Plays conversations with a fitted model of the next state.
    ///
    /// - Parameters:
    ///   - observed: the transitions that the model was made from.
    ///   - covariance: of the estimates, [P, P].
    /// - Throws: ``CalibrationError`` if the model is of another kind, depends on what a conversation would have to generate
    ///   (lagged factors, running means), or a conversation has a gap in its states.
    public func predictiveCheck(
        _ observed: ObservedTransitions, coefficients: [Double], covariance: [Double], samples: Int, seed: UInt64,
        threads: Int = 1
    ) throws(CalibrationError) -> PredictiveCheck {
        guard design.kind == .nextState else {
            throw CalibrationError("the check of whole conversations", "needs a model of the next state")
        }
        guard canBePlayed else {
            throw CalibrationError(
                "the check of whole conversations",
                "needs terms that follow from states, responses and turns; factors and "
                    + "numbers were observed and cannot be played")
        }
        var usable = observed
        usable.transitions = origin.map { observed.transitions[$0] }
        let episodes = usable.episodes
        let columns = try Columns(
            design.terms, of: usable, phases: design.phases,
            references: Columns.References(state: design.referenceState, response: design.referenceResponse))
        let factor: CholeskyFactor
        do { factor = try CholeskyFactor(covariance, order: coefficients.count) } catch {
            throw CalibrationError("the covariance", "is not positive definite: \(error)")
        }
        let real = usable.transitions.map { $0.after ?? 0 }
        let player = Player(
            model: self, columns: columns, transitions: usable.transitions, episodes: episodes,
            states: categories.count)
        let draws = concurrentMap(count: samples, threads: threads) { sample -> [Double] in
            let z = coefficients.indices.map { index -> Double in
                let word = CalibrationRandom.words(seed: seed, purpose: 4, index: UInt64(index), block: UInt64(sample))
                    .0
                return (try? Distributions.standardNormalQuantile((Double(word >> 11) + 0.5) * 0x1p-53)) ?? 0
            }
            let drawn = zip(coefficients, factor.product(z)).map { $0 + $1 }
            return player.summary(player.play(drawn, sample: sample, seed: seed))
        }
        let actual = player.summary(real)
        let statistics = player.names.indices.map { index -> PredictiveCheck.Statistic in
            let values = draws.map { $0[index] }.sorted()
            let below = values.reduce(0.0) { $0 + ($1 < actual[index] ? 1 : $1 == actual[index] ? 0.5 : 0) }
            let share = below / Double(values.count)
            return PredictiveCheck.Statistic(
                name: player.names[index], observed: actual[index], mean: values.reduce(0, +) / Double(values.count),
                low: values[Int(0.025 * Double(values.count - 1))], high: values[Int(0.975 * Double(values.count - 1))],
                tail: min(share, 1 - share))
        }
        return PredictiveCheck(statistics: statistics, samples: samples, seed: seed)
    }
}

/// Plays the states of conversations and sums them up.
private struct Player: Sendable {
    let model: DesignedModel
    let columns: Columns
    let transitions: [ObservedTransitions.Transition]
    let episodes: [Range<Int>]
    let states: Int

    var names: [String] {
        model.categories.map { "ends \($0)" } + model.categories.map { "first third \($0)" }
            + model.categories.map { "last third \($0)" }
            + [
                "ends better than it began", "ends worse than it began", "turns in a row in one state",
                "changes per turn",
            ]
    }

    func play(_ coefficients: [Double], sample: Int, seed: UInt64) -> [Int] {
        var result = [Int](repeating: 0, count: transitions.count)
        for range in episodes {
            var state = transitions[range.lowerBound].before
            for index in range {
                var transition = transitions[index]
                transition.before = state
                let row = probabilities(columns.values(transition) ?? [], coefficients)
                let word = CalibrationRandom.words(seed: seed, purpose: 5, index: UInt64(index), block: UInt64(sample))
                    .0
                var left = CalibrationRandom.unit(word)
                var next = states - 1
                for (candidate, probability) in row.enumerated() {
                    left -= probability
                    if left < 0 {
                        next = candidate
                        break
                    }
                }
                result[index] = next
                state = next
            }
        }
        return result
    }

    private func probabilities(_ values: [Double], _ coefficients: [Double]) -> [Double] {
        var next = 0
        let utilities = (0..<states).map { category -> Double in
            guard category != model.design.reference else { return 0 }
            defer { next += values.count }
            return values.indices.reduce(0) { $0 + values[$1] * coefficients[next + $1] }
        }
        let best = utilities.max() ?? 0
        let weights = utilities.map { CalibrationMath.exp($0 - best) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    func summary(_ after: [Int]) -> [Double] {
        var ends = [Double](repeating: 0, count: states)
        var thirds = [[Double]](repeating: [Double](repeating: 0, count: states), count: 3)
        var (better, worse, longest, changes) = (0.0, 0.0, 0.0, 0.0)
        for range in episodes {
            let first = transitions[range.lowerBound].before ?? after[range.lowerBound]
            let last = after[range.upperBound - 1]
            ends[last] += 1
            if last < first { better += 1 }
            if last > first { worse += 1 }
            var (run, best, state) = (0, 0, first)
            for (position, index) in range.enumerated() {
                thirds[3 * position / range.count][after[index]] += 1
                if after[index] == state {
                    run += 1
                } else {
                    run = 1
                    changes += 1
                }
                state = after[index]
                best = max(best, run)
            }
            longest += Double(best)
        }
        let count = Double(episodes.count)
        let share = { (row: [Double]) in row.map { $0 / max(row.reduce(0, +), 1) } }
        return ends.map { $0 / count } + share(thirds[0]) + share(thirds[2])
            + [better / count, worse / count, longest / count, changes / Double(transitions.count)]
    }
}
