internal import GameModel
internal import UserAgents

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
        /// [H, S] what a user with foresight expects of the next turn, in its own units; zeros for others.
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
            guard let agent = type.agent.quantalResponse, agent.rationality.isFinite else {
                throw AnalysisError(
                    "users.\(type.name) reacts by a table or by best responses: how it would react to other features is "
                        + "not known")
            }
            let stage = continuation.stage[user] * mass
            value += stage * (zip(type.exposure, features).reduce(-cost) { $0 + $1.0 * $1.1 })
            for k in features.indices { gradient[k] += stage * type.exposure[k] }
            try add(
                agent, hidden: hidden, mass: mass, features, continuation, value: &value, gradient: &gradient)
        }
        return (value, gradient)
    }

    private func add(
        _ agent: QuantalResponseUser, hidden: Int, mass: Double, _ features: [Double], _ continuation: Continuation,
        value: inout Double, gradient: inout [Double]
    ) throws {
        let state = hidden % game.states.count
        let foresight = game.foresight?.weight[game.user(of: hidden)] ?? 0
        // What is expected of the next turn counts as a utility of its own: λ (u + δ E[U]).
        var (ahead, aheadSlope) = anticipation(features)
        var worths = [Double](repeating: 0, count: game.reactions.count)
        var slopes = aheadSlope
        for (reaction, item) in game.reactions.enumerated() where agent.predictors[reaction] != nil {
            if case .ends(let outcome) = item.effect {
                worths[reaction] = continuation.ends[hidden * game.outcomes.count + outcome]
                continue
            }
            guard let shown = game.shown(of: reaction) else { continue }
            (worths[reaction], slopes[reaction]) = try going(
                agent, hidden: hidden, reaction, shown, features, continuation.next)
            guard foresight > 0 else { continue }
            (ahead[reaction], aheadSlope[reaction]) = try going(
                agent, hidden: hidden, reaction, shown, features, continuation.user)
        }
        let row = try reactions(of: agent, state: state, features, ahead: ahead.map { foresight * $0 })
        let mean = zip(row, worths).reduce(0) { $0 + $1.0 * $1.1 }
        value += mass * mean
        for (reaction, predictor) in agent.predictors.enumerated() {
            guard let predictor, row[reaction] > 0 else { continue }
            let pull = mass * agent.rationality * row[reaction] * (worths[reaction] - mean)
            for k in features.indices {
                gradient[k] += mass * row[reaction] * slopes[reaction][k]
                gradient[k] += pull * (predictor.features[k] + foresight * aheadSlope[reaction][k])
            }
        }
    }

    private func anticipation(_ features: [Double]) -> (values: [Double], slopes: [[Double]]) {
        let none = [Double](repeating: 0, count: game.reactions.count)
        return (none, none.map { _ in features.map { _ in 0 } })
    }

    /// How a user reacts to other features, with something more to each reaction's utility.
    private func reactions(
        of agent: QuantalResponseUser, state: Int, _ features: [Double], ahead: [Double]
    ) throws -> [Double] {
        var agent = agent
        for reaction in ahead.indices where ahead[reaction] != 0 { agent.predictors[reaction]?.bias += ahead[reaction] }
        return try agent.reactionProbabilities(
            turn: turn, state: state, response: game.responses.count, features: features)
    }

    /// What comes after, over the move, with its gradient.
    ///
    /// - Parameter after: [H, S] at the state moved to, by the reaction shown.
    private func going(
        _ agent: QuantalResponseUser, hidden: Int, _ reaction: Int, _ shown: Int, _ features: [Double],
        _ after: [Double]
    ) throws -> (Double, [Double]) {
        guard game.states.count > 1 else {
            return (after[hidden * game.shownReactions.count + shown], features.map { _ in 0 })
        }
        guard let score = agent.moveScore else {
            throw AnalysisError("a user's moves are a table: how they follow from other features is not known")
        }
        let state = hidden % game.states.count
        let row = score.probabilities(
            state: state, stateCount: game.states.count, features: features, reaction: reaction)
        func next(_ step: Int) -> Double {
            game.moves(from: state).contains(step)
                ? after[(hidden + step - 1) * game.shownReactions.count + shown] : 0
        }
        let worths = [next(0), next(1), next(2)]
        let mean = row.down * worths[0] + row.stay * worths[1] + row.up * worths[2]
        let slope = row.up * (worths[2] - mean) - row.down * (worths[0] - mean)
        return (mean, score.features.map { slope * $0 })
    }
}
