internal import Documents
internal import GameModel
internal import UserAgents

/// `utility` with `rationality` and `foresight`: a quantal response, whether or not the user looks ahead.
enum QuantalResponseKind: AgentKind {
    static let keys = ["utility", "rationality", "foresight"]
    static let mark = "utility"
    static let meaning = "gives utilities to react by"

    static func read(_ body: Fields, in scenario: AgentSurroundings) -> (any UserAgent)? {
        let rationality = body["rationality"].map { self.rationality($0) } ?? 1
        let foresight = foresight(body["foresight"], rationality: rationality)
        guard let utility = body["utility"] else {
            if !AgentKinds.marks.contains(where: body.isExplained) {
                body.owner.errorAtKey("has no 'utility'; it must have \(AgentKinds.marks.quotedChoice)")
            }
            return nil
        }
        guard let predictors = predictors(utility, scenario.names), let rationality, let foresight,
            let movement = scenario.movement
        else { return nil }
        let myopic = QuantalResponseUser(predictors: predictors, rationality: rationality, movement: movement)
        return myopic.setting(.foresight, to: foresight)
    }

    /// λ, which files give as a finite number.
    private static func rationality(_ reader: NodeReader) -> Double? {
        guard case .refusedNumber = reader.scalar, reader.found.lowercased().hasSuffix(".inf") else {
            return reader.nonNegative()
        }
        reader.error(
            "\(reader.found); numbers must be finite",
            suggestion: "give a large number, such as 1000: reactions approach the best one as it grows")
        return nil
    }

    /// δ_θ in [0, 1], 0 where it is not given; nil after reporting.
    private static func foresight(_ reader: NodeReader?, rationality: Double?) -> Double? {
        guard let reader else { return 0 }
        guard let value = reader.number("a number in [0, 1]") else { return nil }
        guard value >= 0, value <= 1 else {
            reader.error("\(reader.found); it must be in [0, 1]")
            return nil
        }
        if value > 0, rationality == 0 {
            reader.error(
                "\(reader.found), but rationality is 0: who reacts at random weighs nothing; give a rationality above 0, "
                    + "or set foresight to 0")
            return nil
        }
        return value
    }

    /// One predictor per reaction; a reaction left out has the predictor 0, and null means never.
    private static func predictors(_ reader: NodeReader, _ names: ScenarioNames) -> [LinearPredictor?]? {
        guard let fields = reader.mapping(of: "reactions to predictors") else { return nil }
        let section = PredictorSection(names: names)
        let zero = LinearPredictor(
            features: [Double](repeating: 0, count: names.features.count),
            states: [Double](repeating: 0, count: names.states.count))
        var predictors = [LinearPredictor?](repeating: zero, count: names.reactions.count)
        var isWhole = !names.reactions.isIncomplete
        for entry in fields.entries {
            let index = names.reactions.resolve(key: entry)
            if entry.value.isNull {
                if let index { predictors[index] = nil } else { isWhole = false }
                continue
            }
            let predictor = section.utility(entry.value)
            if let index, let predictor { predictors[index] = predictor } else { isWhole = false }
        }
        if isWhole, predictors.allSatisfy({ $0 == nil }) {
            reader.errorAtKey("is null for every reaction; at least one must be possible")
            return nil
        }
        return isWhole ? predictors : nil
    }
}
