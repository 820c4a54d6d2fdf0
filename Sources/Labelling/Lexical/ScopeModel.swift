internal import NumericalMethods
internal import Output

/// Whether a first message belongs to a scenario at all: whether it is more like the scenario's texts than like everyday messages.
///
/// Nearness to the scenario's texts alone does not tell: short questions share "what is the", whatever they ask. So the pieces that
/// the scenario's texts have and 95 everyday messages have not are weighed, by the same regression as everything else.
struct ScopeModel: Sendable {
    private let vocabulary: Vocabulary
    private let weights: LinearWeights
    private let intercept: Double
    /// The held-out score from which on a text is in scope, and the slope of the probability there.
    private let threshold: Double
    private let slope: Double
    let figures: Figures

    /// How well the scenario's texts are told from everyday ones, held out.
    struct Figures: Sendable, Equatable {
        /// Texts of the scenario and examples; and the share of them in scope.
        let own: Int
        let ownInScope: Double
        let everyday: Int
        let everydayInScope: Double
        /// P(the score of an own text is above that of an everyday one).
        let separation: Double
    }

    /// λ: the fit hardly depends on it.
    private static let penalty = 0.05
    /// Below this separation nothing is said of scope: the scenario is about everyday things.
    static let leastSeparation = 0.8
    /// The share of everyday messages that may pass, held out.
    private static let passing = 0.05
    /// Texts of the scenario and examples that are taken at most, by hash.
    private static let mostTexts = 600
    private static let folds = 5

    /// - Parameter texts: whatever is said in the scenario, by anybody.
    init(_ texts: [TrainingText], threads: Int) {
        let own = Set(texts.map(\.content)).map { (hash: ContentHash.sha256($0), content: $0) }
            .sorted { $0.hash < $1.hash }.prefix(Self.mostTexts).map(\.content)
        let counts = (own + EverydayTexts.all).map { NGramCounts($0) }
        let targets = counts.indices.map { $0 < own.count ? [0.0, 1.0] : [1.0, 0.0] }
        let balance = counts.indices.map {
            0.5 * Double(counts.count) / Double($0 < own.count ? own.count : EverydayTexts.all.count)
        }
        let folds = counts.indices.map { Int?.some($0 % Self.folds) }
        let held = concurrentMap(count: Self.folds, threads: threads) { number -> [(text: Int, score: Double)] in
            let fold = FoldProducts(counts, dense: [], folds: folds, fold: number)
            let fit = SoftmaxRegression(
                fold.gram, targets: fold.training.map { targets[$0] }, weights: fold.training.map { balance[$0] },
                penalty: Self.penalty, tolerance: 1e-4)
            return zip(fold.asked, fit.scores(fold.products, texts: fold.asked.count)).map { ($0, $1[1] - $1[0]) }
        }.flatMap(\.self)
        let inside = held.filter { $0.text < own.count }.map(\.score)
        let outside = held.filter { $0.text >= own.count }.map(\.score).sorted()
        let threshold = outside[min(outside.count - 1, Int(Double(outside.count) * (1 - Self.passing)))]
        let shifted = held.map { ($0.score - threshold, $0.text < own.count) }
        let slope =
            1 / Temperature.fitted(shifted.map { [0, $0.0] }, targets: shifted.map { $0.1 ? [0, 1] : [1, 0] })
        let above = inside.reduce(0) { total, score in total + outside.count { $0 < score } }
        vocabulary = Vocabulary(counts)
        let vectors = counts.map { [vocabulary] in vocabulary.vector($0) }
        let fit = SoftmaxRegression(
            GramMatrix(vectors, slots: vocabulary.count), targets: targets, weights: balance, penalty: Self.penalty,
            tolerance: 1e-6)
        let half = fit.coefficients.count / 2
        weights = LinearWeights(
            vectors, coefficients: (0..<half).map { fit.coefficients[half + $0] - fit.coefficients[$0] },
            slots: vocabulary.count)
        intercept = fit.intercepts[1] - fit.intercepts[0]
        (self.threshold, self.slope) = (threshold, slope)
        figures = Figures(
            own: inside.count, ownInScope: Double(inside.count { $0 >= threshold }) / Double(max(1, inside.count)),
            everyday: outside.count, everydayInScope: Double(outside.count { $0 >= threshold }) / Double(outside.count),
            separation: Double(above) / Double(max(1, inside.count * outside.count)))
    }

    /// The probability that a text belongs to the scenario; nil where the scenario cannot be told from everyday messages.
    func probability(_ counts: NGramCounts) -> Double? {
        guard figures.separation >= Self.leastSeparation else { return nil }
        let score = intercept + (weights.apply(vocabulary.vector(counts)).first ?? 0)
        return 1 / (1 + Libm.exp(-slope * (score - threshold)))
    }
}
