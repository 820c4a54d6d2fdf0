public import GameModel
internal import InputErrors
internal import NumericalMethods
public import Output

/// Labels by regressions on words and runs of letters. Made by ``LexicalMaker``.
public struct LexicalLabeller: TextLabeller {
    public let scheme: LabelScheme
    private let abstainBelow: Double
    private let embedder: (any TextEmbedder)?
    private let answerVocabulary: Vocabulary
    private let messageVocabulary: Vocabulary
    private let response: DistributionHead?
    private let features: AmountsHead?
    private let cue: DistributionHead?
    private let reaction: DistributionHead?
    private let scope: ScopeModel
    /// Texts of the scenario and examples that were learnt from.
    private let learnt: (scenario: Int, examples: Int)
    /// A hash of everything that was learnt from.
    private let materialHash: String

    /// Texts that one thread labels at a time.
    private static let piece = 64

    init(
        _ material: LabelMaterial, embedder: (any TextEmbedder)?, answers: KindTraining, messages: KindTraining,
        threads: Int
    ) {
        scheme = material.scheme
        abstainBelow = material.abstainBelow
        self.embedder = embedder
        (answerVocabulary, messageVocabulary) = (answers.vocabulary, messages.vocabulary)
        response = answers.head(\.response, threads: threads)
        features = answers.amounts(threads: threads)
        cue = messages.head(\.cue, threads: threads)
        reaction = messages.head(\.reaction, threads: threads)
        let all = answers.texts + messages.texts
        scope = ScopeModel(all, threads: threads)
        learnt = (all.count { !$0.isExample }, all.count { $0.isExample })
        materialHash = ContentHash.sha256(all.map { "\($0)" }.joined(separator: "\n"))
    }

    public var name: String {
        let what = embedder.map { " on words and \($0.name)" } ?? ""
        return "lexical/1\(what), \(learnt.scenario) texts of the scenario, \(learnt.examples) examples"
    }

    public var isRemembered: Bool { embedder != nil }

    public func labels(_ texts: [UnlabelledText], _ control: RunControl) throws -> [TextLabel] {
        let vectors = try embedder?.embeddings(texts.map(\.content), control)
        if let vectors, vectors.contains(where: { $0.count != vectors[0].count }) {
            throw InputError("embeddings must all have one length")
        }
        let count = vectors?.count ?? texts.count
        let (piece, name) = (Self.piece, name)
        return concurrentMap(count: (count + piece - 1) / piece, threads: control.threads ?? 1) { number in
            (number * piece..<min(count, (number + 1) * piece)).map { label(texts[$0], vectors?[$0], name) }
        }.flatMap(\.self)
    }

    private func label(_ text: UnlabelledText, _ embedding: [Double]?, _ name: String) -> TextLabel {
        let counts = NGramCounts(text.content)
        let vocabulary = text.kind == .answer ? answerVocabulary : messageVocabulary
        var vector = vocabulary.vector(counts)
        if let embedding { vector = vector.with(embedding) }
        var label = TextLabel(labeller: name)
        switch text.kind {
        case .answer:
            label.response = response?.probabilities(vector)
            label.features = features?.amounts(vector)
        case .message:
            label.cue = cue?.probabilities(vector)
            label.reaction = reaction?.probabilities(vector)
        case .opening:
            label.cue = cue?.probabilities(vector)
            label.inScope = scope.probability(counts)
        }
        label.isAbstained = (label.certainty ?? 0) < abstainBelow
        return label
    }

    public var account: JSONValue {
        var heads: [String: JSONValue] = [:]
        for (name, head) in classifiers {
            heads[name] = .object([
                "penalty": .number(head.penalty), "temperature": .number(head.temperature),
                "held_out": head.figures.json,
            ])
        }
        if let features, let figures = features.figures {
            heads["features"] = .object(
                Dictionary(
                    uniqueKeysWithValues: zip(scheme.features, figures).enumerated().map { index, pair in
                        var members = pair.1.json.objectValue ?? [:]
                        members["penalty"] = .number(features.penalties[index])
                        return (pair.0.name, .object(members))
                    }))
        }
        return .object([
            "labeller": .string(name), "material_sha256": .string(materialHash),
            "scenario_texts": .integer(learnt.scenario), "examples": .integer(learnt.examples),
            "abstain_below": .number(abstainBelow), "heads": .object(heads),
            "scope": .object([
                "n": .integer(scope.figures.own), "in_scope": .number(scope.figures.ownInScope),
                "everyday_n": .integer(scope.figures.everyday),
                "everyday_in_scope": .number(scope.figures.everydayInScope),
                "separation": .number(scope.figures.separation),
            ]),
        ])
    }

    private var classifiers: [(String, DistributionHead)] {
        [("response", response), ("cue", cue), ("reaction", reaction)].compactMap { name, head in
            head.map { (name, $0) }
        }
    }

    private static var columns: Columns<(name: String, figures: AmountFigures)> {
        [
            .text("feature", left: true) { $0.name }, .text("mean error") { Format.fixed($0.figures.error, 2) },
            .text("bias") { Format.fixed($0.figures.bias, 2) },
            .text("r") { row in row.figures.correlation.map { Format.fixed($0, 2) } ?? "none" },
            .text("n") { "\($0.figures.count)" },
        ]
    }

    public var accountText: String {
        var text = "On texts that were held out from learning (95 % intervals):\n"
        var isSmall = false
        for (name, head) in classifiers {
            let held = head.figures
            let what = held.isOfExamples ? "examples" : "the scenario's texts"
            text += "  \(name), of \(what): \(held.figures.line)\n"
            if held.figures.count < NominalFigures.enough { isSmall = true }
        }
        if let figures = features?.figures {
            let rows = zip(scheme.features, figures).map { (name: $0.name, figures: $1) }
            text += Self.columns.text(rows, indent: "  ")
        }
        if isSmall {
            text +=
                "Fewer than \(NominalFigures.enough) texts are too few for a claim: a 95 % interval is wider than ± 0.1.\n"
        }
        if classifiers.contains(where: { !$0.1.figures.isOfExamples }) {
            text +=
                "The scenario's texts are one author's and alike; on your texts expect less. Label some: label sheet.\n"
        }
        text +=
            scope.figures.separation < ScopeModel.leastSeparation
            ? "The scenario's texts cannot be told from everyday messages, so nothing is said of scope.\n"
            : "Scope: \(Format.fixed(100 * scope.figures.ownInScope, 0)) % of \(scope.figures.own) held-out texts of the "
                + "scenario and examples are in it, \(Format.fixed(100 * scope.figures.everydayInScope, 0)) % of "
                + "\(scope.figures.everyday) everyday messages.\n"
        return text
    }
}
