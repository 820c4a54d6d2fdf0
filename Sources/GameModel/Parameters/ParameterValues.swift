extension GameInputs {
    /// The parameter's number; nil if these inputs lack it (its user has another kind of agent, say).
    public subscript(parameter: Parameter) -> Double? {
        switch parameter.location {
        case .discount: definition.discount
        case .cost(let response): definition.responses[response].cost
        case .responseFeature(let response, let feature): definition.responses[response].features[feature]
        case .prior(let user): definition.users[user].prior
        case .initialState(let user, let state): definition.users[user].initialState[state]
        case .cue(let user, let state, let cue): definition.users[user].cues[state][cue]
        case .payoff(let user, let outcome): definition.users[user].outcomePayoff[outcome]
        case .exposure(let user, let feature): definition.users[user].exposure[feature]
        case .rationality(let user): definition.users[user].agent.value(of: .rationality)
        case .foresight(let user): definition.users[user].agent.value(of: .foresight)
        case .utility(let user, let reaction, let coefficient):
            definition.users[user].agent.value(of: .utility(reaction: reaction, coefficient))
        case .move(let user, let coefficient): definition.users[user].agent.value(of: .move(coefficient))
        case .own(let user, let name): definition.users[user].agent.value(of: .own(name))
        case .klWeight: objective.klWeight
        case .reference(let row, let response): objective.reference.strategies[row][response]
        case .limit(let constraint): objective.constraints[constraint].atMost
        }
    }

    /// These inputs with one number changed.
    ///
    /// An entry of a distribution (a prior, an initial state, a cue, the reference) takes its new value, and the other entries
    /// are scaled by (1 − new) / (1 − old), so that they keep their proportions and the sum stays 1.
    ///
    /// - Throws: ``ParameterError`` if the parameter cannot have the value, saying what it can have.
    /// - Complexity: O(size of the definition), which is copied.
    public func setting(_ parameter: Parameter, to value: Double) throws(ParameterError) -> GameInputs {
        if let problem = domain(of: parameter).problem(with: value) { throw ParameterError(parameter.path, problem) }
        var changed = self
        switch parameter.location {
        case .discount: changed.definition.discount = value
        case .cost(let response): changed.definition.responses[response].cost = value
        case .responseFeature(let response, let feature):
            changed.definition.responses[response].features[feature] = value
        case .prior(let user):
            let priors = try rescaled(definition.users.map(\.prior), at: user, to: value, parameter)
            for (index, prior) in priors.enumerated() { changed.definition.users[index].prior = prior }
        case .initialState(let user, let state):
            changed.definition.users[user].initialState = try rescaled(
                definition.users[user].initialState, at: state, to: value, parameter)
        case .cue(let user, let state, let cue):
            changed.definition.users[user].cues[state] = try rescaled(
                definition.users[user].cues[state], at: cue, to: value, parameter)
        case .payoff(let user, let outcome): changed.definition.users[user].outcomePayoff[outcome] = value
        case .exposure(let user, let feature): changed.definition.users[user].exposure[feature] = value
        case .rationality(let user): try changed.change(user, .rationality, to: value, parameter)
        case .foresight(let user): try changed.change(user, .foresight, to: value, parameter)
        case .utility(let user, let reaction, let coefficient):
            try changed.change(user, .utility(reaction: reaction, coefficient), to: value, parameter)
        case .move(let user, let coefficient): try changed.change(user, .move(coefficient), to: value, parameter)
        case .own(let user, let name): try changed.change(user, .own(name), to: value, parameter)
        case .klWeight: changed.objective.klWeight = value
        case .reference(let row, let response):
            let strategy = try rescaled(objective.reference.strategies[row], at: response, to: value, parameter)
            changed.objective.reference = objective.reference.replacing(row: row, with: strategy)
        case .limit(let constraint): changed.objective.constraints[constraint].atMost = value
        }
        return changed
    }

    /// Changes a number of a user, who says whether there is one.
    private mutating func change(
        _ user: Int, _ coefficient: UserCoefficient, to value: Double, _ parameter: Parameter
    ) throws(ParameterError) {
        guard let agent = definition.users[user].agent.setting(coefficient, to: value) else {
            let kind =
                switch coefficient {
                case .move: "whose moves are a table"
                case .own: "of another kind"
                default: "with a table"
                }
            throw ParameterError(parameter.path, "belongs to a user \(kind); it has no such number")
        }
        definition.users[user].agent = agent
    }

    /// A distribution with one entry set and the others scaled alike.
    private func rescaled(
        _ distribution: [Double], at index: Int, to value: Double, _ parameter: Parameter
    ) throws(ParameterError) -> [Double] {
        let rest = distribution.indices.filter { $0 != index }.reduce(0) { $0 + distribution[$1] }
        guard rest > 0 || value == distribution[index] else {
            throw ParameterError(
                parameter.path, "cannot be \(value): the other entries are 0, so nothing says how to share what is left"
            )
        }
        guard value != distribution[index] else { return distribution }
        var scaled = distribution.map { $0 * ((1 - value) / rest) }
        scaled[index] = value
        return scaled
    }
}

/// The values that a parameter may have.
public enum ParameterDomain: Sendable, Equatable {
    /// [0, 1].
    case probability
    /// (0, 1].
    case discount
    /// [0, ∞).
    case nonNegative
    case anyNumber

    /// The value of the domain next to a number.
    public func nearest(to value: Double) -> Double {
        switch self {
        case .probability: min(max(value, 0), 1)
        case .discount: min(max(value, .leastNormalMagnitude), 1)
        case .nonNegative: max(value, 0)
        case .anyNumber: value
        }
    }

    /// What is wrong with a value, or nil.
    func problem(with value: Double) -> String? {
        switch self {
        case .probability where !(value >= 0 && value <= 1): "is \(value); it must be in [0, 1]"
        case .discount where !(value > 0 && value <= 1): "is \(value); it must be above 0 and at most 1"
        case .nonNegative where !(value >= 0 && value.isFinite): "is \(value); it must be at least 0 and finite"
        case .anyNumber where !value.isFinite: "is \(value); it must be finite"
        default: nil
        }
    }
}

extension GameInputs {
    /// The values that a parameter may have.
    public func domain(of parameter: Parameter) -> ParameterDomain {
        switch parameter.location {
        case .discount: .discount
        case .prior, .initialState, .cue, .reference, .limit, .responseFeature, .foresight: .probability
        case .cost, .rationality, .klWeight: .nonNegative
        case .payoff, .exposure, .utility, .move: .anyNumber
        case .own(let user, let name): definition.users[user].agent.domain(of: .own(name))
        }
    }
}
