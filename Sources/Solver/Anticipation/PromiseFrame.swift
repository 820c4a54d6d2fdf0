internal import GameModel
internal import NumericalMethods

/// What bounds on W need of a game, laid out once: rewards, kernels, and per turn the range of what users can be made to expect.
struct PromiseFrame {
    let game: Game
    let foresight: Foresight
    let rewards: GoalRewards
    /// [F] the hidden states whose users look ahead.
    let watchful: [Int]
    /// [H] the place in ``watchful``, or −1.
    let place: [Int]
    /// [T + 1] what is known of each turn before any search; the last is what follows the last turn.
    let layers: [ForesightedBound.Layer]
    /// [|M|] ≥ 0 the shown reaction of one that goes on, or −1 − ω.
    let rank: [Int]
    /// How the model chooses among responses.
    let choice: PromiseChoice

    /// - Parameter objective: what the KL term is taken from; nil to leave it out.
    init(game: Game, foresight: Foresight, goal: LagrangianGoal, objective: Objective?) {
        (self.game, self.foresight) = (game, foresight)
        rewards = GoalRewards(game: game, goal: goal)
        let watchful = (0..<game.hiddenCount).filter { foresight.isForesighted(game.user(of: $0)) }
        var place = [Int](repeating: -1, count: game.hiddenCount)
        for (index, hidden) in watchful.enumerated() { place[hidden] = index }
        (self.watchful, self.place) = (watchful, place)
        var bound = ForesightedBound(game: game, foresight: foresight, goal: goal)
        layers = bound.layers()
        rank = game.continuingRanks
        choice = PromiseChoice(game: game, goal: goal, objective: objective)
    }

    /// An upper bound on W_t at a direction that needs no search: the hidden state of the turn before is told, and every user expects what
    /// suits the price. Exact in the last turn.
    func informed(turn: Int, _ direction: PromiseDirection) -> Double {
        let (layer, width) = (layers[turn - 1], game.responses.count)
        guard turn <= game.horizon else {
            return direction.belief.indices.reduce(0) { $0 + direction.belief[$1] * layer.alpha[$1 * width] }
        }
        var values: [Double] = []
        for response in 0..<width {
            var value = 0.0
            for hidden in direction.belief.indices where direction.belief[hidden] > 0 {
                value += direction.belief[hidden] * layer.alpha[hidden * width + response]
            }
            for (index, hidden) in watchful.enumerated() where direction.price[index] != 0 {
                let after = hidden * width + response
                value += Self.dearest(direction.price[index], layer.lowAfter[after], layer.highAfter[after])
            }
            values.append(value)
        }
        return choice.value(turn: turn, belief: direction.belief, of: values)
    }

    /// sup μ U over a range of U.
    @inline(__always)
    static func dearest(_ price: Double, _ low: Double, _ high: Double) -> Double {
        price >= 0 ? price * high : price * low
    }
}
