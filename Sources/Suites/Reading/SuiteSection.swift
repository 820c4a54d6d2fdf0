internal import Documents
internal import Scenarios
internal import Yams

/// Reads `suite.yaml`.
struct SuiteSection {
    /// What the file says.
    struct Content {
        var name: String
        var title: String
        var description: String?
        var template: String
        var axes: [ScenarioSuite.Axis]
        var exclusions: [ScenarioSuite.Exclusion]
        var policies: [ScenarioSuite.NamedRecipe]
        var scores: SuiteScores
        var shapes: [SuiteShape]
        var published: [ScenarioSuite.PublishedPoint]
        var frontier: [Double]
    }

    private static let keys = [
        "suite", "name", "title", "description", "template", "axes", "exclude", "policies", "scores", "shapes",
        "published",
        "frontier",
    ]
    private static let reserved = ["title", "weight"]

    static func read(_ bytes: [UInt8], file: String) throws(DocumentError) -> Content {
        try DocumentReader.read(bytes, file: file, what: "a suite") { SuiteSection().read($0) }
    }

    private func read(_ reader: NodeReader) -> Content? {
        guard let root = reader.mapping(of: "the suite's keys") else { return nil }
        root.rejectUnknown(except: Self.keys)
        _ = root.required("suite")?.integer(in: 1...1)
        let name = root.required("name").flatMap(plainName)
        let template = root.required("template").flatMap(templateName)
        let axes = root.required("axes").map(axes) ?? []
        let exclusions = root["exclude"].map { self.exclusions($0, axes) } ?? []
        let policies = entries(root["policies"], of: "names to recipes").compactMap { entry in
            named(entry) { $0.text() }.map { ScenarioSuite.NamedRecipe(name: entry.name, recipe: $0) }
        }
        let scores = root["scores"].flatMap(scores) ?? SuiteScores()
        let shapes = (root["shapes"]?.list(of: "shapes") ?? []).compactMap {
            ShapeSection(axes: axes.map(\.name), policies: policies.map(\.name)).read($0)
        }
        let published = (root["published"]?.list(of: "points") ?? []).compactMap(published)
        let frontier = (root["frontier"]?.list(of: "prices") ?? []).compactMap { $0.nonNegative() }
        guard let name, let template else { return nil }
        return Content(
            name: name, title: root["title"]?.optionalText() ?? name, description: root["description"]?.optionalText(),
            template: template, axes: axes, exclusions: exclusions, policies: policies, scores: scores, shapes: shapes,
            published: published, frontier: frontier)
    }

    // MARK: Names

    private func plainName(_ reader: NodeReader) -> String? {
        guard let name = reader.text() else { return nil }
        guard let problem = NameRule.problem(with: name) else { return name }
        reader.error(problem)
        return nil
    }

    /// A file beside `suite.yaml`.
    private func templateName(_ reader: NodeReader) -> String? {
        guard let name = reader.text() else { return nil }
        guard !name.contains("/") else {
            reader.error("is '\(NodeReader.excerpt(name))'; it must be a file beside suite.yaml")
            return nil
        }
        return name
    }

    private func entries(_ reader: NodeReader?, of what: String) -> [Fields.Entry] {
        reader?.mapping(of: what)?.entries ?? []
    }

    /// What an entry says, if its key is a name.
    private func named<Value>(_ entry: Fields.Entry, _ read: (NodeReader) -> Value?) -> Value? {
        if let problem = NameRule.problem(with: entry.name) {
            entry.value.errorAtKey(problem)
            return nil
        }
        return read(entry.value)
    }

    // MARK: Axes

    private func axes(_ reader: NodeReader) -> [ScenarioSuite.Axis] {
        let entries = entries(reader, of: "axes")
        if entries.isEmpty, reader.isMapping || reader.isNull {
            reader.errorAtKey("has no entries; there must be an axis")
        }
        return entries.compactMap { entry in
            if SuiteTemplate.builtIn.contains(entry.name) {
                entry.value.errorAtKey("has a name that placeholders use themselves; choose another")
                return nil
            }
            return named(entry) { axis($0, name: entry.name) }
        }
    }

    private func axis(_ reader: NodeReader, name: String) -> ScenarioSuite.Axis? {
        guard let fields = reader.mapping(of: "'title', 'defaults' and 'values'") else { return nil }
        fields.rejectUnknown(except: ["title", "defaults", "values"])
        let defaults = fields["defaults"].map { variables($0, reserved: Self.reserved) } ?? [:]
        guard let section = fields.required("values"), let values = section.mapping(of: "values")?.entries else {
            return nil
        }
        if values.isEmpty { section.errorAtKey("has no entries; an axis must have a value") }
        return ScenarioSuite.Axis(
            name: name, title: fields["title"]?.optionalText() ?? name,
            values: values.compactMap { entry in named(entry) { value($0, name: entry.name, defaults) } })
    }

