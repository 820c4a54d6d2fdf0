internal import ExactEvaluation
public import GameModel
internal import NumericalMethods

/// What a published figure speaks about, as an exact number of a game: what people do under a policy or after a response.
///
/// ```swift
/// let leaving = UserStatistic(users: [0, 1, 0], .share(outcomes: [1, 2], policy: support))
/// print(try leaving.value(in: inputs), try leaving.slopes(in: inputs))
/// ```
public struct UserStatistic: Sendable {
    /// Which number it is.
    public enum Kind: Sendable {
        /// P(ω ∈ Ω' | θ, π), the share of conversations that end so.
        case share(outcomes: [Int], policy: Policy)
        /// P(a reaction ends the conversation in Ω' in turn t | θ, π, turn t is reached). The timeout after the last turn is no reaction.
        case hazard(outcomes: [Int], turn: Int, policy: Policy)
        /// P(m ∈ M' | θ, t = 1, a), in one state or over the states in which conversations begin (nil).
        case reaction([Int], after: Int, state: Int?)
        /// The ratio of the odds of M' after one response and after another, else as ``reaction(_:after:state:)``.
        case oddsRatio([Int], after: Int, against: Int, state: Int?)
    }

    /// [|Θ|] how much each type counts: one type alone, or the prior. Sums to 1.
    public let users: [Double]
    public let kind: Kind

    public init(users: [Double], _ kind: Kind) {
        self.users = users
        self.kind = kind
    }

    /// Whether the number is a ratio of odds; it is a probability otherwise.
    public var isRatio: Bool {
        if case .oddsRatio = kind { return true }
        return false
    }

    /// The number with its derivatives.
    public struct Measured: Sendable {
        /// A probability, or a ratio of odds.
        public let value: Double
        /// The logit of the probability, or the logarithm of the ratio; infinite at the ends of its range.
        public let logit: Double
        /// ∂ logit / ∂ number, for the coefficients of utilities and moves; nil where there is no derivative.
        public let slopes: [(parameter: Parameter, slope: Double?)]
    }

    /// The number as the inputs have it.
    ///
    /// - Throws: `GameError` if the inputs make no game, or the policy's tables for users with foresight would be too large.
    /// - Complexity: a forward and a backward pass.
    public func value(in inputs: GameInputs) throws -> Double { try measured(in: inputs, slopes: false).value }

    /// The number and how it changes with users' coefficients, the policies held as they are.
    ///
    /// - Throws: `GameError` as ``value(in:)``.
    /// - Complexity: as ``ValueGradient/ofValue(_:inputs:multipliers:)``, twice for hazards and ratios.
    public func measured(in inputs: GameInputs) throws -> Measured { try measured(in: inputs, slopes: true) }

    private func measured(in inputs: GameInputs, slopes: Bool) throws -> Measured {
        switch kind {
        case .share(let outcomes, let policy):
            return try Self.logit(ending(in: outcomes, turns: nil, policy, inputs, slopes))
        case .hazard(let outcomes, let turn, let policy):
            let horizon = inputs.definition.horizon
            let ended = try ending(in: outcomes, turns: turn...turn, policy, inputs, slopes)
            // Who reaches a turn ends in it or later; the timeout stands one turn after the last.
            let all = Array(inputs.definition.outcomes.indices)
            let reached = try ending(in: all, turns: turn...(horizon + 1), policy, inputs, slopes)
            return Self.logit(ended, of: reached)
        case .reaction(let reactions, let response, let state):
            return try Self.logit(reacting(reactions, response, state, inputs, slopes))
        case .oddsRatio(let reactions, let response, let other, let state):
            let first = try Self.logit(reacting(reactions, response, state, inputs, slopes))
            let second = try Self.logit(reacting(reactions, other, state, inputs, slopes))
            let difference = zip(first.slopes, second.slopes).map { one, two in
                (one.parameter, one.slope.flatMap { slope in two.slope.map { slope - $0 } })
            }
            let ratio = first.logit - second.logit
            return Measured(value: Libm.exp(ratio), logit: ratio, slopes: difference)
        }
    }

    // MARK: Linear numbers

    /// A probability that is linear in what is played, with its derivatives.
    private struct Mass {
        var value: Double
        var slopes: [(parameter: Parameter, slope: Double?)]
    }

