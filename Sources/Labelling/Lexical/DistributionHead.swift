internal import NumericalMethods

/// A classifier of texts: which name, with which probability.
package struct DistributionHead: Sendable {
    let weights: LinearWeights
    let intercepts: [Double]
    /// T, by which scores are divided.
    package let temperature: Double
    /// λ, chosen by the held-out log-loss.
    package let penalty: Double
    package let figures: HeldOutFigures

    /// λ, the strongest first.
    static let penalties = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]

    /// - Parameters:
    ///   - texts, counts, dense: what is learnt from.
    ///   - targets: [n, K].
    ///   - vectors: of the texts, made of all that is known.
    init(
        _ texts: [TrainingText], counts: [NGramCounts], dense: [[Double]], targets: [[Double]], vectors: [TextVector],
        slots: Int, threads: Int
    ) {
        let folds = HeldOutFolds(texts)
        let balance = Self.balance(texts, targets: targets, examplesToo: !folds.isOfExamples)
        let scored = concurrentMap(count: folds.count, threads: threads) { fold -> FoldScores in
            Self.scores(
                FoldProducts(counts, dense: dense, folds: folds.folds, fold: fold), texts: texts, targets: targets,
                isOfExamples: folds.isOfExamples)
        }
        let choice = Self.choice(scored, targets: targets, balance: balance, isOfExamples: folds.isOfExamples)
        (penalty, temperature) = (choice.penalty, choice.temperature)
        let gram = GramMatrix(vectors, slots: slots)
        var fit: SoftmaxRegression?
        // By way of the stronger penalties, from which the weaker ones are near.
        for penalty in Self.penalties where penalty >= choice.penalty {
            let isLast = penalty == choice.penalty
            fit = SoftmaxRegression(
                gram, targets: targets, weights: balance, penalty: penalty, from: fit, tolerance: isLast ? 1e-6 : 1e-2)
        }
        weights = LinearWeights(vectors, coefficients: fit?.coefficients ?? [], slots: slots)
        intercepts = fit?.intercepts ?? []
        figures = HeldOutFigures(
            scored, targets: targets, balance: balance, texts: texts, isOfExamples: folds.isOfExamples,
            choice: choice.index)
    }

    /// Weights under which the scenario's names count the same however many paraphrases each of them has. Enough examples say how
    /// often a name is one, and count once each; a handful says nothing of it, and is balanced with the scenario's texts.
    /// The weights of what is balanced add up to its number.
    ///
    /// - Returns: [n].
    package static func balance(_ texts: [TrainingText], targets: [[Double]], examplesToo: Bool) -> [Double] {
        let isBalanced = texts.map { examplesToo || !$0.isExample }
        var totals = [Double](repeating: 0, count: targets.first?.count ?? 0)
        for (text, target) in targets.enumerated() where isBalanced[text] {
            for name in target.indices { totals[name] += target[name] }
        }
        let present = totals.count { $0 > 0 }
        let mean = totals.reduce(0, +) / Double(max(1, present))
        return targets.enumerated().map { text, target in
            isBalanced[text]
                ? target.indices.reduce(0) { $0 + (totals[$1] > 0 ? target[$1] * mean / totals[$1] : 0) } : 1
        }
    }

    /// The probabilities of a text.
    func probabilities(_ vector: TextVector) -> [Double] {
        var scores = weights.apply(vector)
        for index in scores.indices { scores[index] += intercepts[index] }
        return Softmax.probabilities(scores, temperature: temperature)
    }

    /// Held-out scores of a fold.
    struct FoldScores: Sendable {
        /// The texts that can be judged: the fold has learnt from their names.
        let texts: [Int]
        /// Texts whose name no text of the fold's training has.
        let unseen: Int
        /// Per penalty, per text: [K].
        let scores: [[[Double]]]
    }

    private static func scores(
        _ fold: FoldProducts, texts: [TrainingText], targets: [[Double]], isOfExamples: Bool
    ) -> FoldScores {
        let own = fold.training.map { targets[$0] }
        // Balanced anew: a name that lost one of two paraphrases would otherwise count half, and held-out texts seem harder than
        // others are.
        let balance = Self.balance(
            fold.training.map { texts[$0] }, targets: own, examplesToo: !isOfExamples)
        let names = targets.first?.count ?? 0
        let known = (0..<names).map { name in fold.training.contains { targets[$0][name] > 0 } }
        let judged = fold.asked.indices.filter { place in
            (0..<names).allSatisfy { known[$0] || targets[fold.asked[place]][$0] == 0 }
        }
        var (fit, scores) = (SoftmaxRegression?.none, [[[Double]]]())
        for penalty in penalties where !fold.training.isEmpty {
            let next = SoftmaxRegression(
                fold.gram, targets: own, weights: balance, penalty: penalty, from: fit, tolerance: 1e-3,
                iterations: 300)
            let all = next.scores(fold.products, texts: fold.asked.count)
            scores.append(judged.map { all[$0] })
            fit = next
        }
        return FoldScores(
            texts: judged.map { fold.asked[$0] }, unseen: fold.asked.count - judged.count, scores: scores)
    }

    /// The penalty with the smallest held-out log-loss of examples once the temperature is fitted. Paraphrases of the scenario's
    /// author are too alike to choose by (they ask for the weakest, and other people's texts for the strongest), so without
    /// enough examples the strongest is taken.
    private static func choice(
        _ folds: [FoldScores], targets: [[Double]], balance: [Double], isOfExamples: Bool
    ) -> (index: Int, penalty: Double, temperature: Double) {
        let judged = folds.flatMap(\.texts)
        guard !judged.isEmpty else { return (0, penalties[0], 1) }
        let (own, weights) = (judged.map { targets[$0] }, judged.map { balance[$0] })
        var best = (index: 0, loss: Double.infinity, temperature: 1.0)
        for index in isOfExamples ? penalties.indices : 0..<1 {
            let scores = folds.flatMap { $0.scores.isEmpty ? [] : $0.scores[index] }
            let temperature = Temperature.fitted(scores, targets: own, weights: weights)
            var loss = 0.0
            for text in own.indices { loss += weights[text] * Temperature.loss(scores[text], own[text], temperature) }
            if loss < best.loss { best = (index, loss, temperature) }
        }
        return (best.index, penalties[best.index], best.temperature)
    }
}