    private func value(
        _ reader: NodeReader, name: String, _ defaults: [String: String]
    ) -> ScenarioSuite.Axis.Value? {
        guard !reader.isNull else {
            return ScenarioSuite.Axis.Value(name: name, title: name, weight: 1, variables: defaults)
        }
        guard let fields = reader.mapping(of: "variables") else { return nil }
        return ScenarioSuite.Axis.Value(
            name: name, title: fields["title"]?.optionalText() ?? name,
            weight: fields["weight"].flatMap { $0.nonNegative() } ?? 1,
            variables: defaults.merging(variables(reader, reserved: [])) { _, own in own })
    }

    /// Numbers as they are written, and texts of one line.
    private func variables(_ reader: NodeReader, reserved: [String]) -> [String: String] {
        var found: [String: String] = [:]
        for entry in entries(reader, of: "variables to numbers or texts") {
            if reserved.contains(entry.name) { entry.value.errorAtKey("is reserved; it belongs to a value") }
            guard !Self.reserved.contains(entry.name) else { continue }
            if let text = named(entry, variable) { found[entry.name] = text }
        }
        return found
    }

    private func variable(_ reader: NodeReader) -> String? {
        guard case .scalar(let scalar) = reader.node else {
            reader.error("\(reader.found); it must be a number or a text", suggestion: "put a flow mapping in quotes")
            return nil
        }
        switch reader.scalar {
        case .number: return scalar.string
        case .text(let text):
            guard !text.unicodeScalars.contains(where: { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) })
            else {
                reader.errorAtKey("has more than one line; placeholders must not change the lines of the template")
                return nil
            }
            return text
        case .refusedNumber(let reason): reader.error("\(reader.found); \(reason)")
        default: reader.error("\(reader.found); it must be a number or a text")
        }
        return nil
    }

    private func exclusions(_ reader: NodeReader, _ axes: [ScenarioSuite.Axis]) -> [ScenarioSuite.Exclusion] {
        (reader.list(of: "combinations") ?? []).compactMap { entry in
            guard let fields = entry.mapping(of: "axes to values") else { return nil }
            if fields.entries.isEmpty { entry.error("names no axis, so it would leave out everything") }
            var values: [Int: Set<Int>] = [:]
            for field in fields.entries {
                guard let axis = axes.firstIndex(where: { $0.name == field.name }) else {
                    field.value.errorAtKey(
                        "is not an axis of the suite",
                        suggestion: field.value.context.suggestion(for: field.name, among: axes.map(\.name))
                            ?? Suggestion.choices(axes.map(\.name), plural: "axes"))
                    continue
                }
                let named = field.value.isSequence ? field.value.list(of: "values") ?? [] : [field.value]
                values[axis] = Set(
                    named.compactMap { $0.index(among: axes[axis].values.map(\.name), what: "value of \(field.name)") })
            }
            return ScenarioSuite.Exclusion(values: values)
        }
    }

    // MARK: Scores

    private func scores(_ reader: NodeReader) -> SuiteScores? {
        let keys = ["beta", "risk", "harm", "lost", "attackers"]
        guard let fields = reader.mapping(of: keys.quotedList) else { return nil }
        fields.rejectUnknown(except: keys)
        var scores = SuiteScores()
        if let beta = fields["beta"]?.number() {
            if beta < 1 { fields["beta"]?.error("is \(NodeReader.shortened(beta)); it must be at least 1") }
            scores.beta = beta
        }
        scores.risk = fields["risk"].map(names)
        scores.harm = fields["harm"].map(names) ?? []
        scores.lost = fields["lost"].map(names) ?? []
        scores.attackers = fields["attackers"].map(names) ?? []
        return scores
    }

    private func names(_ reader: NodeReader) -> [String] {
        (reader.list(of: "names") ?? []).compactMap { $0.text() }
    }

    private func published(_ reader: NodeReader) -> ScenarioSuite.PublishedPoint? {
        let keys = ["name", "satisfaction", "risk", "source"]
        guard let fields = reader.mapping(of: keys.quotedList) else { return nil }
        fields.rejectUnknown(except: keys)
        let satisfaction = fields.required("satisfaction")?.number()
        if let satisfaction, abs(satisfaction) > 1 { fields["satisfaction"]?.error("must be in [-1, 1]") }
        let (name, risk) = (fields.required("name")?.text(), fields.required("risk")?.probability())
        guard let source = fields.required("source")?.text(), let name, let satisfaction, let risk else { return nil }
        return .init(name: name, satisfaction: satisfaction, risk: risk, source: source)
    }
}

extension NodeReader {
    /// The index of one of some names; anything else is reported.
    func index(among names: [String], what: String) -> Int? {
        guard let name = text() else { return nil }
        if let index = names.firstIndex(of: name) { return index }
        error(
            "is '\(Self.excerpt(name))', which is no \(what)",
            suggestion: context.suggestion(for: name, among: names) ?? Suggestion.choices(names, plural: "known"))
        return nil
    }
}
