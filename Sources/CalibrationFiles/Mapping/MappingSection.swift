internal import Documents

/// Reads the keys of a mapping file.
struct MappingSection {
    let file: String

    private static let keys = [
        "calibration", "name", "source", "conversation", "turn", "weight", "wide", "states", "before", "after",
        "response", "features", "reaction", "factors", "numbers", "phases", "models", "type", "ends", "effects",
        "feature_columns",
    ]

    func read(_ reader: NodeReader) -> CalibrationMapping? {
        guard let root = reader.mapping(of: "keys") else { return nil }
        root.rejectUnknown(except: Self.keys)
        _ = root.required("calibration")?.integer(in: 1...1)
        let name = root.required("name")?.text() ?? ""
        let states = root["states"].flatMap(names) ?? []
        var mapping = CalibrationMapping(
            file: file, name: name, source: root["source"]?.text() ?? name, conversation: root["conversation"]?.text(),
            turn: root["turn"]?.text(), weight: root["weight"]?.text(),
            type: root["type"].flatMap { source($0) }, ends: root["ends"].map(ends) ?? .none,
            effects: root["effects"].flatMap(effects), wide: root["wide"].flatMap(wide),
            states: states,
            before: .none, after: root["after"].flatMap { source($0, among: states) },
            response: root["response"].flatMap { source($0) }, features: [], responseFeatures: [:],
            reaction: root["reaction"].flatMap { source($0) }, factors: entries(root["factors"]) { source($0) },
            numbers: entries(root["numbers"], number), phases: root["phases"].flatMap(phases) ?? [], models: [])
        if let before = root["before"] { mapping.before = self.before(before, states) }
        if let features = root["features"] { readFeatures(features, into: &mapping) }
        if let columns = root["feature_columns"] {
            if root["features"] != nil {
                columns.errorAtKey("stands beside 'features'; features come from columns or from responses, not both")
            }
            let read = entries(columns) { $0.text() }
            mapping.features = read.map(\.0)
            mapping.featureColumns = read.map(\.1)
        }
        mapping.models = models(
            root.required("models"), hasEffects: mapping.effects != nil,
            factors: mapping.factors.map(\.0) + (mapping.type == nil ? [] : ["type"]))
        if let factors = root["factors"], mapping.factors.contains(where: { $0.name == "type" }) {
            factors.errorAtKey("has the name 'type', which is what the key 'type' is called in terms; it needs another")
        }
        return mapping
    }

    private func ends(_ reader: NodeReader) -> CalibrationMapping.Ends {
        if case .text("last") = reader.scalar { return .last }
        guard let source = source(reader, among: ["goes_on", "ends"]) else { return .none }
        if source.names != ["goes_on", "ends"] {
            reader.errorAtKey("must be 'last', or a column with the names 'goes_on' and 'ends' in this order")
        }
        return .source(source)
    }

    private static let effectKeys = ["outcome", "style", "estimate", "interval", "level", "against", "correlation"]

    private func effects(_ reader: NodeReader) -> CalibrationMapping.Effects? {
        guard let fields = reader.mapping(of: Self.effectKeys.quotedList) else { return nil }
        fields.rejectUnknown(except: Self.effectKeys)
        let texts = ["outcome", "style", "estimate", "against"].map { fields.required($0)?.text() }
        let interval = fields.required("interval").flatMap(names)
        if let interval, interval.count != 2 { fields["interval"]?.errorAtKey("must name two columns, low and high") }
        let level = fields["level"]?.probability() ?? 0.95
        if level <= 0 || level >= 1 { fields["level"]?.error("must be above 0 and below 1") }
        let correlation = fields.required("correlation")?.probability() ?? 0
        if correlation >= 1 { fields["correlation"]?.error("must be below 1") }
        let known = texts.compactMap(\.self)
        guard known.count == texts.count, let interval, interval.count == 2 else { return nil }
        return .init(
            outcome: known[0], style: known[1], estimate: known[2], interval: interval, level: level,
            against: known[3], correlation: correlation)
    }

    // MARK: Columns

    func names(_ reader: NodeReader) -> [String]? {
        reader.list(of: "names").map { entries in entries.compactMap { $0.text() } }
    }

    private func before(_ reader: NodeReader, _ states: [String]) -> CalibrationMapping.Before {
        if case .text("previous") = reader.scalar { return .previous }
        return source(reader, among: states).map { .source($0) } ?? .none
    }