    /// P(the conversation ends in Ω' in these turns), over the types as they count.
    private func ending(
        in outcomes: [Int], turns: ClosedRange<Int>?, _ policy: Policy, _ inputs: GameInputs, _ slopes: Bool
    ) throws -> Mass {
        let reactions = try inputs.reactions(to: policy)
        let game = reactions.game
        // The goal counts nothing here: only the weights of outcomes do.
        let objective = Objective(goal: .safeOutcomes, reference: inputs.objective.reference)
        var weights = GoalWeights(
            objective, multipliers: [], game: game, userWeights: users.map { _ in 0 }, priceWeights: [])
        for (user, weight) in users.enumerated() {
            for outcome in outcomes { weights.outcome[user * game.outcomes.count + outcome] = weight }
        }
        weights.outcomeTurns = turns
        var pass = AdjointPass(
            reactions, controller: policy, objective: objective, weights: weights, keepsClasses: true)
        let value = pass.runFromOpening()
        guard slopes else { return Mass(value: value, slopes: []) }
        return Mass(
            value: value, slopes: try Self.slopes(pass.adjoint, inputs: inputs, reactions: reactions, policy: policy))
    }

    /// P(m ∈ M' | t = 1, a), over the types as they count.
    private func reacting(
        _ reactions: [Int], _ response: Int, _ state: Int?, _ inputs: GameInputs, _ slopes: Bool
    ) throws -> Mass {
        // Users who look ahead know that the response is always given.
        let policy = try Policy.always(response, game: inputs.game())
        let tables = try inputs.reactions(to: policy)
        let game = tables.game
        let group = tables.memory.classRanges[0].lowerBound
        var adjoint = GameAdjoint(game, classesOf: tables.memory)
        var value = 0.0
        for hidden in 0..<game.hiddenCount where users[game.user(of: hidden)] > 0 {
            let place = hidden % game.states.count
            let share = state.map { $0 == place ? 1.0 : 0 } ?? game.initialState[hidden]
            let weight = users[game.user(of: hidden)] * share
            let row = tables.row(turn: 1, hidden: hidden, response: response, group: group) * game.reactions.count
            let byTurn = (hidden * game.responses.count + response) * game.reactions.count
            let byClass =
                adjoint.classRow(turn: 1, hidden: hidden, response: response, group: group) * game.reactions.count
            for reaction in reactions {
                value += weight * tables.reaction[row + reaction]
                adjoint.reaction[byTurn + reaction] += weight
                adjoint.classReaction[byClass + reaction] += weight
            }
        }
        guard slopes else { return Mass(value: value, slopes: []) }
        return Mass(value: value, slopes: try Self.slopes(adjoint, inputs: inputs, reactions: tables, policy: policy))
    }

    private static func slopes(
        _ adjoint: GameAdjoint, inputs: GameInputs, reactions: ReactionTables, policy: Policy
    ) throws -> [(parameter: Parameter, slope: Double?)] {
        let rule = try ChainRule(
            inputs: inputs, adjoint: adjoint, multipliers: [], reactions: reactions, controller: policy)
        return rule.entries.filter { $0.parameter.isCoefficient }.map { ($0.parameter, $0.derivative) }
    }

    // MARK: Logits

    /// log p / (r − p) with p ≤ r, and its derivatives p' (1/p + 1/(r − p)) − r' / (r − p).
    private static func logit(_ part: Mass, of whole: Mass? = nil) -> Measured {
        let reached = whole?.value ?? 1
        let rest = reached - part.value
        let value = reached > 0 ? part.value / reached : 0
        let slopes = part.slopes.enumerated().map { index, item in
            let other = whole.map { $0.slopes[index].slope } ?? 0
            let slope = item.slope.flatMap { own in
                other.map { own * (1 / part.value + 1 / rest) - $0 / rest }
            }
            return (item.parameter, slope)
        }
        return Measured(value: value, logit: Libm.log(part.value) - Libm.log(rest), slopes: slopes)
    }
}

extension Parameter {
    /// Whether the number is a coefficient of a utility or of moves: what is on the scale of logits.
    public var isCoefficient: Bool {
        switch location {
        case .utility, .move: true
        default: false
        }
    }
}
