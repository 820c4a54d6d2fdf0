public import GameModel

extension UserAgent {
    /// The score of the agent's moves; nil where they are a table, or of an agent of another kind.
    public var moveScore: MovePredictor? {
        let movement: Movement
        switch self {
        case let user as QuantalResponseUser: movement = user.movement
        case let user as TabularUser: movement = user.movement
        default: return nil
        }
        guard case .logit(let score) = movement else { return nil }
        return score
    }
}
