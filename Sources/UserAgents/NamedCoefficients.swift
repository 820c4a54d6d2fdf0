public import GameModel

extension QuantalResponseUser {
    public func value(of coefficient: UserCoefficient) -> Double? {
        switch coefficient {
        case .rationality: rationality
        case .foresight: 0
        case .utility(let reaction, let term):
            predictors.indices.contains(reaction) ? predictors[reaction]?[term] : nil
        case .move(let term): movement.score?[term]
        }
    }

    public func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? {
        guard case .foresight = coefficient else { return changed(coefficient, to: value) }
        return value == 0 ? self : ForesightedUser(self, foresight: value)
    }

    /// The same user with another number than its foresight.
    func changed(_ coefficient: UserCoefficient, to value: Double) -> QuantalResponseUser? {
        guard self.value(of: coefficient) != nil else { return nil }
        var changed = self
        switch coefficient {
        case .foresight: return nil
        case .rationality: changed.rationality = value
        case .utility(let reaction, let term): changed.predictors[reaction]?[term] = value
        case .move(let term): changed.movement = movement.changed(term, to: value)
        }
        return changed
    }
}

extension ForesightedUser {
    public func value(of coefficient: UserCoefficient) -> Double? {
        if case .foresight = coefficient { weight } else { myopic.value(of: coefficient) }
    }

    public func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? {
        if case .foresight = coefficient { return myopic.setting(coefficient, to: value) }
        return myopic.changed(coefficient, to: value).map { ForesightedUser($0, foresight: weight) }
    }
}

extension TabularUser {
    /// Coefficients of moves, where those are a score.
    public func value(of coefficient: UserCoefficient) -> Double? {
        if case .move(let term) = coefficient { movement.score?[term] } else { nil }
    }

    public func setting(_ coefficient: UserCoefficient, to value: Double) -> (any UserAgent)? {
        guard case .move(let term) = coefficient, self.value(of: coefficient) != nil else { return nil }
        return TabularUser(reactions: reactions, movement: movement.changed(term, to: value))
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
