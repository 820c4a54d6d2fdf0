internal import Documents
internal import UserAgents

/// Linear predictors: mappings from `bias`, a reserved word, features, states and reactions to coefficients.
struct PredictorSection {
    let names: ScenarioNames

    /// The predictor of one reaction, or nil after reporting.
    func utility(_ reader: NodeReader) -> LinearPredictor? {
        guard let fields = reader.mapping(of: "coefficients") else { return nil }
        var predictor = LinearPredictor(
            features: [Double](repeating: 0, count: names.features.count),
            states: [Double](repeating: 0, count: names.states.count))
        var isWhole = true
        for entry in fields.entries {
            let value = entry.value.number()
            if let value { isWhole = set(entry, value, in: &predictor) && isWhole } else { isWhole = false }
            if value == nil { isWhole = knows(entry, reserved: ["bias", "turn"], tables: utilityTables) && isWhole }
        }
        return isWhole ? predictor : nil
    }

    private func set(_ entry: Fields.Entry, _ value: Double, in predictor: inout LinearPredictor) -> Bool {
        switch entry.name {
        case "bias": predictor.bias = value
        case "turn": predictor.turn = value
        default:
            if let index = names.features.index(of: entry.name) {
                predictor.features[index] = value
            } else if let index = stateIndex(entry.name) {
                predictor.states[index] = value
            } else {
                return knows(entry, reserved: ["bias", "turn"], tables: utilityTables)
            }
        }
        return true
    }

    /// The score of a user's moves, or nil after reporting.
    func move(_ fields: Fields) -> MovePredictor? {
        var predictor = MovePredictor(
            features: [Double](repeating: 0, count: names.features.count),
            states: [Double](repeating: 0, count: names.states.count),
            reactions: [Double](repeating: 0, count: names.reactions.count))
        var isWhole = true
        for entry in fields.entries {
            let isKnown = knows(entry, reserved: ["bias", "inertia"], tables: moveTables) && isUnambiguous(entry)
            guard let value = entry.value.number(), isKnown else {
                isWhole = false
                continue
            }
            switch entry.name {
            case "bias": predictor.bias = value
            case "inertia": predictor.inertia = value
            default:
                if let index = names.features.index(of: entry.name) { predictor.features[index] = value }
                if let index = stateIndex(entry.name) { predictor.states[index] = value }
                if let index = names.reactions.index(of: entry.name) { predictor.reactions[index] = value }
            }
        }
        return isWhole ? predictor : nil
    }

    private var utilityTables: [NameTable] { [names.features, names.states] }
    private var moveTables: [NameTable] { [names.features, names.states, names.reactions] }

    /// A scenario without states has one that has no name.
    private func stateIndex(_ name: String) -> Int? {
        names.states.isImplicit ? nil : names.states.index(of: name)
    }

    /// Whether a predictor may have the key; if not, it is reported.
    private func knows(_ entry: Fields.Entry, reserved: [String], tables: [NameTable]) -> Bool {
        let usable = tables.filter { !$0.isImplicit }
        if reserved.contains(entry.name) || usable.contains(where: { $0.index(of: entry.name) != nil }) { return true }
        guard !tables.contains(where: \.isIncomplete) else { return false }
        let kinds = usable.map { "a \($0.singular)" }
        let choices = reserved.map { "'\($0)'" } + kinds
        let need = "\(choices.dropLast().joined(separator: ", ")) or \(choices.last ?? "")"
        let near = entry.value.context.suggestion(for: entry.name, among: reserved + usable.flatMap(\.names))
        entry.value.errorAtKey("is not \(need)", suggestion: near)
        return false
    }

    /// Where a move predictor names reactions too, a name must be of one thing only.
    private func isUnambiguous(_ entry: Fields.Entry) -> Bool {
        guard names.reactions.index(of: entry.name) != nil else { return true }
        let others = [names.features, names.states].filter { !$0.isImplicit && $0.index(of: entry.name) != nil }
        guard let other = others.first else { return true }
        entry.value.errorAtKey("is both a reaction and a \(other.singular); rename one of them")
        return false
    }
}
