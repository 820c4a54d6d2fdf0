internal import NumericalMethods
public import Output

/// What a classifier is worth on texts that it has not learnt from.
public struct HeldOutFigures: Sendable, Equatable {
    public let figures: NominalFigures
    /// Whether examples were held out; otherwise the scenario's own texts, which are one author's and alike.
    public let isOfExamples: Bool
    /// Texts that could not be judged, since no other text has their name.
    public let unseen: Int
    /// Groups that were held out together, and texts that were learnt from.
    public let groups: Int
    public let texts: Int

    /// With the temperature of each fold fitted on the others.
    init(
        _ folds: [DistributionHead.FoldScores], targets: [[Double]], balance: [Double], texts: [TrainingText],
        isOfExamples: Bool, choice: Int
    ) {
        var (truths, given): ([[Double]], [[Double]]) = ([], [])
        for (index, fold) in folds.enumerated() where !fold.scores.isEmpty {
            let others = folds.indices.filter { $0 != index && !folds[$0].scores.isEmpty }
            let temperature =
                others.isEmpty
                ? 1
                : Temperature.fitted(
                    others.flatMap { folds[$0].scores[choice] },
                    targets: others.flatMap { folds[$0].texts.map { targets[$0] } },
                    weights: others.flatMap { folds[$0].texts.map { balance[$0] } })
            truths += fold.texts.map { targets[$0] }
            given += fold.scores[choice].map { Softmax.probabilities($0, temperature: temperature) }
        }
        figures = NominalFigures(truths: truths, given: given)
        self.isOfExamples = isOfExamples
        unseen = folds.reduce(0) { $0 + $1.unseen }
        groups = Set(folds.flatMap(\.texts).map { texts[$0].group }).count
        self.texts = texts.count
    }

    public var json: JSONValue {
        .object([
            "held_out": .string(isOfExamples ? "examples" : "scenario"), "n": .integer(figures.count),
            "groups": .integer(groups), "learnt_from": .integer(texts), "unseen": .integer(unseen),
            "enough": .bool(figures.count >= NominalFigures.enough), "figures": figures.json,
        ])
    }
}

extension NominalFigures {
    /// All figures with their intervals; the matrix is left to its file.
    public var json: JSONValue {
        .object([
            "n": .integer(count), "accuracy": accuracy.map { Self.share($0.value, $0.interval) } ?? .null,
            "kappa": kappa.map { Self.share($0.value, $0.interval) } ?? .null,
            "log_loss": .number(ifPresent: logLoss), "impossible": .integer(impossible),
            "calibration_error": .number(ifPresent: calibrationError),
            "bins": .array(
                bins.map { bin in
                    .object([
                        "from": .number(bin.lower), "n": .integer(bin.count), "certainty": .number(bin.certainty),
                        "accuracy": .number(bin.accuracy),
                    ])
                }),
            "risk_coverage": .array(
                coverage.map { point in
                    .object([
                        "left_to_a_person": .number(point.left), "n": .integer(point.accuracy.count ?? 0),
                        "accuracy": Self.share(point.accuracy.value, point.accuracy.interval),
                    ])
                }),
        ])
    }

    private static func share(_ value: Double, _ interval: ClosedRange<Double>?) -> JSONValue {
        .object([
            "value": .number(value), "ci_low": .number(ifPresent: interval?.lowerBound),
            "ci_high": .number(ifPresent: interval?.upperBound),
        ])
    }

    /// One line: `0.62 (0.53–0.70), κ 0.55 (0.45–0.65), log-loss 1.02, calibration error 0.06, n = 120`.
    public var line: String {
        guard let accuracy, count > 0 else { return "nothing could be judged" }
        var parts = ["accuracy \(Self.shown(accuracy.value, accuracy.interval))"]
        if let kappa { parts.append("κ \(Self.shown(kappa.value, kappa.interval))") }
        if let logLoss { parts.append("log-loss \(Format.fixed(logLoss, 2))") }
        if let calibrationError { parts.append("calibration error \(Format.fixed(calibrationError, 2))") }
        return parts.joined(separator: ", ") + ", n = \(count)"
    }

    static func shown(_ value: Double, _ interval: ClosedRange<Double>?) -> String {
        let value = Format.fixed(value, 2)
        guard let interval else { return value }
        return "\(value) (\(Format.fixed(interval.lowerBound, 2))–\(Format.fixed(interval.upperBound, 2)))"
    }
}

extension AmountFigures {
    public var json: JSONValue {
        .object([
            "n": .integer(count), "mean_absolute_error": .number(error), "bias": .number(bias),
            "r": .number(ifPresent: correlation), "within_two_sd": .number(ifPresent: covered),
        ])
    }
}
