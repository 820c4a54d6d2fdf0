internal import Documents
internal import GameModel
internal import UserAgents

/// How a user type reacts: `utility` with `rationality` and `foresight`, or `table`.
struct AgentSection {
    let names: ScenarioNames

    /// How a user type reacts, as one of the kinds that the format knows.
    enum Agent {
        case quantalResponse(QuantalResponseUser)
        case foresighted(ForesightedUser)
        case tabular(TabularUser)

        var user: any UserAgent {
            switch self {
            case .quantalResponse(let user): user
            case .foresighted(let user): user
            case .tabular(let user): user
            }
        }

        /// δ_θ; 0 for a user without foresight.
        var foresight: Double {
            if case .foresighted(let user) = self { user.weight } else { 0 }
        }
    }

    /// - Returns: the agent, or nil after reporting.
    func read(_ body: Fields) -> Agent? {
        let movement = MoveSection(names: names).read(body["move"])
        guard let table = body["table"] else { return quantalResponse(body, movement: movement) }
        var isWhole = true
        for key in ["utility", "rationality", "foresight"] {
            guard let other = body[key] else { continue }
            other.errorAtKey("stands beside 'table', which gives the reactions outright; only one may be given")
            isWhole = false
        }
        guard let reactions = reactionTable(table), let movement, isWhole else { return nil }
        return .tabular(TabularUser(reactions: reactions, movement: movement))
    }

    private func quantalResponse(_ body: Fields, movement: Movement?) -> Agent? {
        let rationality = body["rationality"].map { self.rationality($0) } ?? 1
        let foresight = foresight(body["foresight"], rationality: rationality)
        guard let utility = body["utility"] else {
            if !body.isExplained("utility") && !body.isExplained("table") {
                body.owner.errorAtKey("has no 'utility'; it must have 'utility' or 'table'")
            }
            return nil
        }
        guard let predictors = predictors(utility), let rationality, let foresight, let movement else { return nil }
        let myopic = QuantalResponseUser(predictors: predictors, rationality: rationality, movement: movement)
        return foresight == 0 ? .quantalResponse(myopic) : .foresighted(ForesightedUser(myopic, foresight: foresight))
    }

    /// δ_θ in [0, 1], 0 where it is not given; nil after reporting.
    /// λ, which files give as a finite number.
    private func rationality(_ reader: NodeReader) -> Double? {
        guard case .refusedNumber = reader.scalar, reader.found.lowercased().hasSuffix(".inf") else {
            return reader.nonNegative()
        }
        reader.error(
            "\(reader.found); numbers must be finite",
            suggestion: "give a large number, such as 1000: reactions approach the best one as it grows")
        return nil
    }

    private func foresight(_ reader: NodeReader?, rationality: Double?) -> Double? {
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
    private func predictors(_ reader: NodeReader) -> [LinearPredictor?]? {
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

    /// react_θ(m | x, a) outright: one row per response, or per state and response.
    private func reactionTable(_ reader: NodeReader) -> [[[Double]]]? {
        guard let fields = reader.mapping(of: "responses to rows, or of states to such mappings") else { return nil }
        let isPerState = !names.states.isImplicit && fields.entries.contains { $0.value.hasRows }
        guard isPerState else {
            return responseRows(fields).map { Array(repeating: $0, count: names.states.count) }
        }
        var table = [[[Double]]](repeating: [], count: names.states.count)
        var isWhole = fields.hasAll(of: names.states)
        for entry in fields.entries {
            let state = names.states.resolve(key: entry)
            let inner = entry.value.mapping(of: "responses to rows")
            let rows = inner.flatMap { responseRows($0) }
            if let state, let rows { table[state] = rows } else { isWhole = false }
        }
        return isWhole ? table : nil
    }

    private func responseRows(_ fields: Fields) -> [[Double]]? {
        var rows = [[Double]](repeating: [], count: names.responses.count)
        var isWhole = fields.hasAll(of: names.responses)
        for entry in fields.entries {
            let response = names.responses.resolve(key: entry)
            let row = entry.value.distribution(over: names.reactions, allowsNull: true)
            if let response, let row { rows[response] = row } else { isWhole = false }
        }
        return isWhole ? rows : nil
    }
}
