public import GameModel

/// How a user's hidden state moves after a continuing reaction: to a neighbour, or not at all.
public enum Movement: Sendable, Equatable {
    /// An adjacent-category logit in a score.
    case logit(MovePredictor)
    /// Probabilities given outright: one row per state and, within it, one entry per response.
    case table([[AdjacentMove]])

    /// move_θ(· | x, a, m). See ``UserAgent/moveProbabilities(state:stateCount:response:features:reaction:)``.
    ///
    /// - Throws: ``GameError`` if a coefficient or a row of the table is missing.
    public func probabilities(
        state: Int, stateCount: Int, response: Int, features: [Double], reaction: Int
    ) throws(GameError) -> AdjacentMove {
        switch self {
        case .logit(let predictor):
            try GameError.checkCoefficients(
                "movement", features: predictor.features, of: features, states: predictor.states, state: state)
            guard predictor.reactions.indices.contains(reaction) else {
                throw GameError("movement", "has no coefficient for reaction \(reaction); it must have one for each")
            }
            return predictor.probabilities(
                state: state, stateCount: stateCount, features: features, reaction: reaction)
        case .table(let rows):
            guard rows.indices.contains(state), rows[state].indices.contains(response) else {
                throw GameError(
                    "movement", "has no row for state \(state) and response \(response); it must have one for each")
            }
            return rows[state][response]
        }
    }
}

/// The score of a move: d = bias + Σ_k β_k f_k(a) + β_m + β_x, with move(x−1 : x : x+1) ∝ e^{−d} : e^{inertia} : e^{+d}.
///
/// A positive score worsens the state. At an end of the range the move that would leave it is dropped.
///
/// Source: the adjacent-category logit, Agresti, Categorical Data Analysis, 3rd ed., §8.3.
public struct MovePredictor: Sendable, Equatable {
    public var bias: Double
    /// β_k: one coefficient per feature.
    public var features: [Double]
    /// β_x: one coefficient per state.
    public var states: [Double]
    /// β_m: one coefficient per reaction.
    public var reactions: [Double]
    /// The log-odds weight of staying.
    public var inertia: Double

    public init(bias: Double = 0, features: [Double], states: [Double], reactions: [Double], inertia: Double = 0) {
        self.bias = bias
        self.features = features
        self.states = states
        self.reactions = reactions
        self.inertia = inertia
    }

    /// The distribution over x−1, x, x+1.
    ///
    /// - Complexity: O(number of features).
    public func probabilities(state: Int, stateCount: Int, features values: [Double], reaction: Int) -> AdjacentMove {
        let score = zip(features, values).reduce(bias + states[state] + reactions[reaction]) { $0 + $1.0 * $1.1 }
        let logits: [Double?] = [state > 0 ? -score : nil, inertia, state < stateCount - 1 ? score : nil]
        // Staying always exists, so there always is a distribution.
        guard let p = LogitChoice.probabilities(utilities: logits, rationality: 1) else { return .none }
        return AdjacentMove(down: p[0], stay: p[1], up: p[2])
    }
}

extension Movement {
    /// The score of moves; nil for a table.
    var score: MovePredictor? { if case .logit(let score) = self { score } else { nil } }

    /// The same with one coefficient of the score changed.
    func changed(_ term: UserCoefficient.Term, to value: Double) -> Movement {
        guard var score else { return self }
        score[term] = value
        return .logit(score)
    }

    /// Passes derivatives in a move on to coefficients and features; a table has none to pass on.
    func addSlopes(
        _ slopes: AdjacentMove, state: Int, stateCount: Int, features: [Double], reaction: Int,
        to sum: inout AgentSlopes
    ) {
        score?.addSlopes(
            slopes, state: state, stateCount: stateCount, features: features, reaction: reaction, to: &sum)
    }

    /// Writes whether moves are a score or a table, and then its numbers.
    func add(to form: inout AgentForm) {
        switch self {
        case .logit(let predictor):
            form.add(0)
            predictor.add(to: &form)
        case .table(let rows):
            form.add(1)
            form.add(rows.count)
            for row in rows { form.add(row.flatMap { [$0.down, $0.stay, $0.up] }) }
        }
    }
}

extension MovePredictor {
    /// A coefficient; nil for one that moves do not have.
    subscript(term: UserCoefficient.Term) -> Double? {
        get {
            switch term {
            case .bias: bias
            case .inertia: inertia
            case .feature(let index): features.indices.contains(index) ? features[index] : nil
            case .state(let index): states.indices.contains(index) ? states[index] : nil
            case .reaction(let index): reactions.indices.contains(index) ? reactions[index] : nil
            case .turn: nil
            }
        }
        set {
            guard let newValue else { return }
            switch term {
            case .bias: bias = newValue
            case .inertia: inertia = newValue
            case .feature(let index): features[index] = newValue
            case .state(let index): states[index] = newValue
            case .reaction(let index): reactions[index] = newValue
            case .turn: break
            }
        }
    }
}

extension MovePredictor {
    /// Passes derivatives in a move on: ∂d = p₊(g₊ − ḡ) − p₋(g₋ − ḡ), and p₀(g₀ − ḡ) for the inertia.
    fileprivate func addSlopes(
        _ slopes: AdjacentMove, state: Int, stateCount: Int, features values: [Double], reaction: Int,
        to sum: inout AgentSlopes
    ) {
        guard slopes.down != 0 || slopes.stay != 0 || slopes.up != 0 else { return }
        let row = probabilities(state: state, stateCount: stateCount, features: values, reaction: reaction)
        let mean = row.down * slopes.down + row.stay * slopes.stay + row.up * slopes.up
        let slope = row.up * (slopes.up - mean) - row.down * (slopes.down - mean)
        sum.add(slope, to: .move(.bias))
        sum.add(row.stay * (slopes.stay - mean), to: .move(.inertia))
        sum.add(slope, to: .move(.state(state)))
        sum.add(slope, to: .move(.reaction(reaction)))
        for (feature, value) in values.enumerated() {
            sum.add(slope * value, to: .move(.feature(feature)))
            sum.features[feature] += slope * features[feature]
        }
    }

    fileprivate func add(to form: inout AgentForm) {
        form.add(bias)
        form.add(features)
        form.add(states)
        form.add(reactions)
        form.add(inertia)
    }
}
