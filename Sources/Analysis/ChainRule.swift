internal import GameModel

/// From derivatives in a game's tables to derivatives in the numbers of its scenario.
///
/// Agents pass derivatives in their rows of reactions and moves on to their own numbers and to features. For users with foresight
/// ∂u, ∂λ and ∂δ come from ``AnticipationAdjoint``, which also adds to the derivatives in moves and cues, and agents pass ∂u on.
struct ChainRule {
    private let inputs: GameInputs
    private let adjoint: GameAdjoint
    private let multipliers: [Double]
    private let anticipation: AnticipationAdjoint
    /// Per user: the derivatives in the agent's numbers.
    private var slopes: [AgentSlopes] = []
    /// Per user: whether derivatives in reactions, and in moves, can be passed on to numbers and features.
    private var hasReactionSlopes: [Bool] = []
    private var hasMoveSlopes: [Bool] = []
    /// [|A|, K]
    private var features: [Double]

    /// - Parameters:
    ///   - adjoint: with reactions by class.
    ///   - reactions: how users react to the controller.
    /// - Throws: `GameError` if an agent has no reactions or utilities, which the game would not have been compiled with.
    init(
        inputs: GameInputs, adjoint: GameAdjoint, multipliers: [Double], reactions: ReactionTables,
        controller: Policy
    ) throws(GameError) {
        var adjoint = adjoint
        anticipation = try AnticipationAdjoint(
            inputs: inputs, reactions: reactions, controller: controller, adjoint: &adjoint)
        self.inputs = inputs
        self.adjoint = adjoint
        self.multipliers = multipliers
        features = [Double](
            repeating: 0, count: inputs.definition.responses.count * inputs.definition.features.count)
        for user in inputs.definition.users.indices {
            addStage(user)
            slopes.append(AgentSlopes(featureCount: featureCount))
            hasReactionSlopes.append(try addReactions(user))
            hasMoveSlopes.append(try addMoves(user))
        }
    }

    private var definition: GameDefinition { inputs.definition }
    private var featureCount: Int { definition.features.count }

    /// Features through r_θ(a).
    private mutating func addStage(_ user: Int) {
        for response in definition.responses.indices {
            let slope = adjoint.stagePayoff[user * definition.responses.count + response]
            for feature in 0..<featureCount {
                features[response * featureCount + feature] += slope * definition.users[user].exposure[feature]
            }
        }
    }

    /// - Returns: whether the agent's reactions have derivatives.
    private mutating func addReactions(_ user: Int) throws(GameError) -> Bool {
        let agent = definition.users[user].agent
        if looksAhead(user) {
            guard let rationality = agent.choiceRationality, rationality.isFinite else { return false }
            slopes[user].add(anticipation.rationality[user], to: .rationality)
        }
        for turn in 1...definition.horizon {
            for state in definition.states.indices {
                for response in definition.responses.indices {
                    let hasSlopes = try addRow(agent, user: user, turn: turn, state: state, response: response)
                    guard hasSlopes else { return false }
                }
            }
        }
        return true
    }

    private func looksAhead(_ user: Int) -> Bool { definition.users[user].agent.foresight != nil }

    /// One row of reactions, or of utilities of a user with foresight.
    private mutating func addRow(
        _ agent: any UserAgent, user: Int, turn: Int, state: Int, response: Int
    ) throws(GameError) -> Bool {
        let hidden = user * definition.states.count + state
        let hiddenCount = definition.users.count * definition.states.count
        let start =
            (((turn - 1) * hiddenCount + hidden) * definition.responses.count + response) * definition.reactions.count
        let row = start..<start + definition.reactions.count
        let values = definition.responses[response].features
        let slopes = looksAhead(user) ? anticipation.utility[row] : adjoint.reaction[row]
        beginResponse(response, user)
        defer { endResponse(response, user) }
        return looksAhead(user)
            ? try agent.addSlopes(
                utilities: Array(slopes), turn: turn, state: state, response: response, features: values,
                to: &self.slopes[user])
            : try agent.addSlopes(
                reactions: Array(slopes), turn: turn, state: state, response: response, features: values,
                to: &self.slopes[user])
    }

