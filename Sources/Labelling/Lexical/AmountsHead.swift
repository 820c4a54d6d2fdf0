internal import NumericalMethods

/// The features of an answer, each with how far off the labeller is on held-out texts.
package struct AmountsHead: Sendable {
    let weights: LinearWeights
    let intercepts: [Double]
    /// Per feature.
    package let penalties: [Double]
    /// Per feature a and b of the variance a + b m (1 − m) at the mean m: near 0 and 1 there is less room to be wrong.
    let spreads: [(constant: Double, middle: Double)]
    /// Per feature; nil where nothing was held out.
    package let figures: [AmountFigures]?
    package let isOfExamples: Bool

    /// λ, the strongest first.
    static let penalties = [10, 3, 1, 0.3, 0.1, 0.03]

    /// - Parameters:
    ///   - amounts: [n, K].
    init(
        _ texts: [TrainingText], counts: [NGramCounts], dense: [[Double]], amounts: [[Double]], vectors: [TextVector],
        slots: Int, threads: Int
    ) {
        let (features, folds) = (amounts.first?.count ?? 0, HeldOutFolds(texts))
        // Per fold, penalty and feature the values of the fold's texts.
        let values = concurrentMap(count: folds.count, threads: threads) {
            number -> (texts: [Int], values: [[[Double]]]) in
            let fold = FoldProducts(counts, dense: dense, folds: folds.folds, fold: number)
            guard !fold.training.isEmpty else { return ([], []) }
            let values = Self.penalties.map { penalty in
                (0..<features).map { feature in
                    KernelRidge(fold.gram, targets: fold.training.map { amounts[$0][feature] }, penalty: penalty)
                        .values(fold.products, texts: fold.asked.count)
                }
            }
            return (fold.asked, values)
        }
        let asked = values.flatMap(\.texts)
        let held = (0..<features).map { feature -> (penalty: Double, values: [Double]) in
            let truths = asked.map { amounts[$0][feature] }
            var best = (penalty: Self.penalties[0], values: [Double](), loss: Double.infinity)
            for (place, penalty) in Self.penalties.enumerated() {
                let given = values.flatMap { $0.values.isEmpty ? [] : $0.values[place][feature].map(Self.bounded) }
                let loss = zip(given, truths).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                if loss < best.loss { best = (penalty, given, loss) }
            }
            return (best.penalty, best.values)
        }
        let gram = GramMatrix(vectors, slots: slots)
        let fits = (0..<features).map { feature in
            KernelRidge(gram, targets: amounts.map { $0[feature] }, penalty: held[feature].penalty)
        }
        weights = LinearWeights(vectors, coefficients: fits.flatMap(\.coefficients), slots: slots)
        intercepts = fits.map(\.intercept)
        penalties = held.map(\.penalty)
        let spreads = (0..<features).map { feature in
            Self.spread(held[feature].values, asked.map { amounts[$0][feature] })
        }
        self.spreads = spreads
        isOfExamples = folds.isOfExamples
        figures =
            asked.isEmpty
            ? nil
            : (0..<features).map { feature in
                AmountFigures(
                    truths: asked.map { amounts[$0][feature] },
                    given: held[feature].values.map { Self.amount($0, spreads[feature]) })
            }
    }

    /// The features of a text; means beyond 0 and 1 are 0 and 1.
    func amounts(_ vector: TextVector) -> [TextLabel.Amount] {
        weights.apply(vector).enumerated().map { Self.amount(Self.bounded($1 + intercepts[$0]), spreads[$0]) }
    }

    private static func bounded(_ value: Double) -> Double { min(1, max(0, value)) }

    private static func amount(_ mean: Double, _ spread: (constant: Double, middle: Double)) -> TextLabel.Amount {
        TextLabel.Amount(
            mean: mean, deviation: (spread.constant + spread.middle * mean * (1 - mean)).squareRoot())
    }

    /// a and b by least squares of squared residuals, neither below 0; without held-out texts ¼, the variance of a coin.
    private static func spread(_ values: [Double], _ truths: [Double]) -> (constant: Double, middle: Double) {
        guard !values.isEmpty else { return (0.25, 0) }
        let n = Double(values.count)
        let squares = zip(values, truths).map { ($0 - $1) * ($0 - $1) }
        let middles = values.map { $0 * (1 - $0) }
        let (y, x) = (squares.reduce(0, +) / n, middles.reduce(0, +) / n)
        let xx = middles.reduce(0) { $0 + ($1 - x) * ($1 - x) }
        let xy = zip(middles, squares).reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) }
        // Below this the means are alike, and there is no slope.
        guard xx > 1e-12 * n, xy > 0 else { return (y, 0) }
        let slope = xy / xx
        if y - slope * x >= 0 { return (y - slope * x, slope) }
        return (0, zip(middles, squares).reduce(0) { $0 + $1.0 * $1.1 } / middles.reduce(0) { $0 + $1 * $1 })
    }
}
