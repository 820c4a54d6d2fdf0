public import InputErrors

/// How well two sets of labels of the same texts agree: the first is taken for true.
public struct LabelAgreement: Sendable {
    /// The agreement on one kind of name.
    public struct Names: Sendable, Equatable {
        /// `response`, `cue` or `reaction`.
        public let member: String
        public let names: [String]
        public let figures: NominalFigures
        /// Without the texts of which the second labeller would rather say nothing; nil where there are none.
        public let decided: NominalFigures?
    }

    public let names: [Names]
    /// Per feature that both say something of.
    public let features: [(name: String, figures: AmountFigures)]
    /// Texts that both label, and those that only one does.
    public let both: Int
    public let onlyFirst: Int
    public let onlySecond: Int
    /// Texts that the second abstains on, of those that both label.
    public let abstained: Int

    /// - Throws: `InputError` if a text is another one in the second file, and if no text is in both.
    public init(truth: LabelledFile, given: LabelledFile, scheme: LabelScheme) throws(InputError) {
        let seconds = Dictionary(uniqueKeysWithValues: given.records.map { (LabelledFile.Key($0), $0) })
        var pairs: [(truth: TextLabel, given: TextLabel)] = []
        for record in truth.records {
            guard let other = seconds[LabelledFile.Key(record)] else { continue }
            guard other.sha256 == record.sha256 else {
                throw InputError(
                    "\(record.kind.rawValue) \(record.index) of \(record.id) is another text in \(given.path) than in "
                        + "\(truth.path); label the same texts")
            }
            pairs.append((record.label, other.label))
        }
        guard !pairs.isEmpty else {
            throw InputError(
                "no text is labelled in both \(truth.path) and \(given.path); texts are joined by id, kind and index")
        }
        (both, onlyFirst, onlySecond) = (
            pairs.count, truth.records.count - pairs.count, given.records.count - pairs.count
        )
        abstained = pairs.count { $0.given.isAbstained }
        let kinds: [(String, KeyPath<TextLabel, [Double]?>, [LabelScheme.Name])] = [
            ("response", \.response, scheme.responses), ("cue", \.cue, scheme.cues),
            ("reaction", \.reaction, scheme.reactions),
        ]
        names = kinds.compactMap { member, path, names in Self.names(pairs, member, path, names) }
        features = scheme.features.indices.compactMap { index in
            let common = pairs.filter { $0.truth.features != nil && $0.given.features != nil }
            guard !common.isEmpty else { return nil }
            return (
                scheme.features[index].name,
                AmountFigures(
                    truths: common.compactMap { $0.truth.features?[index].mean },
                    given: common.compactMap { $0.given.features?[index] })
            )
        }
    }

    private static func names(
        _ pairs: [(truth: TextLabel, given: TextLabel)], _ member: String, _ path: KeyPath<TextLabel, [Double]?>,
        _ names: [LabelScheme.Name]
    ) -> Names? {
        let common = pairs.compactMap { pair -> (truth: [Double], given: [Double], isAbstained: Bool)? in
            guard let truth = pair.truth[keyPath: path], let given = pair.given[keyPath: path] else { return nil }
            return (truth, given, pair.given.isAbstained)
        }
        guard !common.isEmpty else { return nil }
        let decided = common.filter { !$0.isAbstained }
        return Names(
            member: member, names: names.map(\.name),
            figures: NominalFigures(truths: common.map(\.truth), given: common.map(\.given)),
            decided: decided.count == common.count || decided.isEmpty
                ? nil : NominalFigures(truths: decided.map(\.truth), given: decided.map(\.given)))
    }
}
