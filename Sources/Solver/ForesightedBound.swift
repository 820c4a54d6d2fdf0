internal import GameModel
internal import NumericalMethods

/// An upper bound on the value of every policy where some users have foresight.
///
/// What a policy makes a user expect of the next turn lies in a range that no policy leaves:
///
/// high_t(h) = max_a (1/λ) log Σ_m exp(λ (u_m + δ · high_{t+1} if m continues)), and low_t(h) the same with minima.
///
/// The bound gives the model the best reactions that expectations in that range can bring about, re-optimised at every response,
/// and, as ``FastInformedBound`` does, the hidden state of the turn before; of users with foresight it also tells which reaction
/// stood behind the one shown. Every policy can do at most as well. As δ falls to 0 the range closes and the fast
/// informed bound with that knowledge remains.
struct ForesightedBound {
    let game: Game
    let foresight: Foresight
    private let rewards: GoalRewards
    private let rank: [Int]
    /// [H, |A|] value of a response from the turn after the one at hand on.
    private var alpha: [Double]
    /// [H] range of what the turn after the one at hand is worth to the user.
    private var low: [Double]
    private var high: [Double]

    init(game: Game, foresight: Foresight, goal: LagrangianGoal) {
        self.game = game
        self.foresight = foresight
        rewards = GoalRewards(game: game, goal: goal)
        rank = game.continuingRanks
        let rewards = rewards
        alpha = (0..<game.hiddenCount).flatMap { hidden in
            [Double](
                repeating: rewards.ending(hidden: hidden, outcome: game.timeout, turn: game.horizon + 1),
                count: game.responses.count)
        }
        low = [Double](repeating: 0, count: game.hiddenCount)
        high = low
    }

    /// What is known of a turn: bounds on what a response is worth, and what its users can be made to expect.
    struct Layer {
        /// [H, |A|] value of a response from the turn on.
        let alpha: [Double]
        /// [H] range of what the turn is worth to the user; 0 for users who do not look ahead.
        let low: [Double]
        let high: [Double]
        /// [H, |A|] the same after each response.
        let lowAfter: [Double]
        let highAfter: [Double]
    }

    /// [H, |A|] the vectors of the first turn.
    ///
    /// - Complexity: O(T · H · |A|² · |M| · |C|).
    mutating func run() -> [Double] { layers()[0].alpha }

    /// [T + 1] every turn, and what follows the last.
    mutating func layers() -> [Layer] {
        let none = [Double](repeating: 0, count: alpha.count)
        var layers = [Layer(alpha: alpha, low: low, high: high, lowAfter: none, highAfter: none)]
        for turn in stride(from: game.horizon, through: 1, by: -1) {
            var next = FastInformedBound.step(alpha, turn: turn, game: game, rewards: rewards)
            var (nextLow, nextHigh, lowAfter, highAfter) = (low, high, none, none)
            for hidden in 0..<game.hiddenCount where foresight.isForesighted(game.user(of: hidden)) {
                (nextLow[hidden], nextHigh[hidden]) = (.infinity, -.infinity)
                for response in game.responses.indices {
                    let row = ForesightedRow(turn: turn, hidden: hidden, response: response, self)
                    let index = hidden * game.responses.count + response
                    next[index] = row.best
                    (lowAfter[index], highAfter[index]) = (row.inclusive(row.low), row.inclusive(row.high))
                    nextLow[hidden] = min(nextLow[hidden], lowAfter[index])
                    nextHigh[hidden] = max(nextHigh[hidden], highAfter[index])
                }
            }
            (alpha, low, high) = (next, nextLow, nextHigh)
            layers.append(
                Layer(alpha: alpha, low: low, high: high, lowAfter: lowAfter, highAfter: highAfter))
        }
        return layers.reversed()
    }

