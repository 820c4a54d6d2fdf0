internal import Documents

/// Reads what is to be fitted.
extension MappingSection {
    private static let modelKeys = [
        "fit", "user", "terms", "move_terms", "types", "states", "reference", "reference_state", "reference_response",
        "anchor", "l2", "only", "test", "rescue", "users", "against_others", "ending", "outcome", "per_point",
        "satisfaction",
    ]

    /// - Parameter factors: the factors that `only` and `test` may name.
    func models(_ reader: NodeReader?, hasEffects: Bool, factors: [String]) -> [CalibrationMapping.Model] {
        checkNames(reader)
        let read = entries(reader) { (model: NodeReader) -> CalibrationMapping.Model? in
            guard let fields = model.mapping(of: "what to fit") else { return nil }
            fields.rejectUnknown(except: Self.modelKeys)
            let kinds = ["reactions", "moves", "next_state", "ending", "hidden", "policy", "effects"]
            guard let kind = fields.required("fit")?.choice(of: kinds) else { return nil }
            for key in ["only", "test"] { checkFactors(fields[key], among: factors) }
            checkTwice(fields["terms"])
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

    /// Names of models become names of files.
    private func checkNames(_ reader: NodeReader?) {
        guard let reader, reader.isMapping else { return }
        for entry in reader.mapping(of: "names")?.entries ?? [] {
            let plain = entry.name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || $0.properties.numericType != nil || "_-.".unicodeScalars.contains($0)
            }
            if !plain || entry.name.isEmpty || entry.name.hasPrefix(".") {
                entry.value.errorAtKey(
                    "has the name '\(NodeReader.excerpt(entry.name))', which becomes the name of a file; it must be of letters, "
                        + "digits, '_', '-' and '.', and not begin with '.'")
            }
        }
    }

    private func checkFactors(_ reader: NodeReader?, among factors: [String]) {
        for entry in reader?.mapping(of: "factors to levels")?.entries ?? [] where !factors.contains(entry.name) {
            entry.value.errorAtKey(
                "is no factor; \(factors.isEmpty ? "there are none" : "there are \(factors.quotedList)")",
                suggestion: "name its column: factors: {\(NodeReader.excerpt(entry.name)): COLUMN}")
        }
    }

    private func checkTwice(_ reader: NodeReader?) {
        guard let reader, reader.isSequence else { return }
        var seen: Set<String> = []
        for term in names(reader) ?? [] where !seen.insert(term).inserted {
            reader.errorAtKey("has '\(NodeReader.excerpt(term))' twice")
        }
    }

    private func levels(_ reader: NodeReader?) -> [String: [String]] {
        let entries = reader?.mapping(of: "factors to levels")?.entries ?? []
        return Dictionary(entries.map { ($0.name, names($0.value) ?? []) }) { first, _ in first }
    }
}