    /// - Returns: whether the agent's moves have derivatives.
    private mutating func addMoves(_ user: Int) throws(GameError) -> Bool {
        let agent = definition.users[user].agent
        for state in definition.states.indices {
            let hidden = user * definition.states.count + state
            for (response, item) in definition.responses.enumerated() {
                beginResponse(response, user)
                defer { endResponse(response, user) }
                for reaction in definition.reactions.indices {
                    let start =
                        ((hidden * definition.responses.count + response) * definition.reactions.count + reaction) * 3
                    let row = AdjacentMove(
                        down: adjoint.move[start], stay: adjoint.move[start + 1], up: adjoint.move[start + 2])
                    let hasSlopes = try agent.addSlopes(
                        moves: row, state: state, stateCount: definition.states.count, response: response,
                        features: item.features, reaction: reaction, to: &slopes[user])
                    guard hasSlopes else { return false }
                }
            }
        }
        return true
    }

    /// Agents add to the features of one response at a time.
    private mutating func beginResponse(_ response: Int, _ user: Int) {
        slopes[user].features = Array(features[response * featureCount..<(response + 1) * featureCount])
    }

    private mutating func endResponse(_ response: Int, _ user: Int) {
        features.replaceSubrange(
            response * featureCount..<(response + 1) * featureCount, with: slopes[user].features)
    }

    /// Every parameter with its derivative.
    var entries: [(parameter: Parameter, derivative: Double?)] {
        inputs.parameters.map { ($0, derivative($0.location)) }
    }

    private var hasFeatureSlopes: Bool {
        hasReactionSlopes.allSatisfy(\.self) && hasMoveSlopes.allSatisfy(\.self)
    }

    /// [K] slopes in the features of one response; nil where a user's reactions or moves have none.
    func featureSlopes(of response: Int) -> [Double]? {
        guard hasFeatureSlopes else { return nil }
        return Array(features[response * featureCount..<(response + 1) * featureCount])
    }

    private func derivative(_ location: Parameter.Location) -> Double? {
        let width = definition.responses.count
        switch location {
        case .discount: return adjoint.discount
        case .cost(let response):
            return definition.users.indices.reduce(0) { $0 - adjoint.stagePayoff[$1 * width + response] }
        case .responseFeature(let response, let feature):
            guard hasFeatureSlopes else { return nil }
            return features[response * featureCount + feature]
        case .prior(let user): return along(definition.users.map(\.prior), adjoint.prior[...], user)
        case .initialState(let user, let state):
            let count = definition.states.count
            return along(
                definition.users[user].initialState, adjoint.initialState[user * count..<(user + 1) * count], state)
        case .cue(let user, let state, let cue):
            let start = (user * definition.states.count + state) * definition.cues.count
            // Where λ is infinite what is anticipated acts by jumps.
            guard !looksAhead(user) || hasReactionSlopes[user] else { return nil }
            return along(definition.users[user].cues[state], adjoint.cue[start..<start + definition.cues.count], cue)
        case .payoff(let user, let outcome): return adjoint.outcomePayoff[user * definition.outcomes.count + outcome]
        case .exposure(let user, let feature):
            return definition.responses.enumerated().reduce(0) {
                $0 + adjoint.stagePayoff[user * width + $1.offset] * $1.element.features[feature]
            }
        case .rationality(let user): return hasReactionSlopes[user] ? slopes[user][.rationality] : nil
        case .foresight(let user): return anticipation.foresight[user]
        case .utility(let user, let reaction, let coefficient):
            return hasReactionSlopes[user] ? slopes[user][.utility(reaction: reaction, coefficient)] : nil
        case .move(let user, let coefficient):
            let isKnown = hasMoveSlopes[user] && (!looksAhead(user) || hasReactionSlopes[user])
            return isKnown ? slopes[user][.move(coefficient)] : nil
        case .own(let user, let name):
            return hasReactionSlopes[user] && hasMoveSlopes[user] ? slopes[user][.own(name)] : nil
        case .klWeight: return adjoint.klWeight
        case .reference(let row, let response):
            // What was differentiated without the objective moves with no reference.
            guard row < adjoint.reference.count else { return 0 }
            return along(inputs.objective.reference.strategies[row], adjoint.reference[row][...], response)
        case .limit(let constraint): return multipliers.indices.contains(constraint) ? multipliers[constraint] : 0
        }
    }

    /// The derivative along the line on which one entry of a distribution changes and the others are scaled alike.
    private func along(_ distribution: [Double], _ slopes: ArraySlice<Double>, _ index: Int) -> Double? {
        let rest = distribution.indices.filter { $0 != index }.reduce(0) { $0 + distribution[$1] }
        guard rest > 0 else { return nil }
        let others = distribution.indices.filter { $0 != index }.reduce(0) {
            $0 + distribution[$1] * slopes[slopes.startIndex + $1]
        }
        return slopes[slopes.startIndex + index] - others / rest
    }
}
