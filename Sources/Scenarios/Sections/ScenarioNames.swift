internal import Documents
internal import GameModel
internal import Yams

/// The names that a scenario declares, read before the parts that refer to them.
struct ScenarioNames {
    var features: NameTable
    var responses: NameTable
    var outcomes: NameTable
    var states: NameTable
    var cues: NameTable
    var reactions: NameTable
    var users: NameTable

    init(_ root: Fields) {
        let reserved = NameRule.reserved
        features = NameTable("feature", "features")
        if let section = root["features"] {
            features = section.nameKeys("feature", "features", reserved: reserved, limit: GameLimits.names)
        }
        responses = root.declared("responses", "response", limit: GameLimits.responses)
        outcomes = root.declared("outcomes", "outcome", limit: GameLimits.names)
        reactions = root.declared("reactions", "reaction", reserved: reserved, limit: GameLimits.names)
        users = root.declared("users", "user", limit: GameLimits.names)
        let states = root["states"]?.nameList("state", "states", reserved: reserved)
        self.states = states ?? NameTable("state", "states", implicit: "only")
        let cues = root["cues"]?.namesOrMeanings("cue", "cues")
        self.cues = cues ?? NameTable("cue", "cues", implicit: "only")
        checkFeatureStateClashes(root)
    }

    /// One predictor may name features and states, so a name can be only one of them.
    private func checkFeatureStateClashes(_ root: Fields) {
        for (index, name) in states.names.enumerated() where features.index(of: name) != nil {
            root.owner.context.sink.error(
                "has the name '\(name)', which is also a feature; predictors could not tell them apart",
                at: states.span(of: index), path: "states[\(index)]")
        }
    }

    /// Observations are cues, and pairs of a cue and a reaction that the model can see continue.
    ///
    /// - Parameter continuing: how many reactions those are.
    func checkObservationCount(_ root: Fields, continuing: Int) {
        let count = cues.count * (continuing + 1)
        guard count > GameLimits.observations, let node = root["cues"] ?? root["reactions"] else { return }
        node.errorAtKey(
            "makes \(count) observations with the \(continuing) reactions that continue; "
                + "at most \(GameLimits.observations) are allowed")
    }
}

extension Fields {
    /// The names that the keys of a required section declare.
    fileprivate func declared(
        _ plural: String, _ singular: String, reserved: [String] = [], limit: Int
    ) -> NameTable {
        if let section = required(plural) {
            return section.nameKeys(singular, plural, reserved: reserved, limit: limit, mustHaveOne: true)
        }
        var table = NameTable(singular, plural)
        table.isIncomplete = true
        return table
    }
}

extension NodeReader {
    /// The names that the keys of a mapping declare.
    fileprivate func nameKeys(
        _ singular: String, _ plural: String, reserved: [String] = [], limit: Int, mustHaveOne: Bool = false
    ) -> NameTable {
        var table = NameTable(singular, plural)
        guard isMapping, let fields = context.fields(of: self) else {
            table.isIncomplete = true
            if isNull && mustHaveOne {
                errorAtKey("is empty; there must be at least one \(singular)")
            } else {
                error("\(found); it must be a mapping with one key per \(singular)")
            }
            return table
        }
        if fields.entries.isEmpty && mustHaveOne {
            table.isIncomplete = true
            error("is empty; there must be at least one \(singular)")
        }
        if fields.entries.count > limit {
            table.isIncomplete = true
            errorAtKey("has \(fields.entries.count) entries; at most \(limit) are allowed")
        }
        if fields.isIncomplete { table.isIncomplete = true }
        for entry in fields.entries.prefix(limit) {
            if let problem = NameRule.problem(with: entry.name, reserved: reserved) {
                context.sink.error(problem, at: entry.span, path: path)
            }
            _ = table.add(entry.name, at: entry.span)
        }
        return table
    }

    /// The names of a list, or the keys of a mapping that says what each means.
    fileprivate func namesOrMeanings(_ singular: String, _ plural: String) -> NameTable {
        guard isMapping, context.fields(of: self)?.entries.isEmpty == false else {
            return nameList(singular, plural, reserved: [])
        }
        return nameKeys(singular, plural, limit: GameLimits.names)
    }

    /// The names of a list.
    fileprivate func nameList(_ singular: String, _ plural: String, reserved: [String]) -> NameTable {
        var table = NameTable(singular, plural)
        guard let entries = list(of: "names") else {
            table.isIncomplete = true
            return table
        }
        if entries.isEmpty {
            table.isIncomplete = true
            error("is empty; leave '\(plural)' out where there are none")
        }
        if entries.count > GameLimits.names {
            table.isIncomplete = true
            errorAtKey("has \(entries.count) entries; at most \(GameLimits.names) are allowed")
        }
        for entry in entries.prefix(GameLimits.names) {
            guard let name = entry.name() else {
                table.isIncomplete = true
                continue
            }
            if let problem = NameRule.problem(with: name, reserved: reserved) { entry.error(problem) }
            if table.add(name, at: entry.span) == nil {
                entry.error("is '\(NodeReader.excerpt(name))' again; names must be unique")
            }
        }
        return table
    }

    /// A name as an entry of a list; what YAML reads as a number or a truth value is left to the rule for names.
    private func name() -> String? {
        guard case .scalar(let scalar) = node, !isNull else {
            error("\(found); it must be a name")
            return nil
        }
        return scalar.string
    }
}
