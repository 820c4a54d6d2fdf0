public import GameModel

/// An upper bound on the value of every policy of a game, finite memory or not.
///
/// α_t(h, a) = R_t(h, a) + Σ_o max_{a'} Σ_{h'} P(h', o | h, a) α_{t+1}(h', a'), and the bound is
/// Σ_c max_a Σ_h P(h, c) α_1(h, a): each turn the model is told the hidden state of the turn before, but not the present
/// one. A KL term can only lower values, and constraints only remove policies, so the bound holds with them too.
///
/// Where users have foresight their reactions depend on the policy, and the bound is the weaker one of reactions that are chosen
/// in the model's favour among all that some policy could bring about; `PromiseBound` is tighter.
///
/// Source: Hauskrecht 2000, JAIR 13 (doi:10.1613/jair.678), §4.1.3, with one set of vectors per turn.
public enum FastInformedBound {
    /// - Parameter shouldStop: polled at every state; once true, the hidden state is told at once in what is left, so that the
    ///   bound is looser and as valid.
    /// - Returns: the bound, in the goal's units. Exact up to rounding.
    /// - Complexity: O(T · H · |A|² · S · |C|).
    public static func value(
        game: Game, goal: Objective.Goal, shouldStop: () -> Bool = { false }
    ) -> Double {
        value(game: game, goal: LagrangianGoal(goal), shouldStop: shouldStop)
    }

    /// The same for a goal under prices.
    static func value(game: Game, goal: LagrangianGoal, shouldStop: () -> Bool = { false }) -> Double {
        let width = game.responses.count
        let alpha = openingVectors(game: game, goal: goal, shouldStop: shouldStop)
        return game.cues.indices.reduce(0) { sum, cue in
            let joint = (0..<game.hiddenCount).map { hidden in
                goal.weight(ofUser: game.user(of: hidden), game: game) * game.initialState[hidden]
                    * game.cue[hidden * game.cues.count + cue]
            }
            return sum + best(joint, offset: 0, alpha, width: width)
        }
    }

    /// [H, |A|] the vectors of the first turn, which do not depend on the prior.
    static func openingVectors(
        game: Game, goal: LagrangianGoal, shouldStop: () -> Bool = { false }
    ) -> [Double] {
        if let foresight = game.foresight {
            var bound = ForesightedBound(game: game, foresight: foresight, goal: goal)
            return bound.run()
        }
        let width = game.responses.count
        let rewards = GoalRewards(game: game, goal: goal)
        var alpha = (0..<game.hiddenCount).flatMap { hidden in
            [Double](
                repeating: rewards.ending(hidden: hidden, outcome: game.timeout, turn: game.horizon + 1), count: width)
        }
        for turn in stride(from: game.horizon, through: 1, by: -1) {
            alpha = step(alpha, turn: turn, game: game, rewards: rewards, shouldStop: shouldStop)
        }
        return alpha
    }

    /// The vectors of a turn from those of the next, for reactions that do not depend on the policy.
    static func step(
        _ alpha: [Double], turn: Int, game: Game, rewards: GoalRewards, shouldStop: () -> Bool = { false }
    ) -> [Double] {
        let (width, shownCount, cueCount) = (game.responses.count, game.shownReactions.count, game.cues.count)
        var result = [Double](repeating: 0, count: alpha.count)
        // [H] max_a α(h, a): what is left to choose where the hidden state is known.
        let largest = (0..<game.hiddenCount).map { hidden in
            alpha[hidden * width..<(hidden + 1) * width].max() ?? 0
        }
        for hidden in 0..<game.hiddenCount {
            let state = hidden % game.states.count
            let steps = game.moves(from: state)
            // Where one state alone can follow, the best response to it is the best one.
            let isKnown = steps.count == 1
            let isLate = shouldStop()
            for response in 0..<width {
                let row = game.row(turn: turn, hidden: hidden, response: response)
                var value = rewards.turn(hidden: hidden, response: response, turn: turn)
                for shown in 0..<shownCount {
                    if isLate {
                        // Whatever the cue, which somebody who knows the state learns nothing from.
                        for step in steps {
                            value += game.advance[(row * 3 + step) * shownCount + shown] * largest[hidden + step - 1]
                        }
                        continue
                    }
                    for cue in 0..<cueCount {
                        let offset = hidden + steps.lowerBound - 1
                        if isKnown {
                            let joint =
                                game.advance[(row * 3 + steps.lowerBound) * shownCount + shown]
                                * game.cue[offset * cueCount + cue]
                            value += joint * largest[offset]
                            continue
                        }
                        let joint = steps.map { step in
                            game.advance[(row * 3 + step) * shownCount + shown]
                                * game.cue[(hidden + step - 1) * cueCount + cue]
                        }
                        value += best(joint, offset: offset, alpha, width: width)
                    }
                }
                result[hidden * width + response] = value
            }
        }
        return result
    }

