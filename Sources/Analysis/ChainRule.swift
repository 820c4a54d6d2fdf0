internal import GameModel
internal import UserAgents

/// From derivatives in a game's tables to derivatives in the numbers of its scenario.
///
/// With g the derivative in a row of reactions p: ∂u_m = λ p_m (g_m − Σ p g) and ∂λ = Σ_m p_m (g_m − Σ p g) u_m; coefficients and
/// features follow from u = bias + Σ β f + β_x + β_turn (t − 1). Scores of moves likewise, with ∂d = p₊(g₊ − ḡ) − p₋(g₋ − ḡ).
/// For users with foresight ∂u, ∂λ and ∂δ come from ``AnticipationAdjoint``, which also adds to the derivatives in moves and cues.
struct ChainRule {
    private let inputs: GameInputs
    private let adjoint: GameAdjoint
    private let multipliers: [Double]
    private let anticipation: AnticipationAdjoint
    /// Per user: the derivatives of utility coefficients, [M] of each kind.
    private var utilities: [[PredictorAdjoint]] = []
    private var rationality: [Double?] = []
    private var moves: [MoveAdjoint] = []
    /// [|A|, K]
    private var features: [Double]

    private struct PredictorAdjoint {
        var bias = 0.0
        var turn = 0.0
        var features: [Double]
        var states: [Double]
    }

    private struct MoveAdjoint {
        var bias = 0.0
        var inertia = 0.0
        var features: [Double]
        var states: [Double]
        var reactions: [Double]
    }

    /// - Parameters:
    ///   - adjoint: with reactions by class.
    ///   - reactions: how users react to the controller.
    /// - Throws: `GameError` if an agent has no utilities, which the game would not have been compiled with.
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
            addReactions(user)
            addMoves(user)
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

    private mutating func addReactions(_ user: Int) {
        let empty = PredictorAdjoint(
            features: [Double](repeating: 0, count: featureCount),
            states: [Double](repeating: 0, count: definition.states.count))
        utilities.append(Array(repeating: empty, count: definition.reactions.count))
        rationality.append(0)
        guard let agent = definition.users[user].agent.quantalResponse else { return }
        guard agent.rationality.isFinite else {
            rationality[user] = nil
            return
        }
        if looksAhead(user) { rationality[user] = anticipation.rationality[user] }
        for turn in 1...definition.horizon {
            for state in definition.states.indices {
                for response in definition.responses.indices {
                    if looksAhead(user) {
                        addAnticipatedRow(agent, user: user, turn: turn, state: state, response: response)
                    } else {
                        addRow(agent, user: user, turn: turn, state: state, response: response)
                    }
                }
            }
        }
    }

    private func looksAhead(_ user: Int) -> Bool { definition.users[user].agent.foresight != nil }

    /// The start of a row of a table by turn, hidden state and response.
    private func rowStart(_ user: Int, turn: Int, state: Int, response: Int) -> Int {
        let hidden = user * definition.states.count + state
        let hiddenCount = definition.users.count * definition.states.count
        return (((turn - 1) * hiddenCount + hidden) * definition.responses.count + response)
            * definition.reactions.count
    }

    /// The utilities of one row of a user with foresight.
    private mutating func addAnticipatedRow(
        _ agent: QuantalResponseUser, user: Int, turn: Int, state: Int, response: Int
    ) {
        let start = rowStart(user, turn: turn, state: state, response: response)
        for (reaction, predictor) in agent.predictors.enumerated() {
            guard let predictor else { continue }
            add(
                anticipation.utility[start + reaction], to: reaction, predictor, user: user, turn: turn, state: state,
                response: response)
        }
    }

    /// ∂u of one reaction, passed on to coefficients and features.
    private mutating func add(
        _ slope: Double, to reaction: Int, _ predictor: LinearPredictor, user: Int, turn: Int, state: Int, response: Int
    ) {
        let values = definition.responses[response].features
        utilities[user][reaction].bias += slope
        utilities[user][reaction].turn += slope * Double(turn - 1)
        utilities[user][reaction].states[state] += slope
        for feature in 0..<featureCount {
            utilities[user][reaction].features[feature] += slope * values[feature]
            features[response * featureCount + feature] += slope * predictor.features[feature]
        }
    }

    private mutating func addRow(_ agent: QuantalResponseUser, user: Int, turn: Int, state: Int, response: Int) {
        let values = definition.responses[response].features
        let start = rowStart(user, turn: turn, state: state, response: response)
        let slopes = adjoint.reaction[start..<start + definition.reactions.count]
        guard slopes.contains(where: { $0 != 0 }),
            let row = try? agent.reactionProbabilities(turn: turn, state: state, response: response, features: values)
        else { return }
        let mean = zip(row, slopes).reduce(0) { $0 + $1.0 * $1.1 }
        for (reaction, predictor) in agent.predictors.enumerated() {
            guard let predictor, row[reaction] > 0 else { continue }
            let pull = row[reaction] * (slopes[start + reaction] - mean)
            let utility = predictor.value(features: values, state: state, turn: turn)
            rationality[user] = rationality[user].map { $0 + pull * utility }
            add(
                agent.rationality * pull, to: reaction, predictor, user: user, turn: turn, state: state,
                response: response)
        }
    }

