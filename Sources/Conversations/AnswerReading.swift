internal import GameModel
internal import Labelling
internal import NumericalMethods

/// How a label becomes the features that users react to.
public enum AnswerReading: String, Sendable, CaseIterable {
    /// The mean features: those of the label, or of the responses that it may be, each by its probability.
    case mean
    /// Features drawn from the label: each from a normal distribution within [0, 1], or those of a response that is drawn. The same for
    /// the same seed, episode and turn.
    case sampled

    /// What an answer is to the game.
    ///
    /// A label without a response is of the response whose features are nearest; one without features has those of its responses.
    ///
    /// - Returns: nil for a label that says neither.
    func meaning(of label: TextLabel, game: Game, seed: UInt64, episode: Int, turn: Int) -> AnswerMeaning? {
        guard let response = label.response ?? label.features.map({ Self.nearest(to: $0.map(\.mean), game: game) })
        else { return nil }
        var draws = LabelDraws(seed: seed, episode: episode, turn: turn, sample: 0)
        let features: [Double]
        switch (self, label.features) {
        case (.mean, let amounts?): features = amounts.map(\.mean)
        case (.mean, nil):
            features = game.features.indices.map { feature in
                zip(response, game.responses).reduce(0) { $0 + $1.0 * $1.1.features[feature] }
            }
        case (.sampled, let amounts?): features = amounts.map { draws.amount($0) }
        case (.sampled, nil): features = game.responses[draws.index(of: response)].features
        }
        // Sums of shares may miss the ends of the range by a rounding.
        return AnswerMeaning(
            response: response, features: features.map { min(1, max(0, $0)) }, isAbstained: label.isAbstained,
            isNamed: label.response != nil)
    }

    static func nearest(to features: [Double], game: Game) -> [Double] {
        let index = game.nearestResponse(to: features)
        return game.responses.indices.map { $0 == index ? 1 : 0 }
    }
}

/// Random numbers that decide between what a label says may be so; apart from those of the game under the same seed.
struct LabelDraws {
    /// "label" in ASCII.
    private static let stream: UInt64 = 0x6C_6162_656C

    private let seed: UInt64
    private let place: (UInt64, UInt64, UInt64)
    private var count: UInt64 = 0

    init(seed: UInt64, episode: Int, turn: Int, sample: Int) {
        self.seed = seed
        place = (UInt64(episode), UInt64(turn), UInt64(sample))
    }

    /// In (0, 1).
    mutating func unit() -> Double {
        let words = Philox4x64.block(
            counter: (place.0, place.1 << 32 | place.2, count, 0), key: (seed, Self.stream))
        count += 1
        return (Double(words.0 >> 12) + 0.5) * 0x1p-52
    }

    /// An index by its probability.
    mutating func index(of shares: [Double]) -> Int {
        var left = unit()
        for (index, share) in shares.enumerated() {
            left -= share
            if left < 0 { return index }
        }
        return shares.lastIndex { $0 > 0 } ?? 0
    }

    /// A number from a normal distribution within [0, 1].
    mutating func amount(_ amount: TextLabel.Amount) -> Double {
        guard amount.deviation > 0 else { return amount.mean }
        for _ in 0..<1000 {
            guard let z = try? Distributions.standardNormalQuantile(unit()) else { continue }
            let value = amount.mean + amount.deviation * z
            if (0...1).contains(value) { return value }
        }
        return amount.mean
    }
}
