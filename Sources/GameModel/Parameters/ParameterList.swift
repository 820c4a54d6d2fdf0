extension GameInputs {
    /// Every parameter of the game and its objective, in the order of the scenario format.
    ///
    /// Coefficients of reactions that a user never gives, and of users with tables, do not exist and are not listed.
    ///
    /// - Complexity: O(the number of parameters).
    public var parameters: [Parameter] {
        ParameterList(inputs: self).all
    }

    /// The parameter with a path.
    ///
    /// - Throws: ``ParameterError`` if there is none.
    public func parameter(_ path: String) throws(ParameterError) -> Parameter {
        guard let found = parameters.first(where: { $0.path == path }) else {
            throw ParameterError(path, "is no parameter of this scenario", isUnknown: true)
        }
        return found
    }
}

/// Lists parameters with their paths.
private struct ParameterList {
    let inputs: GameInputs
    var definition: GameDefinition { inputs.definition }

    var all: [Parameter] {
        [Parameter(path: "discount", location: .discount)] + responses + definition.users.indices.flatMap(user)
            + objective
    }

    private var responses: [Parameter] {
        definition.responses.enumerated().flatMap { index, response in
            [Parameter(path: "responses.\(response.name).cost", location: .cost(response: index))]
                + definition.features.enumerated().map { feature, name in
                    Parameter(
                        path: "responses.\(response.name).features.\(name)",
                        location: .responseFeature(response: index, feature: feature))
                }
        }
    }

    /// Whether states and cues stand in the file: a scenario without them has one of each, called `only`.
    private var hasStates: Bool { definition.states != ["only"] }
    private var hasCues: Bool { definition.cues != ["only"] }

    private func user(_ index: Int) -> [Parameter] {
        let user = definition.users[index]
        let place = "users.\(user.name)"
        var list = [Parameter(path: "\(place).prior", location: .prior(user: index))]
        if hasStates {
            for (state, name) in definition.states.enumerated() {
                list.append(
                    Parameter(path: "\(place).initial.\(name)", location: .initialState(user: index, state: state)))
            }
        }
        if hasCues {
            for (state, name) in definition.states.enumerated() {
                for (cue, cueName) in definition.cues.enumerated() {
                    let path = hasStates ? "\(place).cues.\(name).\(cueName)" : "\(place).cues.\(cueName)"
                    list.append(Parameter(path: path, location: .cue(user: index, state: state, cue: cue)))
                }
            }
        }
        for (outcome, item) in definition.outcomes.enumerated() {
            list.append(
                Parameter(path: "\(place).payoff.\(item.name)", location: .payoff(user: index, outcome: outcome)))
        }
        for (feature, name) in definition.features.enumerated() {
            list.append(
                Parameter(path: "\(place).exposure.\(name)", location: .exposure(user: index, feature: feature)))
        }
        return list + agent(index, place: place)
    }

    /// The numbers that the agent itself says it has.
    private func agent(_ index: Int, place: String) -> [Parameter] {
        let agent = definition.users[index].agent
        var list: [Parameter] = []
        func add(_ coefficient: UserCoefficient, _ path: String, _ location: Parameter.Location) {
            guard agent.value(of: coefficient) != nil else { return }
            list.append(Parameter(path: "\(place).\(path)", location: location))
        }
        add(.rationality, "rationality", .rationality(user: index))
        add(.foresight, "foresight", .foresight(user: index))
        for own in agent.ownCoefficients { add(.own(own.name), own.name, .own(user: index, own.name)) }
        for (reaction, item) in definition.reactions.enumerated() {
            for (key, term) in coefficients(reactions: false) {
                add(
                    .utility(reaction: reaction, term), "utility.\(item.name).\(key)",
                    .utility(user: index, reaction: reaction, term))
            }
        }
        for (key, term) in coefficients(reactions: true) { add(.move(term), "move.\(key)", .move(user: index, term)) }
        return list
    }

    /// The coefficients of a utility, or of a move (which has those of reactions, and inertia).
    private func coefficients(reactions: Bool) -> [(String, Parameter.Coefficient)] {
        var list: [(String, Parameter.Coefficient)] = [("bias", .bias)]
        list.append(reactions ? ("inertia", .inertia) : ("turn", .turn))
        list += definition.features.enumerated().map { ($1, .feature($0)) }
        if hasStates { list += definition.states.enumerated().map { ($1, .state($0)) } }
        if reactions {
            list += definition.reactions.enumerated().compactMap { index, reaction in
                if case .ends = reaction.effect { nil } else { (reaction.name, .reaction(index)) }
            }
        }
        return list
    }

    private var objective: [Parameter] {
        [Parameter(path: "objective.kl_weight", location: .klWeight)]
            + inputs.objective.reference.strategies.indices.flatMap(reference)
            + inputs.objective.constraints.enumerated().map { index, constraint in
                let user = definition.users[constraint.user].name
                let outcome = definition.outcomes[constraint.outcome].name
                return Parameter(
                    path: "objective.constraints.\(user).\(outcome).at_most", location: .limit(constraint: index))
            }
    }

    private func reference(_ row: Int) -> [Parameter] {
        let reference = inputs.objective.reference
        let place =
            reference.isConstant
            ? "objective.reference"
            : row < reference.rows.count ? "objective.reference.rows.\(row).is" : "objective.reference.otherwise"
        return definition.responses.enumerated().map { index, response in
            Parameter(path: "\(place).\(response.name)", location: .reference(row: row, response: index))
        }
    }
}
