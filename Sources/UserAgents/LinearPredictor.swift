internal import GameModel

/// u_θ(m | t, x, a) = bias + Σ_k β_k f_k(a) + β_x + β_turn · (t − 1): what one reaction is worth to one user type.
public struct LinearPredictor: Sendable, Equatable {
    public var bias: Double
    /// β_k: one coefficient per feature.
    public var features: [Double]
    /// β_x: one coefficient per state.
    public var states: [Double]
    /// β_turn: added once per turn after the first.
    public var turn: Double

    public init(bias: Double = 0, features: [Double], states: [Double], turn: Double = 0) {
        self.bias = bias
        self.features = features
        self.states = states
        self.turn = turn
    }

    /// The predictor's value.
    ///
    /// - Parameters:
    ///   - values: f(a), one value per feature.
    ///   - state: index of the hidden state.
    ///   - t: the turn, from 1.
    /// - Complexity: O(number of features).
    public func value(features values: [Double], state: Int, turn t: Int) -> Double {
        zip(features, values).reduce(bias + states[state] + turn * Double(t - 1)) { $0 + $1.0 * $1.1 }
    }
}

extension LinearPredictor {
    /// A coefficient; nil for one that utilities do not have.
    subscript(term: UserCoefficient.Term) -> Double? {
        get {
            switch term {
            case .bias: bias
            case .turn: turn
            case .feature(let index): features.indices.contains(index) ? features[index] : nil
            case .state(let index): states.indices.contains(index) ? states[index] : nil
            case .inertia, .reaction: nil
            }
        }
        set {
            guard let newValue else { return }
            switch term {
            case .bias: bias = newValue
            case .turn: turn = newValue
            case .feature(let index): features[index] = newValue
            case .state(let index): states[index] = newValue
            case .inertia, .reaction: break
            }
        }
    }
}

extension LinearPredictor {
    /// Passes a derivative in the predictor's value on to its coefficients and to the features.
    ///
    /// - Parameters:
    ///   - slope: ∂V / ∂ u_θ(m | t, x, a).
    ///   - reaction: index of m.
    func addSlopes(
        _ slope: Double, reaction: Int, turn t: Int, state: Int, features values: [Double],
        to sum: inout AgentSlopes
    ) {
        sum.add(slope, to: .utility(reaction: reaction, .bias))
        sum.add(slope * Double(t - 1), to: .utility(reaction: reaction, .turn))
        sum.add(slope, to: .utility(reaction: reaction, .state(state)))
        for (feature, value) in values.enumerated() {
            sum.add(slope * value, to: .utility(reaction: reaction, .feature(feature)))
            sum.features[feature] += slope * features[feature]
        }
    }

    /// Writes every coefficient.
    func add(to form: inout AgentForm) {
        form.add(bias)
        form.add(features)
        form.add(states)
        form.add(turn)
    }
}

extension GameError {
    /// Checks that a predictor has a coefficient for each feature and for the state.
    static func checkCoefficients(
        _ place: String, features: [Double], of values: [Double], states: [Double], state: Int
    ) throws(GameError) {
        guard features.count == values.count else {
            throw GameError(place, "has \(features.count) feature coefficients; it must have \(values.count)")
        }
        guard states.indices.contains(state) else {
            throw GameError(place, "has \(states.count) state coefficients; it must have one for state \(state)")
        }
    }
}
