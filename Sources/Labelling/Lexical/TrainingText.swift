internal import GameModel
internal import NumericalMethods
internal import Output

/// A text that a labeller learns from.
package struct TrainingText: Sendable, Equatable {
    package let content: String
    /// Texts of one group are held out together: answers to the same prompt, replies to the same answer, the first paraphrases of the
    /// scenario's texts.
    package let group: String
    /// Whether somebody labelled it; otherwise it is the scenario's.
    package let isExample: Bool
    package let label: TextLabel

    package init(content: String, group: String, isExample: Bool, label: TextLabel) {
        (self.content, self.group, self.isExample, self.label) = (content, group, isExample, label)
    }

    /// The answers of a scenario and of examples, in an order that does not depend on that of the examples.
    package static func answers(_ material: LabelMaterial) -> [TrainingText] {
        var own: [TrainingText] = []
        for (response, cues) in material.texts.responses.enumerated() {
            var seen: Set<String> = []
            for texts in cues {
                for (index, text) in texts.enumerated() where seen.insert(text).inserted {
                    let shares = material.scheme.responses.indices.map { $0 == response ? 1.0 : 0 }
                    let amounts = material.features[response].map { TextLabel.Amount(mean: $0, deviation: 0) }
                    own.append(
                        TrainingText(
                            content: text, group: "paraphrase \(index)", isExample: false,
                            label: TextLabel(response: shares, features: amounts, labeller: "scenario")))
                }
            }
        }
        return sorted(own + examples(material) { $0 == .answer })
    }

    /// The messages of users.
    package static func messages(_ material: LabelMaterial) -> [TrainingText] {
        let scheme = material.scheme
        var own = material.texts.openings.enumerated().compactMap { cue, messages in
            messages.last.map { message in
                TrainingText(
                    content: message.content, group: "opening", isExample: false,
                    label: TextLabel(cue: scheme.cues.indices.map { $0 == cue ? 1 : 0 }, labeller: "scenario"))
            }
        }
        for (place, reaction) in scheme.reactionIndices.enumerated() {
            let cues = material.texts.reactions[reaction]
            // A text that is said under every cue says nothing of the cue.
            var places: [String: (index: Int, cues: Set<Int>)] = [:]
            for (cue, texts) in cues.enumerated() {
                for (index, text) in texts.enumerated() { places[text, default: (index, [])].cues.insert(cue) }
            }
            for (text, found) in places.sorted(by: { $0.key < $1.key }) {
                let share = 1 / Double(found.cues.count)
                let cue =
                    found.cues.count == cues.count
                    ? nil : scheme.cues.indices.map { found.cues.contains($0) ? share : 0 }
                own.append(
                    TrainingText(
                        content: text, group: "paraphrase \(found.index)", isExample: false,
                        label: TextLabel(
                            cue: cue, reaction: scheme.reactions.indices.map { $0 == place ? 1 : 0 },
                            labeller: "scenario")))
            }
        }
        return sorted(own + examples(material) { $0 != .answer })
    }

    private static func examples(
        _ material: LabelMaterial, where isKind: (UnlabelledText.Kind) -> Bool
    ) -> [TrainingText] {
        material.examples.filter { isKind($0.text.kind) }.map { example in
            TrainingText(
                content: example.text.content, group: example.text.before.first?.content ?? example.text.content,
                isExample: true, label: example.label)
        }
    }

    private static func sorted(_ texts: [TrainingText]) -> [TrainingText] {
        let keys = texts.map { text -> [String] in
            let label = text.label
            let features = label.features?.map { "\($0.mean)" } ?? []
            let shares = [label.response, label.cue, label.reaction].map { "\($0 ?? [])" }
            return [text.isExample ? "1" : "0", text.group, text.content] + shares + features
        }
        return texts.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }.map { texts[$0] }
    }
}

/// Which texts are held out together, and which of them count.
package struct HeldOutFolds: Sendable, Equatable {
    /// Per text its fold, or nil where it is always learnt from.
    package let folds: [Int?]
    package let count: Int
    /// Whether only examples are held out: there are enough of them, and they are what the labeller is for.
    package let isOfExamples: Bool

    /// Examples from which on only they are held out; and folds.
    package static let (enoughExamples, most) = (30, 5)

    /// - Complexity: O(n log n).
    package init(_ texts: [TrainingText]) {
        let examples = texts.filter(\.isExample)
        isOfExamples = examples.count >= Self.enoughExamples && Set(examples.map(\.group)).count >= Self.most
        let counted = isOfExamples ? examples : texts
        // By hash, so that neighbours in a file are not held out together.
        let groups = Set(counted.map { Self.key($0) }).sorted { ContentHash.sha256($0) < ContentHash.sha256($1) }
        count = min(Self.most, groups.count)
        let places = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($1, $0) })
        let (own, onlyExamples) = (count, isOfExamples)
        folds = texts.map { text in
            onlyExamples && !text.isExample ? nil : places[Self.key(text)].map { $0 % max(1, own) }
        }
    }

    private static func key(_ text: TrainingText) -> String { "\(text.isExample) \(text.group)" }
}
