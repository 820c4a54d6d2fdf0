internal import GameModel
internal import UserAgents

/// `satisfaction`: how content a user type is with a response, as a predictor over features with values in [−1, 1].
struct SatisfactionSection {
    let names: ScenarioNames

    /// What one user type says, and where.
    struct Entry {
        let predictor: SatisfactionPredictor
        let reader: NodeReader
    }

    /// The predictor of a user type; nil where there is none, or after reporting.
    func read(_ body: Fields) -> Entry? {
        guard let reader = body["satisfaction"], let fields = reader.mapping(of: "bias and features to numbers") else {
            return nil
        }
        var predictor = SatisfactionPredictor(features: [Double](repeating: 0, count: names.features.count))
        for entry in fields.entries {
            guard let value = entry.value.number() else { continue }
            if entry.name == "bias" {
                predictor.bias = value
            } else if let feature = names.features.resolve(key: entry) {
                predictor.features[feature] = value
            }
        }
        return Entry(predictor: predictor, reader: reader)
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
        for entry in known {
            for response in responses.compactMap(\.self) {
                let value = entry.predictor.value(features: response.features)
                guard !(abs(value) <= 1) else { continue }
                entry.reader.errorAtKey(
                    "is \(NodeReader.shortened(value)) for \(response.name); it must be in [-1, 1] for every response")
                break
            }
        }
        return known.map(\.predictor)
    }
}
