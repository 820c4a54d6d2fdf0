internal import Documents
internal import GameModel
internal import UserAgents

/// `satisfaction`: how content a user type is with a response, as a predictor over features with values in [−1, 1].
struct SatisfactionSection {
    let names: ScenarioNames

    /// What one user type says, and where: the mean of some predictors, one as a rule, or one per item of a rubric.
    struct Entry {
        let items: [(predictor: SatisfactionPredictor, reader: NodeReader)]
        let reader: NodeReader

        /// The mean over the items.
        var predictor: SatisfactionPredictor {
            guard items.count > 1, let first = items.first else { return items.first?.predictor ?? .init(features: []) }
            var mean = first.predictor
            for item in items.dropFirst() {
                mean.bias += item.predictor.bias
                for (index, value) in item.predictor.features.enumerated() { mean.features[index] += value }
            }
            mean.bias /= Double(items.count)
            for index in mean.features.indices { mean.features[index] /= Double(items.count) }
            return mean
        }
    }

    /// The predictor of a user type; nil where there is none, or after reporting.
    func read(_ body: Fields) -> Entry? {
        guard let reader = body["satisfaction"], let fields = reader.mapping(of: "bias and features to numbers") else {
            return nil
        }
        guard let items = fields["items"], items.isMapping else {
            return Entry(items: [(predictor(fields), reader)], reader: reader)
        }
        fields.rejectUnknown(except: ["items"])
        let entries = items.mapping(of: "items to predictors")?.entries ?? []
        if entries.isEmpty { items.errorAtKey("has no entries; there must be an item") }
        return Entry(
            items: entries.compactMap { entry in
                if let problem = NameRule.problem(with: entry.name) { entry.value.errorAtKey(problem) }
                return entry.value.mapping(of: "bias and features to numbers").map { (predictor($0), entry.value) }
            }, reader: reader)
    }

    private func predictor(_ fields: Fields) -> SatisfactionPredictor {
        var predictor = SatisfactionPredictor(features: [Double](repeating: 0, count: names.features.count))
        for entry in fields.entries {
            guard let value = entry.value.amount() else { continue }
            if entry.name == "bias" {
                predictor.bias = value
            } else if let feature = names.features.resolve(key: entry) {
                predictor.features[feature] = value
            }
        }
        return predictor
    }

    /// Checks that all user types or none say how content they are, and that no response leads outside the scale.
    ///
    /// - Returns: one predictor per user type, or none.
    func checked(_ entries: [Entry?], responses: [Response?], users: NodeReader?) -> [SatisfactionPredictor] {
        let known = entries.compactMap(\.self)
        guard !known.isEmpty else { return [] }
        if known.count < entries.count, !names.users.isIncomplete {
            let missing = zip(names.users.names, entries).filter { $0.1 == nil }.map(\.0)
            users?.errorAtKey(
                "has 'satisfaction' for some user types only; give it to \(missing.joined(separator: ", ")) too, or to none"
            )
        }
        for item in known.flatMap(\.items) {
            for response in responses.compactMap(\.self) {
                let value = item.predictor.value(features: response.features)
                guard !(abs(value) <= 1) else { continue }
                item.reader.errorAtKey(
                    "is \(NodeReader.shortened(value)) for \(response.name); it must be in [-1, 1] for every response")
                break
            }
        }
        return known.map(\.predictor)
    }
}
