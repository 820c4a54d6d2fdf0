public import GameModel
internal import NumericalMethods

/// Conversations dealt into folds, in an order that depends on the seed alone.
public struct Folds: Sendable, Equatable {
    /// The fold of each conversation, from 0.
    public let fold: [Int]
    public let count: Int

    /// - Parameters:
    ///   - clusters: how many conversations there are.
    ///   - count: k, at least 2 and at most the number of conversations.
    public init(clusters: Int, count: Int, seed: UInt64) throws(CalibrationError) {
        guard count >= 2, count <= clusters else {
            throw CalibrationError(
                "folds", "are \(count) for \(clusters) conversations; they must be from 2 to \(clusters)")
        }
        var fold = [Int](repeating: 0, count: clusters)
        for (position, cluster) in CalibrationRandom.shuffled(clusters, seed: seed, purpose: 1).enumerated() {
            fold[cluster] = position % count
        }
        self.fold = fold
        self.count = count
    }
}

/// How well a model predicts conversations that it was not fitted to.
public struct HeldOut: Sendable, Equatable {
    /// −log P of each observation under the fit to the other folds, nats.
    public let losses: [Double]
    /// The weighted mean of the losses, nats per observation.
    public let meanLoss: Double
    /// Its standard error over conversations.
    public let standardError: Double

    init(losses: [Double], data: ChoiceData) {
        self.init(
            losses: losses, weights: data.observations.map(\.weight), clusters: data.observations.map(\.cluster),
            clusterCount: data.clusterCount)
    }

    init(losses: [Double], weights observed: [Double], clusters: [Int], clusterCount: Int) {
        self.losses = losses
        var (sums, weights) = (
            [Double](repeating: 0, count: clusterCount), [Double](repeating: 0, count: clusterCount)
        )
        for ((loss, weight), cluster) in zip(zip(losses, observed), clusters) {
            sums[cluster] += weight * loss
            weights[cluster] += weight
        }
        let total = weights.reduce(0, +)
        let mean = sums.reduce(0, +) / total
        meanLoss = mean
        // The mean is a ratio of sums over conversations.
        let used = weights.indices.filter { weights[$0] > 0 }
        let squares = used.reduce(0.0) { $0 + (sums[$1] - mean * weights[$1]) * (sums[$1] - mean * weights[$1]) }
        let n = Double(used.count)
        standardError = (squares * n / (n - 1)).squareRoot() / total
    }
}

extension HeldOut {
    /// This loss minus another on the same observations, with its own, smaller, standard error over conversations.
    public func difference(to other: HeldOut, data: ChoiceData) -> (mean: Double, standardError: Double) {
        let difference = HeldOut(losses: zip(losses, other.losses).map { $0 - $1 }, data: data)
        return (difference.meanLoss, difference.standardError)
    }
}

extension ChoiceData {
    /// The same choices of some conversations only.
    public func restricted(to keep: (Int) -> Bool) -> ChoiceData {
        ChoiceData(model: model, observations: observations.filter { keep($0.cluster) }, clusterCount: clusterCount)
    }

    /// k-fold cross-validation by conversation.
    ///
    /// - Throws: ``CalibrationError`` naming the fold if one cannot be fitted, or if the control asks to stop.
    /// - Complexity: k fits.
    public func crossValidated(
        _ folds: Folds, _ settings: ChoiceFitSettings = ChoiceFitSettings(), intercepts: Set<Int> = [],
        threads: Int = 1,
        control: RunControl = RunControl()
    ) throws(CalibrationError) -> HeldOut {
        let fits = control.map(count: folds.count, threads: threads, phase: "folds") { fold in
            Result { () throws(CalibrationError) in
                try restricted { folds.fold[$0] != fold }.fit(settings, intercepts: intercepts).coefficients
            }
        }
        guard fits.count == folds.count else { throw .stopped("the folds") }
        var logs: [[Double]] = []
        for (fold, fit) in fits.enumerated() {
            switch fit {
            case .success(let coefficients): logs.append(model.logProbabilities(coefficients))
            case .failure(let error):
                throw CalibrationError("fold \(fold + 1) of \(folds.count): \(error.place)", error.problem)
            }
        }
        let losses = observations.map { -logs[folds.fold[$0.cluster]][$0.alternative] }
        return HeldOut(losses: losses, data: self)
    }
}

/// Random numbers of calibration: Philox under a key of its own.
enum CalibrationRandom {
    /// "calibrat" in ASCII.
    private static let stream: UInt64 = 0x63_616C_6962_7261

    /// Four words of (seed, purpose, index).
    static func words(seed: UInt64, purpose: UInt64, index: UInt64, block: UInt64 = 0) -> Philox4x64.Words {
        Philox4x64.block(counter: (index, block, purpose, 0), key: (seed, stream))
    }

    /// A number in [0, 1) from a word.
    static func unit(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }

    /// 0..<count in random order: sorted by their words, and by number where words are equal.
    static func shuffled(_ count: Int, seed: UInt64, purpose: UInt64) -> [Int] {
        let keys = (0..<count).map { words(seed: seed, purpose: purpose, index: UInt64($0)).0 }
        return (0..<count).sorted { (keys[$0], $0) < (keys[$1], $1) }
    }
}
