public import GameModel

extension QuantalResponseUser {
    /// Changes a coefficient by a deviation; the rationality is multiplied by exp(deviation / λ), which keeps it above 0.
    ///
    /// - Throws: ``GameError`` if the user has no such coefficient: the reaction is never given, or moves are a table.
    public mutating func shift(_ coefficient: UserCoefficient, by deviation: Double) throws(GameError) {
        switch coefficient {
        case .rationality:
            guard rationality > 0 else {
                throw GameError("rationality", "is \(rationality) and uncertain; it must be above 0 to be drawn")
            }
            rationality = LogNormal.draw(median: rationality, deviation: deviation)
        case .foresight: throw GameError("foresight", "cannot be uncertain; only coefficients and the rationality can")
        case .utility(let reaction, let term):
            guard predictors.indices.contains(reaction), var predictor = predictors[reaction] else {
                throw GameError("utility", "has no predictor of reaction \(reaction) that could be uncertain")
            }
            switch term {
            case .bias: predictor.bias += deviation
            case .turn: predictor.turn += deviation
            case .feature(let index) where predictor.features.indices.contains(index):
                predictor.features[index] += deviation
            case .state(let index) where predictor.states.indices.contains(index): predictor.states[index] += deviation
            default: throw GameError("utility", "has no such coefficient that could be uncertain")
            }
            predictors[reaction] = predictor
        case .move(let term):
            guard case .logit(var predictor) = movement else {
                throw GameError("move", "is a table; only the coefficients of a score can be uncertain")
            }
            switch term {
            case .bias: predictor.bias += deviation
            case .inertia: predictor.inertia += deviation
            case .feature(let index) where predictor.features.indices.contains(index):
                predictor.features[index] += deviation
            case .state(let index) where predictor.states.indices.contains(index): predictor.states[index] += deviation
            case .reaction(let index) where predictor.reactions.indices.contains(index):
                predictor.reactions[index] += deviation
            default: throw GameError("move", "has no such coefficient that could be uncertain")
            }
            movement = .logit(predictor)
        }
    }
}