    /// A column by its name, or a mapping of `column`, `labels` or `cuts`, `names` and `lag`.
    private func source(_ reader: NodeReader, among known: [String] = []) -> CalibrationMapping.Source? {
        if !reader.isMapping {
            return reader.text().map { .init(column: $0, meaning: .same, names: known, lag: 0) }
        }
        guard let fields = reader.mapping(of: "'column', 'labels', 'cuts', 'names', 'lag'") else { return nil }
        fields.rejectUnknown(except: ["column", "labels", "cuts", "names", "lag"])
        guard let column = fields.required("column")?.text() else { return nil }
        var source = CalibrationMapping.Source(
            column: column, meaning: .same, names: fields["names"].flatMap(names) ?? known,
            lag: fields["lag"]?.integer(in: 0...100) ?? 0)
        if let labels = fields["labels"] {
            guard let entries = labels.mapping(of: "labels to names") else { return nil }
            var meanings: [String: String?] = [:]
            var order: [String] = []
            for entry in entries.entries {
                let name: String? = entry.value.isNull ? nil : entry.value.text()
                meanings[entry.name] = .some(name)
                if let name, !order.contains(name) { order.append(name) }
            }
            if source.names.isEmpty { source.names = order }
            for name in order where !source.names.contains(name) {
                labels.errorAtKey("maps to '\(name)', which is not among \(source.names.quotedList)")
            }
            source.meaning = .labels(meanings)
        }
        if let cuts = fields["cuts"] {
            guard let values = cuts.list(of: "numbers")?.compactMap({ $0.number() }) else { return nil }
            if values.count + 1 != source.names.count {
                cuts.errorAtKey("has \(values.count) cuts for \(source.names.count) names; it must have one less")
            }
            let pairs = Array(zip(values, values.dropFirst()))
            if !pairs.allSatisfy({ $0 < $1 }), !pairs.allSatisfy({ $0 > $1 }) {
                cuts.errorAtKey("must rise, or fall where the names run from the highest value down")
            }
            source.meaning = .cuts(values)
        }
        if case .same = source.meaning, source.names.isEmpty {
            fields.owner.errorAtKey("has neither 'labels' nor 'names'; one must say which names there are")
        }
        return source
    }

    func entries<Value>(
        _ reader: NodeReader?, _ read: (NodeReader) -> Value?
    ) -> [(String, Value)] {
        (reader?.mapping(of: "names")?.entries ?? []).compactMap { entry in read(entry.value).map { (entry.name, $0) } }
    }

    private func number(_ reader: NodeReader) -> CalibrationMapping.Number? {
        if !reader.isMapping { return reader.text().map { .init(column: $0, scores: nil) } }
        guard let fields = reader.mapping(of: "'column' and 'mean_so_far'") else { return nil }
        fields.rejectUnknown(except: ["column", "mean_so_far"])
        guard let column = fields.required("column")?.text() else { return nil }
        let scores = fields.required("mean_so_far")?.mapping(of: "labels to scores")?.entries ?? []
        return .init(
            column: column,
            scores: Dictionary(scores.compactMap { entry in entry.value.number().map { (entry.name, $0) } }) {
                first, _ in first
            })
    }

    private func phases(_ reader: NodeReader) -> [Int]? {
        guard let values = reader.list(of: "turns")?.compactMap({ $0.integer(in: 2...1000) }) else { return nil }
        if zip(values, values.dropFirst()).contains(where: { $0 >= $1 }) { reader.errorAtKey("must rise") }
        return values
    }

    private func wide(_ reader: NodeReader) -> CalibrationMapping.Wide? {
        guard let fields = reader.mapping(of: "'columns', 'field', 'percent'") else { return nil }
        fields.rejectUnknown(except: ["columns", "field", "percent"])
        let columns = fields.required("columns")?.mapping(of: "columns to labels")?.entries ?? []
        guard let field = fields.required("field")?.text() else { return nil }
        let percent = fields["percent"].flatMap(names)
        if let percent, percent.count != 2 { fields["percent"]?.errorAtKey("must name two reactions") }
        return .init(
            columns: columns.map(\.name), labels: columns.map { $0.value.text() ?? "" }, field: field, percent: percent)
    }

    private func readFeatures(_ reader: NodeReader, into mapping: inout CalibrationMapping) {
        guard let responses = reader.mapping(of: "responses to features")?.entries else { return }
        var rows: [(String, [(String, Double)])] = []
        for response in responses {
            let values = (response.value.mapping(of: "features to values")?.entries ?? []).compactMap { entry in
                entry.value.probability().map { (entry.name, $0) }
            }
            for (name, _) in values where !mapping.features.contains(name) { mapping.features.append(name) }
            rows.append((response.name, values))
            if let known = mapping.response?.names, !known.contains(response.name) {
                response.value.errorAtKey("is not among the responses \(known.quotedList)")
            }
        }
        for (response, values) in rows {
            mapping.responseFeatures[response] = mapping.features.map { name in values.first { $0.0 == name }?.1 ?? 0 }
        }
        for name in mapping.response?.names ?? [] where mapping.responseFeatures[name] == nil {
            reader.errorAtKey("has no entry for '\(name)'; it must have one per response, {} for none")
        }
    }
}