    /// max_a Σ_i joint_i · α(offset + i, a).
    static func best(_ joint: [Double], offset: Int, _ alpha: [Double], width: Int) -> Double {
        (0..<width).map { response in
            joint.indices.reduce(0) { $0 + joint[$1] * alpha[(offset + $1) * width + response] }
        }.max() ?? 0
    }
}

/// What a goal pays, given the user type, discounted from the start of the conversation; prices are not discounted.
struct GoalRewards {
    let game: Game
    let goal: LagrangianGoal
    /// γ^{t−1} per turn from 1 to T + 1.
    private let discounts: [Double]
    /// [|Θ|] how much of the goal counts per unit of belief.
    private let goalWeights: [Double]

    init(game: Game, goal: LagrangianGoal) {
        self.game = game
        self.goal = goal
        discounts = game.discounts
        goalWeights = game.users.indices.map { goal.goalWeight * goal.share(ofUser: $0, game: game) }
    }

    init(game: Game, goal: Objective.Goal) { self.init(game: game, goal: LagrangianGoal(goal)) }

    /// What ending in an outcome at a turn pays; a timeout ends at turn T + 1.
    func ending(hidden: Int, outcome: Int, turn: Int) -> Double {
        let user = game.user(of: hidden)
        let value =
            switch goal.goal {
            case .payoff: discounts[turn - 1] * game.outcomePayoff[user * game.outcomes.count + outcome]
            case .safeOutcomes: game.outcomes[outcome].isSafe ? 1.0 : 0
            }
        return goalWeights[user] * value - goal.cost(user: user, outcome: outcome, game: game)
    }

    /// What giving a response pays in expectation in the same turn: its stage payoff and the endings it brings about.
    func turn(hidden: Int, response: Int, turn: Int) -> Double {
        let row = game.row(turn: turn, hidden: hidden, response: response) * game.outcomes.count
        return game.outcomes.indices.reduce(stage(hidden: hidden, response: response, turn: turn)) {
            $0 + game.ending[row + $1] * ending(hidden: hidden, outcome: $1, turn: turn)
        }
    }

    /// The stage payoff of a response.
    func stage(hidden: Int, response: Int, turn: Int) -> Double {
        guard goal.goal == .payoff else { return 0 }
        let user = game.user(of: hidden)
        return goalWeights[user] * discounts[turn - 1] * game.stagePayoff[user * game.responses.count + response]
    }

    /// The scale that tolerances are fractions of, above 0: what the values of two policies differ by at most, and where no policy is
    /// worth more than another, what any is worth.
    ///
    /// What ends late is discounted, so that equal outcome payoffs differ by when they come; and a conversation that ends early has
    /// no stage payoff where another has one.
    var range: Double {
        let range = goal.goalWeight * goalRange + goal.prices.reduce(0, +)
        guard range == 0 else { return range }
        return size > 0 ? size : 1
    }

    /// The same of the goal alone; 0 where no policy is worth more than another.
    private var goalRange: Double {
        guard goal.goal == .payoff else { return 1 }
        let latest = discounts[game.horizon]
        let (most, least) = (game.outcomePayoff.max() ?? 0, game.outcomePayoff.min() ?? 0)
        let width = (most > 0 ? most : latest * most) - (least < 0 ? least : latest * least)
        let (highest, lowest) = (game.stagePayoff.max() ?? 0, game.stagePayoff.min() ?? 0)
        // A turn pays, or the conversation is over; the first is never missing.
        let turn = max(0, highest) - min(0, lowest)
        return width + Double(game.horizon) * turn - (turn - (highest - lowest))
    }

    /// What no policy's value exceeds in size, discounted: what rounding is a fraction of where payoffs are alike.
    var size: Double {
        let dearest = goal.prices.reduce(0, +)
        guard goal.goal == .payoff else { return goal.goalWeight + dearest }
        func largest(_ payoffs: [Double]) -> Double { payoffs.lazy.map(abs).max() ?? 0 }
        let turns = discounts.prefix(game.horizon).reduce(0, +)
        return goal.goalWeight * (largest(game.outcomePayoff) + turns * largest(game.stagePayoff)) + dearest
    }
}
