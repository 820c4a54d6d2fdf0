internal import NumericalMethods

/// What a fold learns from and is asked: vectors made of what the fold may know, and their products.
struct FoldProducts: Sendable {
    let training: [Int]
    let asked: [Int]
    let gram: GramMatrix
    /// [asked, training].
    let products: [Double]

    /// - Parameters:
    ///   - counts, dense: of the texts that the head learns from.
    init(_ counts: [NGramCounts], dense: [[Double]], folds: [Int?], fold: Int) {
        training = folds.indices.filter { folds[$0] != fold }
        asked = folds.indices.filter { folds[$0] == fold }
        let vocabulary = Vocabulary(training.map { counts[$0] })
        let vectors = counts.indices.map { index in
            let vector = vocabulary.vector(counts[index])
            return dense.isEmpty ? vector : vector.with(dense[index])
        }
        let all = GramMatrix(vectors, slots: vocabulary.count)
        gram = all.restricted(to: training)
        products = all.part(rows: asked, columns: training)
    }
}

/// The temperature by which scores are divided so that probabilities are what they say.
///
/// Source: Guo, Pleiss, Sun and Weinberger 2017, arXiv:1706.04599, section 4.2.
package enum Temperature {
    /// Minimises the log-loss of held-out scores, plus ½ (ln T)²: one text's worth of belief that T is near 1.
    ///
    /// - Parameters:
    ///   - scores: [n, K].
    ///   - targets: [n, K].
    ///   - weights: how often each text counts, [n]; nil for once each.
    /// - Complexity: O(n · K), some 50 times.
    package static func fitted(_ scores: [[Double]], targets: [[Double]], weights: [Double]? = nil) -> Double {
        let loss: (Double) -> Double = { logarithm in
            var total = 0.5 * logarithm * logarithm
            let temperature = Libm.exp(logarithm)
            for text in scores.indices {
                total += (weights?[text] ?? 1) * Self.loss(scores[text], targets[text], temperature)
            }
            return total
        }
        // Golden section: the loss is convex in 1/T, so it has one minimum.
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (-4.0, 4.0)
        var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
        var (atLeft, atRight) = (loss(left), loss(right))
        while high - low > 1e-7 {
            if atLeft <= atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - ratio * (high - low)
                atLeft = loss(left)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + ratio * (high - low)
                atRight = loss(right)
            }
        }
        return Libm.exp((low + high) / 2)
    }

    /// −Σ y ln p.
    package static func loss(_ scores: [Double], _ target: [Double], _ temperature: Double) -> Double {
        var shares = scores.map { $0 / temperature }
        let total = Softmax.normalise(&shares)
        var loss = 0.0
        for index in target.indices where target[index] > 0 {
            loss -= target[index] * (scores[index] / temperature - total)
        }
        return loss
    }
}
