internal import Documents

/// Reads what is to be fitted.
extension MappingSection {
    private static let modelKeys = [
        "fit", "user", "terms", "move_terms", "types", "states", "reference", "reference_state", "reference_response",
        "anchor", "l2", "only", "test", "rescue", "users", "against_others", "ending", "outcome", "per_point",
        "satisfaction",
    ]

    func models(_ reader: NodeReader?, hasEffects: Bool) -> [CalibrationMapping.Model] {
        let read = entries(reader) { (model: NodeReader) -> CalibrationMapping.Model? in
            guard let fields = model.mapping(of: "what to fit") else { return nil }
            fields.rejectUnknown(except: Self.modelKeys)
            let kinds = ["reactions", "moves", "next_state", "ending", "hidden", "policy", "effects"]
            guard let kind = fields.required("fit")?.choice(of: kinds) else { return nil }
            if (kind == "effects") != hasEffects {
                fields["fit"]?.error(
                    hasEffects
                        ? "is '\(kind)', but the key 'effects' says that the file has published effects; it must be 'effects'"
                        : "is 'effects', which needs the key 'effects'")
            }
            var model = CalibrationMapping.Model(
                name: "", kind: kind, user: fields["user"]?.text(), users: [:], perPoint: [],
                terms: fields["terms"].flatMap(names) ?? [],
                moveTerms: fields["move_terms"].flatMap(names) ?? [], types: fields["types"].flatMap(names) ?? [],
                hiddenStates: fields["states"].flatMap(names) ?? [], reference: fields["reference"]?.text(),
                referenceState: fields["reference_state"]?.text(),
                referenceResponse: fields["reference_response"]?.text(),
                anchor: fields["anchor"]?.text(), precision: fields["l2"]?.nonNegative() ?? 0,
                only: levels(fields["only"]), test: levels(fields["test"]),
                rescue: fields["rescue"].flatMap(names) ?? [])
            model.users = Dictionary(entries(fields["users"]) { $0.text() }) { first, _ in first }
            model.againstOthers = fields["against_others"]?.text()
            model.ending = fields["ending"]?.text()
            guard kind == "effects" else { return model }
            model.outcome = fields.required("outcome")?.text()
            model.perPoint = entries(fields["per_point"]) { $0.number() }.map { .init(reaction: $0, logits: $1) }
            model.satisfaction = fields["satisfaction"]?.number()
            return model
        }
        return read.map { name, model in
            var model = model
            model.name = name
            return model
        }
    }

    private func levels(_ reader: NodeReader?) -> [String: [String]] {
        let entries = reader?.mapping(of: "factors to levels")?.entries ?? []
        return Dictionary(entries.map { ($0.name, names($0.value) ?? []) }) { first, _ in first }
    }
}
