/// What a solver is asked: the best policy of a game for an objective.
public struct Problem: Sendable {
    public let game: Game
    public let objective: Objective

    public init(game: Game, objective: Objective) {
        self.game = game
        self.objective = objective
    }
}