    /// What a reaction leads to at most, the reaction being known: an ending's worth, or Σ_c max_a Σ_x' P(x', c | m) α(x', a).
    fileprivate func worth(turn: Int, hidden: Int, response: Int, reaction: Int) -> Double {
        guard rank[reaction] >= 0 else {
            return rewards.ending(hidden: hidden, outcome: -1 - rank[reaction], turn: turn)
        }
        let moves = ((hidden * game.responses.count + response) * game.reactions.count + reaction) * 3
        let steps = game.moves(from: hidden % game.states.count)
        return game.cues.indices.reduce(0) { sum, cue in
            let joint = steps.map { step in
                game.move[moves + step] * game.cue[(hidden + step - 1) * game.cues.count + cue]
            }
            return sum
                + FastInformedBound.best(
                    joint, offset: hidden + steps.lowerBound - 1, alpha, width: game.responses.count)
        }
    }

    /// The range of E[U_{t+1}] after a reaction; 0 after one that ends and after the last turn.
    fileprivate func range(hidden: Int, response: Int, reaction: Int) -> (low: Double, high: Double) {
        guard rank[reaction] >= 0 else { return (0, 0) }
        let moves = ((hidden * game.responses.count + response) * game.reactions.count + reaction) * 3
        return game.moves(from: hidden % game.states.count).reduce((0, 0)) { sum, step in
            let share = game.move[moves + step]
            return (sum.0 + share * low[hidden + step - 1], sum.1 + share * high[hidden + step - 1])
        }
    }

    fileprivate func stage(turn: Int, hidden: Int, response: Int) -> Double {
        rewards.stage(hidden: hidden, response: response, turn: turn)
    }
}

/// One response to a hidden state whose user looks ahead: what reactions are worth, and the ranges of the user's own values.
private struct ForesightedRow {
    /// [|M|] of the reactions that the user has: worth to the model, and the user's own value at either end of the range.
    let worth: [Double]
    let low: [Double]
    let high: [Double]
    let rationality: Double
    let stage: Double

    init(turn: Int, hidden: Int, response: Int, _ bound: ForesightedBound) {
        let game = bound.game
        let source = game.row(turn: turn, hidden: hidden, response: response) * game.reactions.count
        let user = game.user(of: hidden)
        var (worth, low, high): ([Double], [Double], [Double]) = ([], [], [])
        for reaction in game.reactions.indices {
            let utility = bound.foresight.utility[source + reaction]
            guard utility > -.infinity else { continue }
            let range = bound.range(hidden: hidden, response: response, reaction: reaction)
            worth.append(bound.worth(turn: turn, hidden: hidden, response: response, reaction: reaction))
            low.append(utility + bound.foresight.weight[user] * range.low)
            high.append(utility + bound.foresight.weight[user] * range.high)
        }
        (self.worth, self.low, self.high) = (worth, low, high)
        rationality = bound.foresight.rationality[user]
        stage = bound.stage(turn: turn, hidden: hidden, response: response)
    }

    /// (1/λ) log Σ exp(λ v), or the largest v where λ is infinite.
    func inclusive(_ values: [Double]) -> Double {
        guard let best = values.max(), rationality < .infinity else { return values.max() ?? 0 }
        return best + Libm.log(values.reduce(0) { $0 + Libm.exp(rationality * ($1 - best)) }) / rationality
    }

    /// The stage payoff and the most that reactions with values in the range are worth.
    ///
    /// Σ p w with p ∝ z over a box of weights z is a ratio of linear functions: it is largest where the weights of the best
    /// reactions stand at their upper ends and those of the rest at their lower ends, for some place to divide them.
    var best: Double {
        let order = worth.indices.sorted { worth[$0] > worth[$1] }
        guard rationality < .infinity else {
            let sure = low.max() ?? 0
            return stage + (order.filter { high[$0] >= sure }.map { worth[$0] }.max() ?? 0)
        }
        var best = -Double.infinity
        for taken in 0...order.count {
            let values = order.enumerated().map { place, index in place < taken ? high[index] : low[index] }
            guard let largest = values.max() else { return stage }
            var (total, sum) = (0.0, 0.0)
            for (value, index) in zip(values, order) {
                let weight = Libm.exp(rationality * (value - largest))
                total += weight
                sum += weight * worth[index]
            }
            best = max(best, sum / total)
        }
        return stage + best
    }
}