    private mutating func addMoves(_ user: Int) {
        var sum = MoveAdjoint(
            features: [Double](repeating: 0, count: featureCount),
            states: [Double](repeating: 0, count: definition.states.count),
            reactions: [Double](repeating: 0, count: definition.reactions.count))
        defer { moves.append(sum) }
        guard let score = definition.users[user].agent.moveScore else { return }
        for state in definition.states.indices {
            let hidden = user * definition.states.count + state
            for (response, item) in definition.responses.enumerated() {
                for reaction in definition.reactions.indices {
                    let start =
                        ((hidden * definition.responses.count + response) * definition.reactions.count + reaction) * 3
                    let slopes = Array(adjoint.move[start..<start + 3])
                    guard slopes.contains(where: { $0 != 0 }) else { continue }
                    let row = score.probabilities(
                        state: state, stateCount: definition.states.count, features: item.features, reaction: reaction)
                    let mean = row.down * slopes[0] + row.stay * slopes[1] + row.up * slopes[2]
                    let slope = row.up * (slopes[2] - mean) - row.down * (slopes[0] - mean)
                    sum.bias += slope
                    sum.inertia += row.stay * (slopes[1] - mean)
                    sum.states[state] += slope
                    sum.reactions[reaction] += slope
                    for feature in 0..<featureCount {
                        sum.features[feature] += slope * item.features[feature]
                        features[response * featureCount + feature] += slope * score.features[feature]
                    }
                }
            }
        }
    }

    /// Every parameter with its derivative.
    var entries: [(parameter: Parameter, derivative: Double?)] {
        inputs.parameters.map { ($0, derivative($0.location)) }
    }

    /// [K] slopes in the features of one response; nil where a user's reactions have none.
    func featureSlopes(of response: Int) -> [Double]? {
        guard rationality.allSatisfy({ $0 != nil }) else { return nil }
        return Array(features[response * featureCount..<(response + 1) * featureCount])
    }

    private func derivative(_ location: Parameter.Location) -> Double? {
        let width = definition.responses.count
        switch location {
        case .discount: return adjoint.discount
        case .cost(let response):
            return definition.users.indices.reduce(0) { $0 - adjoint.stagePayoff[$1 * width + response] }
        case .responseFeature(let response, let feature):
            guard rationality.allSatisfy({ $0 != nil }) else { return nil }
            return features[response * featureCount + feature]
        case .prior(let user): return along(definition.users.map(\.prior), adjoint.prior[...], user)
        case .initialState(let user, let state):
            let count = definition.states.count
            return along(
                definition.users[user].initialState, adjoint.initialState[user * count..<(user + 1) * count], state)
        case .cue(let user, let state, let cue):
            let start = (user * definition.states.count + state) * definition.cues.count
            // Where λ is infinite what is anticipated acts by jumps.
            guard !looksAhead(user) || rationality[user] != nil else { return nil }
            return along(definition.users[user].cues[state], adjoint.cue[start..<start + definition.cues.count], cue)
        case .payoff(let user, let outcome): return adjoint.outcomePayoff[user * definition.outcomes.count + outcome]
        case .exposure(let user, let feature):
            return definition.responses.enumerated().reduce(0) {
                $0 + adjoint.stagePayoff[user * width + $1.offset] * $1.element.features[feature]
            }
        case .rationality(let user): return rationality[user]
        case .foresight(let user): return anticipation.foresight[user]
        case .utility(let user, let reaction, let coefficient):
            return rationality[user] == nil ? nil : utility(utilities[user][reaction], coefficient)
        case .move(let user, let coefficient):
            return looksAhead(user) && rationality[user] == nil ? nil : move(moves[user], coefficient)
        case .klWeight: return adjoint.klWeight
        case .reference(let response): return along(inputs.objective.reference, adjoint.reference[...], response)
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

    private func utility(_ adjoint: PredictorAdjoint, _ coefficient: Parameter.Coefficient) -> Double? {
        switch coefficient {
        case .bias: adjoint.bias
        case .turn: adjoint.turn
        case .feature(let index): adjoint.features[index]
        case .state(let index): adjoint.states[index]
        case .inertia, .reaction: nil
        }
    }

    private func move(_ adjoint: MoveAdjoint, _ coefficient: Parameter.Coefficient) -> Double? {
        switch coefficient {
        case .bias: adjoint.bias
        case .inertia: adjoint.inertia
        case .feature(let index): adjoint.features[index]
        case .state(let index): adjoint.states[index]
        case .reaction(let index): adjoint.reactions[index]
        case .turn: nil
        }
    }
}