/// Weights of slots and of further numbers for several outputs.
struct LinearWeights: Sendable {
    /// [slots, outputs].
    private let sparse: [Double]
    /// [dimensions, outputs].
    private let dense: [Double]
    let outputs: Int

    /// Σ_i a_ik x_i.
    ///
    /// - Parameter coefficients: a, [outputs, n].
    init(_ vectors: [TextVector], coefficients: [Double], slots: Int) {
        let outputs = vectors.isEmpty ? 0 : coefficients.count / vectors.count
        var sparse = [Double](repeating: 0, count: slots * outputs)
        var dense = [Double](repeating: 0, count: (vectors.first?.dense.count ?? 0) * outputs)
        for (text, vector) in vectors.enumerated() {
            for output in 0..<outputs {
                let coefficient = coefficients[output * vectors.count + text]
                for index in vector.slots.indices {
                    sparse[Int(vector.slots[index]) * outputs + output] += coefficient * vector.values[index]
                }
                for index in vector.dense.indices {
                    dense[index * outputs + output] += coefficient * vector.dense[index]
                }
            }
        }
        (self.sparse, self.dense, self.outputs) = (sparse, dense, outputs)
    }

    /// [outputs].
    func apply(_ vector: TextVector) -> [Double] {
        var result = [Double](repeating: 0, count: outputs)
        for index in vector.slots.indices {
            let (start, value) = (Int(vector.slots[index]) * outputs, vector.values[index])
            for output in 0..<outputs { result[output] += value * sparse[start + output] }
        }
        for index in vector.dense.indices {
            for output in 0..<outputs { result[output] += vector.dense[index] * dense[index * outputs + output] }
        }
        return result
    }
}
