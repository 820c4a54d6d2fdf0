public import GameModel
internal import InputErrors

/// Turns texts into numbers beside those of their words: an embedding behind an address, or a stub of a test.
public protocol TextEmbedder: Sendable {
    /// What stands in manifests and labels.
    var name: String { get }

    /// - Returns: one vector a text, all of one length; fewer only where the control stopped the work.
    func embeddings(_ texts: [String], _ control: RunControl) throws -> [[Double]]
}

/// The labeller that needs no network and no model: regressions on words and runs of letters, learnt from the scenario's own texts and
/// from examples. docs/labels.md says how far it can be trusted.
public struct LexicalMaker: LabellerMaker {
    /// Numbers beside those of the words; nil for none.
    public var embedder: (any TextEmbedder)?

    public init(embedder: (any TextEmbedder)? = nil) { self.embedder = embedder }

    /// Texts of one kind that are learnt from at most: their inner products are held in memory, 128 MB of them.
    public static let mostTexts = 4000

    /// - Throws: `InputError` for more than ``mostTexts`` texts of a kind; what the embedder throws.
    /// - Complexity: O(folds · n² · pieces of a text) for n texts of a kind.
    public func labeller(_ material: LabelMaterial, _ control: RunControl) throws -> any TextLabeller {
        let (answers, messages) = (TrainingText.answers(material), TrainingText.messages(material))
        for (name, texts) in [("answers", answers), ("messages", messages)] where texts.count > Self.mostTexts {
            throw InputError(
                "there are \(texts.count) \(name) to learn from; the lexical labeller takes at most \(Self.mostTexts), "
                    + "so give a sample of the examples")
        }
        let embed = { (texts: [TrainingText]) throws -> [[Double]] in
            guard let embedder else { return [] }
            let vectors = try embedder.embeddings(texts.map(\.content), control)
            guard vectors.count == texts.count, Set(vectors.map(\.count)).count <= 1 else {
                throw InputError(
                    "\(embedder.name) gave \(vectors.count) embeddings, or some of another length, for \(texts.count) texts"
                )
            }
            return vectors
        }
        return try LexicalLabeller(
            material, embedder: embedder, answers: KindTraining(answers, dense: embed(answers)),
            messages: KindTraining(messages, dense: embed(messages)), threads: control.threads ?? 1)
    }
}

/// The texts of one kind, cut and weighed.
struct KindTraining {
    let texts: [TrainingText]
    let counts: [NGramCounts]
    let dense: [[Double]]
    let vocabulary: Vocabulary
    let vectors: [TextVector]

    init(_ texts: [TrainingText], dense: [[Double]]) {
        (self.texts, self.dense) = (texts, dense)
        counts = texts.map { NGramCounts($0.content) }
        let vocabulary = Vocabulary(counts)
        vectors = counts.indices.map { [counts] index in
            let vector = vocabulary.vector(counts[index])
            return dense.isEmpty ? vector : vector.with(dense[index])
        }
        self.vocabulary = vocabulary
    }

    /// A classifier for those texts that have a distribution; nil where there are none.
    func head(_ distribution: (TextLabel) -> [Double]?, threads: Int) -> DistributionHead? {
        let own = texts.indices.filter { distribution(texts[$0].label) != nil }
        guard !own.isEmpty else { return nil }
        return DistributionHead(
            own.map { texts[$0] }, counts: own.map { counts[$0] }, dense: dense.isEmpty ? [] : own.map { dense[$0] },
            targets: own.compactMap { distribution(texts[$0].label) }, vectors: own.map { vectors[$0] },
            slots: vocabulary.count, threads: threads)
    }

    /// The features of those texts that have any; nil where there are none.
    func amounts(threads: Int) -> AmountsHead? {
        let own = texts.indices.filter { texts[$0].label.features?.isEmpty == false }
        guard !own.isEmpty else { return nil }
        return AmountsHead(
            own.map { texts[$0] }, counts: own.map { counts[$0] }, dense: dense.isEmpty ? [] : own.map { dense[$0] },
            amounts: own.compactMap { texts[$0].label.features?.map(\.mean) }, vectors: own.map { vectors[$0] },
            slots: vocabulary.count, threads: threads)
    }
}
