internal import GameModel

/// A response that is not written yet, judged at one decision: its features decide how users react and move, and what comes
/// after is the policy going on as it is.
///
/// Q(b, n, f) = Σ_h b(h) [ r_θ(f) + Σ_m react(m | h, f) v_m(h, f) ], with v_m the end's worth, or the expected continuation over the
/// move. Everything after the move does not depend on f, and is tabulated once.
///
/// Users who look ahead weigh what they expect of the policy next: u_θ(m | f) + δ E[U_{t+1}], over the same move.
///
/// - Complexity: a backward pass once; then O(H · |M| · K) per evaluation with its gradient.
struct DraftResponse {
    /// What a table of continuations values.
    struct Continuation {
        /// [H, S] expected worth from the next turn on, at the state moved to, by the reaction shown.
        var next: [Double]
        /// [H, |Ω|] worth of ending now.
        var ends: [Double]
        /// [|Θ|] weight of the stage payoff.
        var stage: [Double]
        /// [H, S] what a user who looks ahead expects of the next turn, in its own units; zeros for others.
        var user: [Double]
    }

    let definition: GameDefinition
    let game: Game
    let belief: [Double]
    let turn: Int
    /// c(f): the cost that the draft is given.
    let cost: Double

    /// Σ_h b(h) Q(h, f), with its gradient [K].
    ///
    /// - Throws: ``AnalysisError`` for a user whose reactions or moves are tables, or whose λ is infinite.
    func worth(_ features: [Double], _ continuation: Continuation) throws -> (value: Double, gradient: [Double]) {
        var value = 0.0
        var gradient = [Double](repeating: 0, count: features.count)
        for (hidden, mass) in belief.enumerated() where mass > 0 {
            let user = game.user(of: hidden)
            let type = definition.users[user]
            let state = hidden % game.states.count
            guard let rationality = type.agent.choiceRationality, rationality.isFinite,
                let utilities = try? type.agent.reactionUtilities(
                    turn: turn, state: state, response: unwritten, features: features)
            else { throw Self.unknownReactions(of: type) }
            let stage = continuation.stage[user] * mass
            value += stage * (zip(type.exposure, features).reduce(-cost) { $0 + $1.0 * $1.1 })
            for k in features.indices { gradient[k] += stage * type.exposure[k] }
            try add(
                type, rationality: rationality, isGiven: utilities.map { $0 != nil }, hidden: hidden, mass: mass,
                features, continuation, value: &value, gradient: &gradient)
        }
        return (value, gradient)
    }

    /// The index of a response that no table has a row for.
    private var unwritten: Int { game.responses.count }

    private static func unknownReactions(of user: UserType) -> AnalysisError {
        AnalysisError(
            "users.\(user.name) reacts by a table or by best responses: how it would react to other features is not known"
        )
    }

    private func add(
        _ user: UserType, rationality: Double, isGiven: [Bool], hidden: Int, mass: Double, _ features: [Double],
        _ continuation: Continuation, value: inout Double, gradient: inout [Double]
    ) throws {
        let state = hidden % game.states.count
        let foresight = game.foresight?.weight[game.user(of: hidden)] ?? 0
        // What is expected of the next turn counts as a utility of its own: λ (u + δ E[U]).
        var (ahead, aheadSlope) = anticipation(features)
        var worths = [Double](repeating: 0, count: game.reactions.count)
        var slopes = aheadSlope
        for (reaction, item) in game.reactions.enumerated() where isGiven[reaction] {
            if case .ends(let outcome) = item.effect {
                worths[reaction] = continuation.ends[hidden * game.outcomes.count + outcome]
                continue
            }
            guard let shown = game.shown(of: reaction) else { continue }
            (worths[reaction], slopes[reaction]) = try going(
                user.agent, hidden: hidden, reaction, shown, features, continuation.next)
            guard foresight > 0 else { continue }
            (ahead[reaction], aheadSlope[reaction]) = try going(
                user.agent, hidden: hidden, reaction, shown, features, continuation.user)
        }
        let row = try reactions(of: user, state: state, features, ahead: ahead.map { foresight * $0 })
        let mean = zip(row, worths).reduce(0) { $0 + $1.0 * $1.1 }
        value += mass * mean
        for reaction in game.reactions.indices where isGiven[reaction] && row[reaction] > 0 {
            let pull = mass * rationality * row[reaction] * (worths[reaction] - mean)
            let utilitySlope = try utilitySlope(of: user, reaction, state: state, features)
            for k in features.indices {
                gradient[k] += mass * row[reaction] * slopes[reaction][k]
                gradient[k] += pull * (utilitySlope[k] + foresight * aheadSlope[reaction][k])
            }
        }
    }

    private func anticipation(_ features: [Double]) -> (values: [Double], slopes: [[Double]]) {
        let none = [Double](repeating: 0, count: game.reactions.count)
        return (none, none.map { _ in features.map { _ in 0 } })
    }

    /// How a user reacts to other features, with something more to each reaction's utility.
    private func reactions(
        of user: UserType, state: Int, _ features: [Double], ahead: [Double]
    ) throws -> [Double] {
        var agent = user.agent
        for reaction in ahead.indices where ahead[reaction] != 0 {
            let bias = UserCoefficient.utility(reaction: reaction, .bias)
            guard let value = agent.value(of: bias), let raised = agent.setting(bias, to: value + ahead[reaction])
            else { throw Self.unknownReactions(of: user) }
            agent = raised
        }
        return try agent.reactionProbabilities(turn: turn, state: state, response: unwritten, features: features)
    }

    /// [K] ∂u_θ(m | f) / ∂f.
    private func utilitySlope(
        of user: UserType, _ reaction: Int, state: Int, _ features: [Double]
    ) throws -> [Double] {
        var slopes = AgentSlopes(featureCount: features.count)
        let unit = game.reactions.indices.map { $0 == reaction ? 1.0 : 0 }
        guard
            try user.agent.addSlopes(
                utilities: unit, turn: turn, state: state, response: unwritten, features: features, to: &slopes)
        else { throw Self.unknownReactions(of: user) }
        return slopes.features
    }

    /// What comes after, over the move, with its gradient.
    ///
    /// - Parameter after: [H, S] at the state moved to, by the reaction shown.
    private func going(
        _ agent: any UserAgent, hidden: Int, _ reaction: Int, _ shown: Int, _ features: [Double],
        _ after: [Double]
    ) throws -> (Double, [Double]) {
        guard game.states.count > 1 else {
            return (after[hidden * game.shownReactions.count + shown], features.map { _ in 0 })
        }
        let state = hidden % game.states.count
        let unknown = AnalysisError("a user's moves are a table: how they follow from other features is not known")
        guard
            let row = try? agent.moveProbabilities(
                state: state, stateCount: game.states.count, response: unwritten, features: features,
                reaction: reaction)
        else { throw unknown }
        func next(_ step: Int) -> Double {
            game.moves(from: state).contains(step)
                ? after[(hidden + step - 1) * game.shownReactions.count + shown] : 0
        }
        let worths = AdjacentMove(down: next(0), stay: next(1), up: next(2))
        var slopes = AgentSlopes(featureCount: features.count)
        guard
            try agent.addSlopes(
                moves: worths, state: state, stateCount: game.states.count, response: unwritten, features: features,
                reaction: reaction, to: &slopes)
        else { throw unknown }
        return (row.down * worths.down + row.stay * worths.stay + row.up * worths.up, slopes.features)
    }
}
