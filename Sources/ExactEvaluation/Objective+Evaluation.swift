public import GameModel

extension Objective {
    /// The goal with its KL term, in the goal's units; constraints do not count.
    public func value(of evaluation: Evaluation, game: Game) -> Double {
        LinearObjective(self, game: game).value(of: evaluation)
    }

    /// The largest excess over a constraint's limit, at least 0.
    public func violation(of evaluation: Evaluation) -> Double {
        constraints.reduce(0) { max($0, evaluation.excess($1)) }
    }
}
