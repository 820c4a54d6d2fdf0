internal import Documents
internal import GameModel

/// `users`: the hidden types of user.
struct UsersSection {
    let names: ScenarioNames
    /// The scenario's reactions; nil for one that could not be read.
    let reactions: [Reaction?]

    /// In the order in which messages list them; kinds of agents that came later add theirs at the end.
    private static let keys: [String] = {
        let first = [
            "title", "meaning", "description", "prior", "initial", "rationality", "foresight", "payoff", "exposure",
            "cues", "utility", "table", "move", "satisfaction",
        ]
        return first + AgentKinds.keys.filter { !first.contains($0) }
    }()

    /// What a scenario says about its users; nil where a part could not be read.
    struct Content {
        var users: [UserType?] = []
        var agents: [(any UserAgent)?] = []
        var titles: [String?] = []
        var meanings: [String?] = []
        var satisfaction: [SatisfactionSection.Entry?] = []
        /// The section itself, for what concerns all types.
        var section: NodeReader?
    }

    func read(_ root: Fields) -> Content {
        var content = Content()
        guard let section = root["users"], let fields = root.owner.context.fields(of: section) else { return content }
        content.section = section
        var priors: [Double?] = []
        for entry in fields.entries.prefix(names.users.count) {
            guard let body = entry.value.mapping(of: "the user type's keys") else {
                priors.append(nil)
                content.users.append(nil)
                content.agents.append(nil)
                content.satisfaction.append(nil)
                continue
            }
            body.rejectUnknown(except: Self.keys)
            content.titles.append(body["title"]?.optionalText())
            content.meanings.append(body["meaning"]?.optionalText())
            _ = body["description"]?.optionalText()
            let prior = body.required("prior")?.probability()
            priors.append(prior)
            let agent = AgentSection(names: names, reactions: reactions).read(body)
            content.agents.append(agent)
            content.satisfaction.append(SatisfactionSection(names: names).read(body))
            content.users.append(user(entry.name, body, prior: prior, agent: agent))
        }
        checkPriors(priors, section)
        return content
    }

    private func user(_ name: String, _ body: Fields, prior: Double?, agent: (any UserAgent)?) -> UserType? {
        let initial = self.initial(body)
        let cues = self.cues(body)
        let payoff = amounts(body["payoff"], over: names.outcomes)
        let exposure = amounts(body["exposure"], over: names.features)
        guard let prior, let initial, let cues, let payoff, let exposure, let agent else { return nil }
        return UserType(
            name: name, prior: prior, initialState: initial, cues: cues, outcomePayoff: payoff, exposure: exposure,
            agent: agent)
    }

    /// Amounts, all 0 where they are not given.
    private func amounts(_ reader: NodeReader?, over table: NameTable) -> [Double]? {
        guard let reader else { return [Double](repeating: 0, count: table.count) }
        return reader.amounts(over: table)
    }

    private func checkPriors(_ priors: [Double?], _ section: NodeReader) {
        let known = priors.compactMap(\.self)
        guard !known.isEmpty, known.count == priors.count, !names.users.isIncomplete else { return }
        let sum = known.reduce(0, +)
        if !(abs(sum - 1) <= GameError.sumTolerance) {
            section.errorAtKey("has priors that sum to \(NodeReader.shortened(sum)); they must sum to 1")
        }
    }

    /// initial_θ.
    private func initial(_ body: Fields) -> [Double]? {
        if names.states.isImplicit {
            guard let initial = body["initial"] else { return [1] }
            initial.errorAtKey("is given, but the scenario has no states; remove it")
            return nil
        }
        return body.required("initial")?.distribution(over: names.states)
    }

    /// cue_θ(· | x): one row for all states, or one row per state.
    private func cues(_ body: Fields) -> [[Double]]? {
        if names.cues.isImplicit {
            guard let cues = body["cues"] else { return Array(repeating: [1], count: names.states.count) }
            cues.errorAtKey("is given, but the scenario has no cues; remove it")
            return nil
        }
        guard let reader = body.required("cues") else { return nil }
        guard !names.states.isImplicit, reader.hasRows else {
            return reader.distribution(over: names.cues).map { Array(repeating: $0, count: names.states.count) }
        }
        guard let fields = reader.mapping(of: "states to rows") else { return nil }
        var rows = [[Double]](repeating: [], count: names.states.count)
        var isWhole = fields.hasAll(of: names.states)
        for entry in fields.entries {
            let state = names.states.resolve(key: entry)
            let row = entry.value.distribution(over: names.cues)
            if let state, let row { rows[state] = row } else { isWhole = false }
        }
        return isWhole ? rows : nil
    }
}
